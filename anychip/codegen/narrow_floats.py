"""half and bfloat arithmetic with the same bits on every target, as LLVM helper functions over i16.

An operation is done in float and rounded once: for + - * / and sqrt that equals the correctly rounded narrow result,
because float has more than twice the digits plus two (Figueroa, "When is double rounding innocuous?", 1995). ``fma``
and conversions from double go through round-to-odd, which makes a second rounding harmless (Boldo and Melquiond,
"Emulation of FMA and correctly rounded sums", 2008). NaN results are 0x7fff (PTX's canonical NaN).
"""

from __future__ import annotations

_EXTEND_HALF = """
define internal float @anychip.half.extend(i16 %x) alwaysinline nounwind {
  %w = zext i16 %x to i32
  %s0 = and i32 %w, 32768
  %s = shl i32 %s0, 16
  %m = and i32 %w, 32767
  %m13 = shl i32 %m, 13
  %special = icmp uge i32 %m, 31744
  %bias = select i1 %special, i32 1879048192, i32 939524096
  %normal = add i32 %m13, %bias
  %mf = uitofp i32 %m to float
  %tiny = fmul float %mf, 0x3E70000000000000
  %tb = bitcast float %tiny to i32
  %sub = icmp ult i32 %m, 1024
  %mag = select i1 %sub, i32 %tb, i32 %normal
  %b = or i32 %mag, %s
  %r = bitcast i32 %b to float
  ret float %r
}
"""

# Below 2^-14 the unit is 2^-24, which is the last place of 0.5: adding 0.5 rounds there.
_ROUND_HALF = """
define internal i16 @anychip.half.round(float %x) alwaysinline nounwind {
  %b = bitcast float %x to i32
  %hi = lshr i32 %b, 16
  %s = and i32 %hi, 32768
  %a = and i32 %b, 2147483647
  %r0 = sub i32 %a, 939524096
  %up = lshr i32 %r0, 13
  %odd = and i32 %up, 1
  %r1 = add i32 %r0, 4095
  %r2 = add i32 %r1, %odd
  %normal = lshr i32 %r2, 13
  %af = bitcast i32 %a to float
  %shifted = fadd float %af, 5.000000e-01
  %sb = bitcast float %shifted to i32
  %tiny = sub i32 %sb, 1056964608
  %small = icmp ult i32 %a, 947912704
  %m0 = select i1 %small, i32 %tiny, i32 %normal
  %big = icmp uge i32 %a, 1199566848
  %m1 = select i1 %big, i32 31744, i32 %m0
  %nan = icmp ugt i32 %a, 2139095040
  %m = select i1 %nan, i32 32767, i32 %m1
  %w = or i32 %m, %s
  %r = trunc i32 %w to i16
  ret i16 %r
}
"""

_NATIVE_HALF = {
    "anychip.half.extend": """
define internal float @anychip.half.extend(i16 %x) alwaysinline nounwind {
  %h = bitcast i16 %x to half
  %r = fpext half %h to float
  ret float %r
}
""",
    "anychip.half.round": """
define internal i16 @anychip.half.round(float %x) alwaysinline nounwind {
  %h = fptrunc float %x to half
  %b = bitcast half %h to i16
  %nan = fcmp uno float %x, 0.0
  %r = select i1 %nan, i16 32767, i16 %b
  ret i16 %r
}
""",
}

_EXTEND_BFLOAT = """
define internal float @anychip.bfloat.extend(i16 %x) alwaysinline nounwind {
  %w = zext i16 %x to i32
  %b = shl i32 %w, 16
  %r = bitcast i32 %b to float
  ret float %r
}
"""

_ROUND_BFLOAT = """
define internal i16 @anychip.bfloat.round(float %x) alwaysinline nounwind {
  %b = bitcast float %x to i32
  %up = lshr i32 %b, 16
  %odd = and i32 %up, 1
  %r0 = add i32 %b, 32767
  %r1 = add i32 %r0, %odd
  %r2 = lshr i32 %r1, 16
  %nan = fcmp uno float %x, 0.0
  %m = select i1 %nan, i32 32767, i32 %r2
  %r = trunc i32 %m to i16
  ret i16 %r
}
"""

# The float of odd significand next to an inexact double.
_ROUND_ODD = """
define internal float @anychip.round_odd(double %x) alwaysinline nounwind {
  %t = fptrunc double %x to float
  %e = fpext float %t to double
  %inexact = fcmp one double %e, %x
  %tb = bitcast float %t to i32
  %last = and i32 %tb, 1
  %even = icmp eq i32 %last, 0
  %fix = and i1 %inexact, %even
  %ea = call double @llvm.fabs.f64(double %e)
  %xa = call double @llvm.fabs.f64(double %x)
  %below = fcmp olt double %ea, %xa
  %step = select i1 %below, i32 1, i32 -1
  %delta = select i1 %fix, i32 %step, i32 0
  %b = add i32 %tb, %delta
  %r = bitcast i32 %b to float
  ret float %r
}
"""

# a*b is exact in double for narrow a and b; the sum's error is exact too (Knuth's TwoSum).
_FMA_ODD = """
define internal double @anychip.fma_odd(double %a, double %b, double %c) alwaysinline nounwind {
  %p = fmul double %a, %b
  %s = fadd double %p, %c
  %c1 = fsub double %s, %p
  %p1 = fsub double %s, %c1
  %ep = fsub double %p, %p1
  %ec = fsub double %c, %c1
  %err = fadd double %ep, %ec
  %inexact = fcmp one double %err, 0.0
  %sb = bitcast double %s to i64
  %last = and i64 %sb, 1
  %even = icmp eq i64 %last, 0
  %fix = and i1 %inexact, %even
  %eb = bitcast double %err to i64
  %signs = xor i64 %eb, %sb
  %same = icmp sge i64 %signs, 0
  %step = select i1 %same, i64 1, i64 -1
  %delta = select i1 %fix, i64 %step, i64 0
  %rb = add i64 %sb, %delta
  %r = bitcast i64 %rb to double
  ret double %r
}
"""

_ROUND_DOUBLE = """
define internal i16 @anychip.FORMAT.round.double(double %x) alwaysinline nounwind {
  %f = call float @anychip.round_odd(double %x)
  %r = call i16 @anychip.FORMAT.round(float %f)
  ret i16 %r
}
"""

# 53 or more bits: keep the upper ones and whether any below is set, so that the conversion to double is exact.
_STICKY = """
define internal i64 @anychip.sticky(i64 %x) alwaysinline nounwind {
  %low = and i64 %x, 2047
  %some = icmp ne i64 %low, 0
  %bit = select i1 %some, i64 2048, i64 0
  %high = and i64 %x, -2048
  %kept = or i64 %high, %bit
  %big = icmp uge i64 %x, 9007199254740992
  %r = select i1 %big, i64 %kept, i64 %x
  ret i64 %r
}
"""

_HELPERS: dict[str, str] = {
    "anychip.half.extend": _EXTEND_HALF,
    "anychip.half.round": _ROUND_HALF,
    "anychip.bfloat.extend": _EXTEND_BFLOAT,
    "anychip.bfloat.round": _ROUND_BFLOAT,
    "anychip.round_odd": _ROUND_ODD,
    "anychip.fma_odd": _FMA_ODD,
    "anychip.half.round.double": _ROUND_DOUBLE.replace("FORMAT", "half"),
    "anychip.bfloat.round.double": _ROUND_DOUBLE.replace("FORMAT", "bfloat"),
    "anychip.sticky": _STICKY,
}


def narrow_helpers(*, half_conversion: bool) -> dict[str, str]:
    """Helper name to LLVM definition; with ``half_conversion`` the processor's own instructions are used."""
    return {**_HELPERS, **(_NATIVE_HALF if half_conversion else {})}
