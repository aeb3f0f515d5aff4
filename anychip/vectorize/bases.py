"""Lane 0's value of what is uniform or strided, computed from lane 0's operands.

Mostly that is the operation itself; ``LaneFacts.base_opcode`` tells where it is another one.
"""

from __future__ import annotations

from anychip.codegen.function_writer import WRITERS
from anychip.ir import Instruction
from anychip.vectorize.lane_emitter import LaneEmitter


def write_base(emitter: LaneEmitter, instruction: Instruction) -> str:
    """Write the scalar operation; ``emitter.operand`` gives its operands."""
    opcode = emitter.shapes.facts.base_opcode(instruction)
    if opcode == instruction.opcode:
        return WRITERS[opcode](emitter, instruction)
    twin = Instruction(opcode, instruction.type, instruction.operands, location=instruction.location)
    return WRITERS[opcode](emitter, twin)
