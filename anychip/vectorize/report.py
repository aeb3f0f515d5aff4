"""What became of each kernel, for people: ``anychip show --stage lanes``."""

from __future__ import annotations

from dataclasses import dataclass, field

from anychip.ir import Instruction
from anychip.vectorize.lane_emitter import LaneEmitter
from anychip.vectorize.linearize import Plan
from anychip.vectorize.memory import access_kind


@dataclass
class Report:
    """``lanes`` of each kernel that was taken, why others were ``refused``, and ``details`` as text."""

    lanes: dict[str, int] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    details: dict[str, list[str]] = field(default_factory=dict)

    def text(self) -> str:
        """All of it, a paragraph for each kernel."""
        parts = [f"{name}: one thread per call: {reason}\n" for name, reason in self.refused.items()]
        for name, lanes in self.lanes.items():
            parts.append("\n".join([f"{name}: {lanes} lanes", *self.details.get(name, []), ""]))
        return "\n".join(parts) or "there are no kernels\n"

    def describe(self, kernel: str, emitter: LaneEmitter, plan: Plan) -> None:
        """Note the shapes of values, the branches that part lanes, and every access of the version for whole groups."""
        strides = [emitter.shapes.stride(item) for item in emitter.function.instructions()]
        uniform, varying = strides.count(0), strides.count(None)
        lines = [f"  values: {uniform} uniform, {len(strides) - uniform - varying} strided, {varying} varying"]
        lines.append(f"  blocks: {len(plan.structure.order)}, of which {len(plan.masked)} also run under a mask")
        loops = [block.terminator for block in plan.structure.order if block in plan.divergent_loops]
        lines += [f"  {_line(item)}: a loop that lanes leave one after another" for item in loops]
        parting = [block.terminator for block in plan.structure.order if block in plan.divergent]
        lines += [f"  {_line(item)}: a branch that parts lanes" for item in parting]
        for item in emitter.function.instructions():
            if item.opcode in ("load", "store"):
                lines.append(f"  {_line(item)}: {item.opcode}, {access_kind(emitter, item)}")
            elif item.opcode in ("atomic", "cmpxchg"):
                lines.append(f"  {_line(item)}: {item.opcode}")
        self.details[kernel] = list(dict.fromkeys(lines))


def _line(instruction: Instruction) -> str:
    place = instruction.location
    return f"{place.file.rsplit('/', 1)[-1]}:{place.line}" if place else "?"
