"""Contraction of ``fmul`` and ``fadd``/``fsub`` to ``fma``: decided once, so that all targets give the same bits.

    a*b + c  -> fma(a, b, c)      a*b - c  -> fma(a, b, -c)      c - a*b  -> fma(-a, b, c)

Requires the transient attribute ``contract`` that the reader leaves on operations clang allowed to contract (nvcc's
default, ``-fmad=true``); both operations must carry it, so ``__fmul_rn`` and ``__fadd_rn`` are never touched. With
two products the left one is fused. No ``contract`` attribute is left afterwards: from here on the bits are fixed.
"""

from __future__ import annotations

from collections import Counter

from anychip.ir import Block, ConstantFloat, FloatType, Function, Instruction, Module, Value

_FUSED = frozenset({"fadd", "fsub"})


def contract(module: Module) -> None:
    """Contract every function of a module in place."""
    for function in module.functions.values():
        if function.blocks:
            _contract_function(function)


def _contract_function(function: Function) -> None:
    uses: Counter[int] = Counter()
    for instruction in function.instructions():
        uses.update(map(id, instruction.operands))
    products: set[int] = set()
    for block in function.blocks:
        block.instructions = [
            made for instruction in block.instructions for made in _contracted(instruction, block, uses, products)
        ]
    for block in function.blocks:
        block.instructions = [i for i in block.instructions if id(i) not in products or uses[id(i)]]
        for instruction in block.instructions:
            instruction.attributes.pop("contract", None)


def _contracted(instruction: Instruction, block: Block, uses: Counter[int], products: set[int]) -> list[Instruction]:
    """The instruction itself, turned into an ``fma`` where it can be, behind the negation it then needs."""
    if instruction.opcode not in _FUSED or not instruction.flag("contract"):
        return [instruction]
    left, right = instruction.operands
    product = next((operand for operand in (left, right) if _is_product(operand)), None)
    if product is None:
        return [instruction]
    assert isinstance(product, Instruction)
    factor, other = product.operands
    addend = right if product is left else left
    before: list[Instruction] = []
    if instruction.opcode == "fsub" and product is left:
        addend = _negated(addend, instruction, block, before)
    elif instruction.opcode == "fsub":
        factor = _negated(factor, instruction, block, before)
    uses[id(product)] -= 1
    products.add(id(product))
    uses.update((id(product.operands[0]), id(product.operands[1])))
    instruction.opcode = "fma"
    instruction.operands = [factor, other, addend]
    instruction.attributes = {}
    return [*before, instruction]


def _is_product(value: Value) -> bool:
    return isinstance(value, Instruction) and value.opcode == "fmul" and value.flag("contract")


def _negated(value: Value, user: Instruction, block: Block, before: list[Instruction]) -> Value:
    """The value with its sign flipped: a constant, or a new instruction in ``before``."""
    if isinstance(value, ConstantFloat):
        assert isinstance(value.type, FloatType)
        return ConstantFloat(value.type, value.bits ^ 1 << (value.type.bits - 1))
    # No name of LLVM starts with two dots, and the user is negated for once at most.
    negation = Instruction("fneg", value.type, [value], name=f"..{user.name}.neg", location=user.location)
    negation.block = block
    before.append(negation)
    return negation
