"""LLVM's text to our IR: every construct of clang's device code, and clear refusals."""

from __future__ import annotations

import pytest

from anychip.analysis.verifier import verify
from anychip.diagnostics import InternalError, Unsupported
from anychip.frontend.contract import contract
from anychip.frontend.llvm_reader import read_module
from anychip.ir import ConstantAddress, ConstantFloat, ConstantInt, Instruction, Module
from anychip.ir.parser import parse_module
from anychip.ir.printer import print_function, print_module


def read(text: str) -> Module:
    """Read, contract, verify; the text form must round-trip too."""
    module = read_module(text, "test")
    contract(module)
    verify(module)
    printed = print_module(module)
    assert print_module(parse_module(printed)) == printed
    return module


def lines_of(body: str, parameters: str = "ptr %p, i32 %n, i64 %l, float %x, double %d, i1 %c", top: str = "") -> str:
    """The printed instructions of a function with this body, without the label of the entry."""
    module = read(f"{top}\ndefine void @f({parameters}) {{\n{body}\n}}\n")
    text = print_function(module.functions["f"])
    return "\n".join(line.strip() for line in text.split("\n")[2:-2])


def body_of(instruction: str, **options: str) -> str:
    return lines_of(f"  {instruction}\n  ret void", **options).removesuffix("ret").rstrip()


@pytest.mark.parametrize(
    ("llvm", "ours"),
    [
        ("%r = add nuw nsw i32 %n, 1", "%r : i32 = add i32 %n, i32 1 [nuw, nsw]"),
        ("%r = or disjoint i32 %n, 8", "%r : i32 = or i32 %n, i32 8 [disjoint]"),
        ("%r = sdiv exact i32 %n, -4", "%r : i32 = sdiv i32 %n, i32 -4 [exact]"),
        ("%r = shl i64 %l, undef", "%r : i64 = shl i64 %l, i64 0"),
        (
            "%r = fsub reassoc nnan contract float %x, 0x3FB99999A0000000",
            "%r : float = fsub float %x, float 0.10000000149011612",
        ),
        ("%r = fneg double %d", "%r : double = fneg double %d"),
        ("%r = fadd float %x, 0x7FF8000000000000", "%r : float = fadd float %x, float 0x7fc00000"),
        ("%r = fdiv double %d, 1.000000e-05", "%r : double = fdiv double %d, double 1e-05"),
        ("%r = icmp samesign ult i32 %n, 7", '%r : i1 = icmp i32 %n, i32 7 [predicate="ult"]'),
        ("%r = icmp eq ptr %p, null", '%r : i1 = icmp ptr %p, ptr zero [predicate="eq"]'),
        ("%r = fcmp contract une float %x, 0.0", '%r : i1 = fcmp float %x, float 0.0 [predicate="une"]'),
        ("%r = zext nneg i32 %n to i64", "%r : i64 = zext i32 %n [nneg]"),
        ("%r = trunc nuw nsw i64 %l to i32", "%r : i32 = trunc i64 %l"),
        ("%r = fptosi double %d to i32", "%r : i32 = fptosi double %d"),
        ("%r = bitcast float %x to i32", "%r : i32 = bitcast float %x"),
        ("%r = addrspacecast ptr %p to ptr addrspace(3)", "%r : ptr<shared> = space.cast ptr %p"),
        ("%r = select i1 %c, float %x, float poison", "%r : float = select i1 %c, float %x, float 0.0"),
        ("%r = alloca [4 x i32], align 16", "%r : ptr = alloca [allocated=type [4 x i32], alignment=16]"),
        ("%r = load volatile i32, ptr %p, align 2", "%r : i32 = load ptr %p [alignment=2, volatile]"),
        (
            '%r = load atomic i32, ptr %p syncscope("block") acquire, align 4',
            '%r : i32 = load ptr %p [ordering="acquire", scope="block", alignment=4]',
        ),
        (
            'store atomic i32 %n, ptr %p syncscope("device") release, align 4',
            'store i32 %n, ptr %p [ordering="release", scope="device", alignment=4]',
        ),
        (
            "%r = atomicrmw uinc_wrap ptr %p, i32 %n monotonic, align 4",
            '%r : i32 = atomic ptr %p, i32 %n [ordering="relaxed", scope="system", operation="inc_wrap"]',
        ),
        (
            '%r = cmpxchg weak ptr %p, i32 0, i32 %n syncscope("device") acq_rel acquire, align 4',
            '%r : {i32, i1} = cmpxchg ptr %p, i32 0, i32 %n [ordering="acq_rel", scope="device"]',
        ),
        ('fence syncscope("block") seq_cst', 'fence [ordering="seq_cst", scope="block"]'),
        (
            "%r = getelementptr inbounds nuw i8, ptr %p, i64 -4",
            "%r : ptr = gep ptr %p [offset=-4, scales=(), inbounds]",
        ),
        (
            "%r = insertvalue { i32, [2 x i8] } zeroinitializer, i8 1, 1, 1",
            "%r : {i32, [2 x i8]} = insert {i32, [2 x i8]} zero, i8 1 [indices=(1, 1)]",
        ),
        ("call void @llvm.lifetime.start.p0(ptr %p)", ""),
        ('call void asm sideeffect "", "~{memory}"()', ""),
        ("%r = call i32 @llvm.ctlz.i32(i32 %n, i1 true)", "%r : i32 = ctlz i32 %n"),
        (
            "%r = tail call contract float @llvm.fmuladd.f32(float %x, float %x, float 1.0)",
            "%r : float = fma float %x, float %x, float 1.0",
        ),
        (
            "%r = call { i32, i1 } @llvm.umul.with.overflow.i32(i32 %n, i32 3)",
            "%r : {i32, i1} = umul.overflow i32 %n, i32 3",
        ),
        (
            "call void @llvm.memcpy.p0.p3.i64(ptr align 4 %p, ptr addrspace(3) align 4 null, i64 12, i1 false)",
            "memcpy ptr %p, ptr<shared> zero, i64 12",
        ),
        (
            "call void @llvm.memset.p0.i32(ptr %p, i8 0, i32 8, i1 true)",
            "%..1 : i64 = zext i32 8\nmemset ptr %p, i8 0, i64 %..1 [volatile]",
        ),
        ("%r = call i32 @llvm.nvvm.read.ptx.sreg.ntid.z()", '%r : i32 = sreg [register="ntid.z"]'),
        ("%r = call i32 @llvm.nvvm.read.ptx.sreg.lanemask.lt()", '%r : i32 = sreg [register="lanemask_lt"]'),
        ("call void @llvm.nvvm.barrier.cta.sync.aligned.count(i32 1, i32 64)", "barrier i32 1, i32 64 [aligned]"),
        (
            "%r = call i32 @llvm.nvvm.barrier.cta.red.popc.aligned.all(i32 0, i1 %c)",
            '%r : i32 = barrier.reduce i32 0, i1 %c [operation="popc"]',
        ),
        (
            "call void @llvm.nvvm.cp.async.ca.shared.global.8(ptr addrspace(3) null, ptr addrspace(1) null)",
            "memcpy ptr<shared> zero, ptr<global> zero, i64 8",
        ),
        ("call void @llvm.nvvm.cp.async.wait.group(i32 1)", ""),
        ("call void @llvm.nvvm.bar.warp.sync(i32 -1)", "warp.barrier i32 -1"),
        (
            "%r = call { i32, i1 } @llvm.nvvm.shfl.sync.up.i32p(i32 -1, i32 %n, i32 1, i32 0)",
            '%r : {i32, i1} = shuffle i32 -1, i32 %n, i32 1, i32 0 [mode="up", sync, with_predicate]',
        ),
        (
            "%r = call float @llvm.nvvm.shfl.bfly.f32(float %x, i32 1, i32 31)",
            '%r : float = shuffle float %x, i32 1, i32 31 [mode="bfly"]',
        ),
        ("%r = call i1 @llvm.nvvm.vote.all.sync(i32 7, i1 %c)", '%r : i1 = vote i32 7, i1 %c [mode="all", sync]'),
        ("%r = call i32 @llvm.nvvm.match.any.sync.i64(i32 -1, i64 %l)", '%r : i32 = match i32 -1, i64 %l [mode="any"]'),
        (
            "%r = call i32 @llvm.nvvm.redux.sync.umin(i32 %n, i32 15)",
            '%r : i32 = warp.reduce i32 15, i32 %n [operation="umin"]',
        ),
        ("call void @llvm.nvvm.membar.gl()", 'fence [ordering="seq_cst", scope="device"]'),
        ("%r = call i1 @llvm.nvvm.isspacep.const(ptr %p)", '%r : i1 = space.is ptr %p [space="constant"]'),
        (
            "%r = call float @llvm.nvvm.atomic.add.gen.f.cta.f32.p0(ptr %p, float %x)",
            '%r : float = atomic ptr %p, float %x [operation="fadd", ordering="relaxed", scope="block"]',
        ),
        ("%r = call i32 @llvm.nvvm.f2i.rm(float %x)", "%..1 : float = floor float %x\n%r : i32 = fptosi float %..1"),
        (
            "%r = call i32 @llvm.nvvm.mulhi.ui(i32 %n, i32 3)",
            "%..1 : i64 = zext i32 %n\n%..2 : i64 = zext i32 3\n%..3 : i64 = mul i64 %..1, i64 %..2\n"
            "%..4 : i64 = lshr i64 %..3, i64 32\n%r : i32 = trunc i64 %..4",
        ),
        ("%r = call float @llvm.nvvm.mul.rn.f(float %x, float %x)", "%r : float = fmul float %x, float %x"),
        ("%r = call i64 @llvm.nvvm.read.ptx.sreg.clock64()", '%r : i64 = clock [register="clock64"]'),
    ],
)
def test_one_line(llvm: str, ours: str) -> None:
    assert body_of(llvm) == ours


def test_address_arithmetic_is_bytes() -> None:
    top = "%pair = type { i32, [4 x { i8, double }] }"
    text = body_of("%r = getelementptr %pair, ptr %p, i32 %n, i32 1, i64 %l, i32 1", top=top)
    assert text == "%..1 : i64 = sext i32 %n\n%r : ptr = gep ptr %p, i64 %..1, i64 %l [offset=16, scales=(72, 16)]"


def test_constant_expressions_fold_or_become_instructions() -> None:
    top = "@t = addrspace(3) global [8 x i8] undef, align 16"
    cast = "ptrtoint (ptr addrspacecast (ptr addrspace(3) @t to ptr)"
    text = body_of(f"%r = icmp eq i4 {cast} to i4), 0", top=top)
    assert text.split("\n")[0] == "%..1 : i4 = ptrtoint ptr address(@t, 0)"
    assert body_of(f"%r = xor i64 {cast} to i64), 1", top=top) == "%r : i64 = xor i64 address(@t, 0), i64 1"
    text = body_of(f"%r = sub i64 xor (i64 {cast} to i64), i64 1), %l", top=top)
    assert text.split("\n")[0] == "%..1 : i64 = xor i64 address(@t, 0), i64 1"
    text = body_of("%r = load i8, ptr inttoptr (i64 64 to ptr), align 1")
    assert text == "%..1 : ptr = inttoptr i64 64\n%r : i8 = load ptr %..1 [alignment=1]"
    difference = f"sub (i64 {cast} to i64), i64 {cast} to i64))"
    assert body_of(f"%r = add i64 %l, {difference}", top=top) == "%r : i64 = add i64 %l, i64 0"
    with pytest.raises(Unsupported, match="the constant expression ptrtoint to i32"):
        read(f"{top}\n@x = global i32 {cast} to i32), align 4\n")


def test_vectors_become_elements() -> None:
    text = body_of("%v = load <2 x float>, ptr %p, align 8\n  %s = fmul <2 x float> %v, splat (float 2.000000e+00)\n  "
                   "%w = shufflevector <2 x float> %s, <2 x float> poison, <2 x i32> <i32 1, i32 0>\n  "
                   "store <2 x float> %w, ptr %p, align 8")  # fmt: skip
    assert text.split("\n") == [
        "%..1 : ptr = gep ptr %p [offset=4, scales=()]",
        "%..2 : float = load ptr %p [alignment=8]",
        "%..3 : float = load ptr %..1 [alignment=4]",
        "%..4 : float = fmul float %..2, float 2.0",
        "%..5 : float = fmul float %..3, float 2.0",
        "%..6 : ptr = gep ptr %p [offset=4, scales=()]",
        "store float %..5, ptr %p [alignment=8]",
        "store float %..4, ptr %..6 [alignment=4]",
    ]


def test_vector_bits_regroup_little_endian() -> None:
    text = body_of("%v = bitcast i32 %n to <2 x i16>\n  %r = extractelement <2 x i16> %v, i32 1")
    assert text.split("\n")[-2:] == ["%..2 : i32 = lshr i32 %n, i32 16", "%r : i16 = trunc i32 %..2"]


def test_control_flow_phis_and_forward_references() -> None:
    text = lines_of(
        """  br label %loop

loop:                                             ; preds = %loop, %0
  %i = phi i32 [ 0, %0 ], [ %next, %loop ]
  %v = phi <2 x float> [ zeroinitializer, %0 ], [ %w, %loop ]
  %w = fadd <2 x float> %v, %v
  %next = add i32 %i, 1
  switch i32 %next, label %loop [
    i32 7, label %done
    i32 9, label %done
  ]

done:                                             ; preds = %loop, %loop
  unreachable"""
    )
    assert text.split("\n") == [
        "br -> ^loop",
        "^loop:",
        "%i : i32 = phi i32 0, i32 %next -> ^0, ^loop",
        "%..2 : float = phi float 0.0, float %..4 -> ^0, ^loop",
        "%..3 : float = phi float 0.0, float %..5 -> ^0, ^loop",
        "%..4 : float = fadd float %..2, float %..2",
        "%..5 : float = fadd float %..3, float %..3",
        "%next : i32 = add i32 %i, i32 1",
        "switch i32 %next, i32 7, i32 9 -> ^loop, ^done, ^done",
        "^done:",
        "unreachable",
    ]


MODULE = r"""
%S = type { float, [3 x i32] }
@g = dso_local addrspace(1) externally_initialized global i32 5, align 4
@c = dso_local addrspace(4) externally_initialized constant [4 x float] zeroinitializer, align 4
@t = internal unnamed_addr addrspace(3) global [2 x float] undef, align 16
@dyn = external dso_local addrspace(3) global [0 x float], align 4
@.str = private unnamed_addr constant [4 x i8] c"a;\0A\00", align 1
@table = internal constant { ptr, [2 x i64], <2 x half> } { ptr @callee, [2 x i64] [i64 ptrtoint (ptr @.str to i64), i64 -1], <2 x half> <half 0xH3C00, half 0xH0000> }
@ptr = addrspace(1) global ptr getelementptr inbounds (i8, ptr addrspacecast (ptr addrspace(1) @g to ptr), i64 4), align 8
@llvm.used = appending global [1 x ptr] [ptr @.str], section "llvm.metadata"
@other = alias i32 (i32), ptr @callee

; Function Attrs: convergent noinline
define internal noundef i32 @callee(i32 noundef %0) #0 !dbg !4 {
  ret i32 %0, !dbg !9
}

define dso_local ptx_kernel void @k(ptr noundef captures(none) %s, ptr noundef readonly byval(%S) align 4 captures(none) %v) local_unnamed_addr #1 !dbg !7 {
entry:
  %i = load i32, ptr addrspacecast (ptr addrspace(1) @g to ptr), align 4, !dbg !10, !tbaa !3
  %r = tail call noundef i32 @other(i32 noundef %i) #2, !dbg !8
  %q = call i32 (ptr, ...) %s(ptr nonnull @.str, i32 %r), !dbg !11
  ret void
}

declare i32 @vprintf(ptr, ptr)
attributes #0 = { convergent noinline nounwind "target-cpu"="sm_80" }
attributes #1 = { "nvvm.maxntid"="128,2" "nvvm.minctasm"="3" }
!3 = !{!"tbaa"}
!4 = distinct !DISubprogram(name: "callee", scope: !5, file: !5, line: 2, type: !6, unit: !6)
!5 = !DIFile(filename: "k.cu", directory: "/src")
!7 = distinct !DISubprogram(name: "k", scope: !5, file: !5, line: 6, unit: !6)
!8 = !DILocation(line: 66, column: 27, scope: !12, inlinedAt: !9)
!9 = distinct !DILocation(line: 7, column: 3, scope: !7)
!10 = !DILocation(line: 0, scope: !12, inlinedAt: !9)
!11 = !DILocation(line: 0, scope: !7)
!12 = distinct !DILexicalBlock(scope: !13, file: !14, line: 60)
!13 = distinct !DISubprogram(name: "h", scope: !14, file: !14, line: 60)
!14 = !DIFile(filename: "/include/h.h", directory: "")
"""  # noqa: E501 - LLVM's own lines


def test_globals_functions_and_positions() -> None:
    module = read(MODULE)
    assert [str(g.space) for g in module.globals.values()] == ["1", "4", "3", "3", "0", "0", "1"]
    assert not module.globals["c"].constant  # the host sets it
    assert module.globals["dyn"].initializer is None
    assert isinstance(module.globals["ptr"].initializer, ConstantAddress)
    assert module.globals["ptr"].initializer.offset == 4
    printed = print_module(module)
    assert 'global @.str : [4 x i8] generic private align 1 constant = c"a;\\0a\\00"' in printed
    assert "= [ptr address(@callee, 0), [2 x i64] [i64 address(@.str, 0), i64 -1], <2 x half> [half 1.0," in printed
    callee, kernel = module.functions["callee"], module.functions["k"]
    assert callee.attributes == {"convergent": True, "noinline": True}
    assert (kernel.kernel, kernel.attributes) == (True, {"max_threads": 256, "min_blocks": 3})
    assert str(kernel.location) == "/src/k.cu:6"
    assert str(kernel.arguments[1].attributes.by_value) == "{float, [3 x i32]}"
    assert "other" not in module.functions
    load, call, indirect, _ = kernel.entry.instructions
    assert call.operands[0] is callee
    assert str(indirect.attributes["signature"]) == "i32 (ptr, ...)"
    assert indirect.location is None
    assert str(load.location) == "/src/k.cu:7:3"  # made up by the compiler: its call site counts
    assert call.location is not None
    assert str(call.location) == "/include/h.h:66:27"
    assert str(call.location.inlined_at) == "/src/k.cu:7:3"


@pytest.mark.parametrize(
    ("llvm", "message"),
    [
        ("%r = call float @llvm.nvvm.ex2.approx.f(float %x)", "the intrinsic llvm.nvvm.ex2.approx.f"),
        ('call void asm sideeffect "bar.sync 0;", ""()', "inline PTX is not supported yet: bar.sync 0;"),
        ("%r = alloca i8, i64 %l, align 1", "known only at run time"),
        ("%r = call i32 @llvm.nvvm.atomic.max.gen.i.cta.i32.p0(ptr %p, i32 %n)", "signed and unsigned"),
        ("%r = fadd fp128 poison, poison", "type fp128"),
        ('fence syncscope("agent") seq_cst', "the synchronisation scope 'agent'"),
        ("%r = call i64 @llvm.made.up(i64 %l)", "the intrinsic llvm.made.up"),
        ("indirectbr ptr %p, [label %a]", "computed goto"),
    ],
)
def test_refusals_name_construct_and_position(llvm: str, message: str) -> None:
    text = MODULE.replace("  ret void\n", f"  {llvm}, !dbg !9\n  ret void\n")
    text = text.replace("%s, ptr noundef readonly", "%p, i32 %n, i64 %l, float %x, ptr noundef readonly")
    text = text.replace("%s(ptr", "%p(ptr")
    with pytest.raises(Unsupported, match="unsupported: ") as raised:
        read(text)
    assert message in raised.value.message
    assert str(raised.value.location) == "/src/k.cu:7:3"


def test_malformed_text_is_an_internal_error() -> None:
    with pytest.raises(InternalError, match="cannot read LLVM's line"):
        read("define void @f() {\n  %x = frobnicate i32 1\n  ret void\n}\n")


def test_constants_are_exact() -> None:
    module = read("define float @f() {\n  ret float 0xFFF4000000000000\n}\ndefine i8 @g() {\n  ret i8 -1\n}\n")
    returned = module.functions["f"].entry.terminator.operands[0]
    assert isinstance(returned, ConstantFloat)
    assert returned.bits == 0xFFA00000  # a signalling NaN keeps its sign and payload
    byte = module.functions["g"].entry.terminator.operands[0]
    assert isinstance(byte, ConstantInt)
    assert (byte.value, byte.signed) == (255, -1)


def test_code_behind_exit_is_dropped() -> None:
    text = lines_of("  call void @llvm.nvvm.exit()\n  %r = add i32 %n, 1\n  unreachable")
    assert text == "exit"
    text = lines_of(
        "  br i1 %c, label %a, label %b\na:\n  call void @llvm.nvvm.exit()\n  br label %b\n"
        "b:\n  %r = phi i32 [ 1, %a ], [ 2, %0 ]\n  ret void"
    )
    assert text.split("\n")[-2] == "%r : i32 = phi i32 2 -> ^0"


def test_old_annotations_mark_kernels() -> None:
    module = read(
        "define void @k() {\n  ret void\n}\n!nvvm.annotations = !{!0, !1}\n"
        '!0 = !{ptr @k, !"kernel", i32 1}\n!1 = !{ptr @k, !"maxntidx", i32 64, !"maxntidy", i32 2}\n'
    )
    assert module.functions["k"].kernel
    assert module.functions["k"].attributes == {"max_threads": 128}


def test_undef_and_freeze_leave_no_trace() -> None:
    module = read("define i32 @f(i32 %n) {\n  %a = freeze i32 %n\n  %b = add i32 %a, poison\n  ret i32 %b\n}\n")
    add = module.functions["f"].entry.instructions[0]
    assert isinstance(add, Instruction)
    assert add.operands == [module.functions["f"].arguments[0], ConstantInt(add.type, 0)]  # type: ignore[arg-type]
