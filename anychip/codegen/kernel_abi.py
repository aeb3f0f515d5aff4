"""The compiler's twin of native/include/anychip/kernel_abi.h; a test compares the two field by field.

Structures are data: field name, C type and array length; offsets follow from natural alignment on every 64-bit
target. docs/design/kernel_abi.md explains the protocol.
"""

from __future__ import annotations

from dataclasses import dataclass

MODULE_MAGIC = 0x63796E61
ABI_VERSION = 4

# C type -> (bytes, LLVM type)
C_TYPES = {"uint32": (4, "i32"), "uint64": (8, "i64"), "pointer": (8, "ptr")}


@dataclass(frozen=True, slots=True)
class Field:
    """One member; ``count`` is the array length (1: no array) and ``offset`` is in bytes."""

    name: str
    c_type: str
    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class Structure:
    """A C structure."""

    name: str
    fields: tuple[Field, ...]
    size: int

    def offset(self, field: str, index: int = 0) -> int:
        """Byte offset of element ``index`` of a field. Raises KeyError if there is no such field."""
        for member in self.fields:
            if member.name == field:
                return member.offset + index * C_TYPES[member.c_type][0]
        raise KeyError(field)


def _structure(name: str, members: str) -> Structure:
    """Lay out ``type name[count]`` members, one a line."""
    fields: list[Field] = []
    position, widest = 0, 1
    for c_type, spelled in (line.split() for line in members.strip().splitlines()):
        field, _, count = spelled.partition("[")
        length = int(count.rstrip("]") or 1)
        size = C_TYPES[c_type][0]
        position = -(-position // size) * size
        fields.append(Field(field, c_type, length, position))
        position += size * length
        widest = max(widest, size)
    return Structure(name, tuple(fields), -(-position // widest) * widest)


BLOCK = _structure(
    "anychip_block",
    """
    uint32 block_idx[3]
    uint32 block_dim[3]
    uint32 grid_dim[3]
    uint32 thread_count
    pointer shared
    pointer dynamic_shared
    uint32 dynamic_shared_bytes
    uint32 static_shared_bytes
    pointer parameters
    pointer launch
    """,
)

THREAD = _structure(
    "anychip_thread",
    """
    pointer block
    uint32 thread_idx[3]
    uint32 thread_linear
    pointer stack
    pointer stack_end
    uint32 request
    uint32 site
    uint32 mask
    uint32 operation
    uint32 converged
    uint32 reserved
    uint64 operand[3]
    uint64 result[2]
    """,
)

SITE = _structure(
    "anychip_site",
    """
    pointer file
    uint32 line
    uint32 column
    """,
)

PARAMETER = _structure(
    "anychip_parameter",
    """
    uint32 offset
    uint32 size
    """,
)

KERNEL = _structure(
    "anychip_kernel",
    """
    pointer name
    pointer file
    uint32 line
    uint32 parameter_count
    pointer parameters
    uint32 parameter_bytes
    uint32 static_shared_bytes
    uint32 local_bytes
    uint32 frame_bytes
    uint32 max_threads
    uint32 lanes
    pointer run_block
    pointer run_strand
    pointer by_thread
    uint32 rows_only
    uint32 reserved
    """,
)

VARIABLE = _structure(
    "anychip_variable",
    """
    pointer name
    pointer address
    uint64 size
    uint32 flags
    uint32 reserved
    """,
)

MODULE = _structure(
    "anychip_module",
    """
    uint32 magic
    uint32 abi_version
    pointer name
    uint32 kernel_count
    uint32 variable_count
    uint32 site_count
    uint32 reserved
    pointer kernels
    pointer variables
    pointer sites
    """,
)

STRUCTURES = (BLOCK, THREAD, SITE, PARAMETER, KERNEL, VARIABLE, MODULE)

VARIABLE_CONSTANT = 1
VARIABLE_MANAGED = 2

REQUESTS = {
    "none": 0,
    "barrier": 1,
    "barrier_arrive": 2,
    "barrier_reduce": 3,
    "warp_barrier": 4,
    "shuffle": 5,
    "vote": 6,
    "match": 7,
    "warp_reduce": 8,
    "active_mask": 9,
    "yield": 10,
}

# The number in anychip_thread.operation, by opcode and by the name the IR uses.
OPERATIONS: dict[str, dict[str, int]] = {
    "barrier.reduce": {"popc": 0, "and": 1, "or": 2},
    "shuffle": {"idx": 0, "up": 1, "down": 2, "bfly": 3},
    "vote": {"any": 0, "all": 1, "uni": 2, "ballot": 3},
    "match": {"any": 0, "all": 1},
    "warp.reduce": {"add": 0, "min": 1, "max": 2, "umin": 3, "umax": 4, "and": 5, "or": 6, "xor": 7},
}

# LLVM declarations of the services the runtime defines. 64-bit RISC-V and LoongArch pass 32-bit integers sign-extended.
SERVICES = {
    "anychip_vprintf": "declare signext i32 @anychip_vprintf(ptr, ptr, ptr) nounwind",
    "anychip_assert_fail": "declare void @anychip_assert_fail(ptr, ptr, ptr, i32 signext, ptr) noreturn nounwind cold",
    "anychip_trap": "declare void @anychip_trap(ptr, i32 signext) noreturn nounwind cold",
    "anychip_stack_overflow": "declare void @anychip_stack_overflow(ptr) noreturn nounwind cold",
    "anychip_clock": "declare i64 @anychip_clock() nounwind",
    "anychip_globaltimer": "declare i64 @anychip_globaltimer() nounwind",
    "anychip_nanosleep": "declare void @anychip_nanosleep(i32 signext) nounwind",
    "anychip_device_malloc": "declare ptr @anychip_device_malloc(ptr, i64) nounwind",
    "anychip_device_free": "declare void @anychip_device_free(ptr, ptr) nounwind",
}

STATE_ENDED = -1
SHARED_ALIGNMENT = 256
FRAME_ALIGNMENT = 16
WARP_SIZE = 32
MAX_THREADS = 1024
