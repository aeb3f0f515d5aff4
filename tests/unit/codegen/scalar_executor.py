"""Runs objects of the scalar path in this process: MCJIT loads them, Python schedules their strands.

The scheduler knows one block of one warp or several, and the requests that the tests use; a thread that asks for
anything else fails the test. It is no model of docs/design/convergence.md, only enough to resume strands.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import llvmlite.binding as llvm

from anychip.codegen import kernel_abi as abi
from anychip.codegen.object_file import emit_object
from anychip.codegen.optimize import target_machine
from anychip.codegen.scalar import write_scalar
from anychip.ir.parser import parse_module
from anychip.targets import lookup
from anychip.vectorize.pipeline import lane_writer

LANES = 1
"""What ``load`` takes unless told otherwise; tests of the vectoriser set it and run the tests of the scalar path."""

_C = {"uint32": ctypes.c_uint32, "uint64": ctypes.c_uint64, "pointer": ctypes.c_void_p}


def _structure(layout: abi.Structure) -> Any:
    fields = [
        (item.name, _C[item.c_type] * item.count if item.count > 1 else _C[item.c_type]) for item in layout.fields
    ]
    return type(layout.name, (ctypes.Structure,), {"_fields_": fields})


Block, Thread, Kernel, Variable, Site, Module = (
    _structure(item) for item in (abi.BLOCK, abi.THREAD, abi.KERNEL, abi.VARIABLE, abi.SITE, abi.MODULE)
)
BLOCK_FUNCTION = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
STRAND_FUNCTION = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32)
_VPRINTF = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)

KINDS = {number: name for name, number in abi.REQUESTS.items()}
printed: list[bytes] = []


@_VPRINTF
def _vprintf(thread: int, text: bytes, arguments: int) -> int:
    printed.append(text)
    return len(text)


@dataclass
class Strand:
    """One thread between calls."""

    thread: Any
    frame: Any
    stack: Any
    state: int = 0

    @property
    def lane(self) -> int:
        return int(self.thread.thread_linear % 32)


@dataclass
class Program:
    """A loaded module. ``requests`` lists the kinds asked for, in order of release."""

    engine: Any
    module: Any
    requests: list[str] = field(default_factory=list)

    def kernel(self, name: str) -> Any:
        rows = (Kernel * self.module.kernel_count).from_address(self.module.kernels)
        return next(row for row in rows if ctypes.string_at(row.name).decode() == name)

    def variable(self, name: str) -> Any:
        rows = (Variable * self.module.variable_count).from_address(self.module.variables)
        return next(row for row in rows if ctypes.string_at(row.name).decode() == name)

    def sites(self) -> list[tuple[str, int]]:
        rows = (Site * self.module.site_count).from_address(self.module.sites or ctypes.addressof(self.module))
        return [(ctypes.string_at(row.file).decode(), int(row.line)) for row in rows]

    def launch(
        self, name: str, parameters: bytes, *, threads: tuple[int, int, int] = (1, 1, 1), dynamic: int = 0
    ) -> None:
        """Run one block."""
        kernel = self.kernel(name)
        assert len(parameters) == kernel.parameter_bytes
        memory = ctypes.create_string_buffer(kernel.static_shared_bytes + dynamic + 1024)
        base = (ctypes.addressof(memory) + 255) & -256
        buffer = ctypes.create_string_buffer(parameters, max(len(parameters), 1))
        block = Block(
            block_idx=(0, 0, 0),
            block_dim=threads,
            grid_dim=(1, 1, 1),
            thread_count=threads[0] * threads[1] * threads[2],
            shared=base,
            dynamic_shared=(base + kernel.static_shared_bytes + 255) & -256,
            dynamic_shared_bytes=dynamic,
            static_shared_bytes=kernel.static_shared_bytes,
            parameters=ctypes.addressof(buffer),
        )
        if kernel.run_block:
            groups = -(-block.thread_count // kernel.lanes)
            frames = ctypes.create_string_buffer(b"\xab" * (kernel.frame_bytes * groups + 64))
            thread = Thread(block=ctypes.addressof(block), stack=(ctypes.addressof(frames) + 63) & -64)
            BLOCK_FUNCTION(kernel.run_block)(ctypes.addressof(thread))
            return
        self._run_strands(kernel, block, threads)

    def _run_strands(self, kernel: Any, block: Any, threads: tuple[int, int, int]) -> None:
        run = STRAND_FUNCTION(kernel.run_strand)
        starts = range(0, block.thread_count, max(kernel.lanes, 1))
        strands = [_strand(kernel, block, index, threads) for index in starts]
        unfinished = list(strands)
        while unfinished:
            for strand in unfinished:
                frame = (ctypes.addressof(strand.frame) + 63) & -64
                strand.state = run(ctypes.addressof(strand.thread), frame, strand.state)
            unfinished = [strand for strand in unfinished if strand.state != abi.STATE_ENDED]
            for start in range(0, block.thread_count, 32):
                warp = [strand for strand in unfinished if start <= strand.thread.thread_linear < start + 32]
                self._release(warp, unfinished)

    def _release(self, warp: list[Strand], block: list[Strand]) -> None:
        for kind in {KINDS[strand.thread.request] for strand in warp}:
            group = [strand for strand in warp if KINDS[strand.thread.request] == kind]
            self.requests.append(kind)
            _ANSWERS[kind](group, block)


def _strand(kernel: Any, block: Any, index: int, threads: tuple[int, int, int]) -> Strand:
    frame = ctypes.create_string_buffer(b"\xab" * (kernel.frame_bytes + 64))
    stack = ctypes.create_string_buffer(b"\xcd" * 65536)
    top = (ctypes.addressof(stack) + 15) & -16
    x, y = threads[0], threads[1]
    thread = Thread(
        block=ctypes.addressof(block),
        thread_idx=(index % x, index // x % y, index // (x * y)),
        thread_linear=index,
        stack=top,
        stack_end=ctypes.addressof(stack) + 65536,
    )
    return Strand(thread, frame, stack)


def _nothing(group: list[Strand], block: list[Strand]) -> None:
    pass


def _barrier_reduce(group: list[Strand], block: list[Strand]) -> None:
    votes = [strand.thread.operand[1].bit_count() for strand in block]
    for strand in group:
        strand.thread.result[0] = (sum(votes), min(votes), max(votes))[strand.thread.operation]


def _shuffle(group: list[Strand], block: list[Strand]) -> None:
    """Width 32 only: idx, up, down, bfly."""
    values = {strand.lane: strand.thread.operand[0] for strand in group}
    for strand in group:
        thread, lane = strand.thread, strand.lane
        delta = thread.operand[1]
        source = (delta, lane - delta, lane + delta, lane ^ delta)[thread.operation]
        thread.result[0] = values.get(source, thread.operand[0])
        thread.result[1] = int(0 <= source < 32)


def _vote(group: list[Strand], block: list[Strand]) -> None:
    votes = [strand.thread.operand[0] for strand in group]
    ballot = sum(strand.thread.operand[0] << strand.lane for strand in group)
    answers = (max(votes), min(votes), int(len(set(votes)) == 1), ballot)
    for strand in group:
        strand.thread.result[0] = answers[strand.thread.operation]


def _match(group: list[Strand], block: list[Strand]) -> None:
    lanes: dict[int, int] = {}
    for strand in group:
        value = strand.thread.operand[0]
        lanes[value] = lanes.get(value, 0) | 1 << strand.lane
    for strand in group:
        same = len(lanes) == 1
        every = strand.thread.operation == 1
        strand.thread.result[0] = lanes[strand.thread.operand[0]] if same or not every else 0
        strand.thread.result[1] = int(same)


def _reduce(group: list[Strand], block: list[Strand]) -> None:
    assert all(strand.thread.operation == 0 for strand in group)
    total = sum(strand.thread.operand[0] for strand in group) & 0xFFFFFFFF
    for strand in group:
        strand.thread.result[0] = total


def _active_mask(group: list[Strand], block: list[Strand]) -> None:
    for strand in group:
        assert strand.thread.converged == 1
        strand.thread.result[0] = sum(1 << other.lane for other in group)


_ANSWERS: dict[str, Callable[[list[Strand], list[Strand]], None]] = {
    "barrier": _nothing,
    "barrier_arrive": _nothing,
    "yield": _nothing,
    "warp_barrier": _nothing,
    "barrier_reduce": _barrier_reduce,
    "shuffle": _shuffle,
    "vote": _vote,
    "match": _match,
    "warp_reduce": _reduce,
    "active_mask": _active_mask,
}


def load(wir: str, opt_level: int = 2, lanes: int | None = None) -> Program:
    """Compile .wir text for this machine and load it; kernels run ``lanes`` (or LANES) threads per call where taken."""
    target = lookup("native")
    width = lanes or LANES
    writer = lane_writer(width) if width > 1 else None
    module = parse_module(wir)
    text = write_scalar(module, target, module_symbol="anychip_module", hidden=False, write_kernel=writer)
    machine = target_machine(target, opt_level)
    # Services are weak in no sense: each that the module may call must have an address.
    llvm.add_symbol("anychip_vprintf", ctypes.cast(_vprintf, ctypes.c_void_p).value or 0)
    abort = ctypes.cast(ctypes.CDLL(None).abort, ctypes.c_void_p).value or 0
    for service in set(abi.SERVICES) - {"anychip_vprintf"}:
        llvm.add_symbol(service, abort)
    llvm.load_library_permanently("libm.so.6")
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(emit_object(text, target, opt_level)))
    engine.finalize_object()
    module = Module.from_address(engine.get_global_value_address("anychip_module"))
    return Program(engine, module)


def pack(layout: str, *values: object) -> bytes:
    """A parameter buffer; arrays give their address."""
    return struct.pack(layout, *(value.ctypes.data if hasattr(value, "ctypes") else value for value in values))
