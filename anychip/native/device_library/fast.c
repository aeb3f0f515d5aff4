// The fast intrinsics (__expf, __logf, ...; what -use_fast_math selects). The accurate functions are fast here, so most
// are those; the bounds of the CUDA guide for the intrinsics are wider. Those of trigonometry: trig_float.c.
#include "internal.h"

float __nv_expf(float);
float __nv_exp2f(float);
float __nv_exp10f(float);
float __nv_logf(float);
float __nv_log2f(float);
float __nv_log10f(float);

float __nv_fast_expf(float x) { return __nv_expf(x); }
float __nv_fast_exp10f(float x) { return __nv_exp10f(x); }
float __nv_fast_logf(float x) { return __nv_logf(x); }
float __nv_fast_log2f(float x) { return __nv_log2f(x); }
float __nv_fast_log10f(float x) { return __nv_log10f(x); }
// The guide defines it as exp2(y log2(x)): a negative base gives NaN
float __nv_fast_powf(float x, float y) { return __nv_exp2f(y * __nv_log2f(x)); }
// The guide: for 2^126 < |y| < 2^128 the result is 0 (NaN if x is infinite)
float __nv_fast_fdividef(float x, float y) {
  float magnitude = __builtin_fabsf(y), q = x / y;
  return magnitude > 0x1p126f && magnitude < INF_F ? x * 0.0f * __builtin_copysignf(1.0f, y) : q;
}

// An estimate of 1/x whose lower 32 bits are zero (PTX rcp.approx.ftz.f64): subnormal x counts as zero
double __nv_rcp64h(double x) {
  double bounded = __builtin_fabs(x) < 0x1p-1022 ? __builtin_copysign(0.0, x) : x;
  double r = 1.0 / bounded;
  r = __builtin_fabs(r) < 0x1p-1022 ? __builtin_copysign(0.0, r) : r;
  return x != x ? x : double_of(bits_of_double(r) & 0xffffffff00000000ull);
}
