// sinf, cosf, tanf, sincosf and the pi variants.
#include "trig_kernels.h"

float __nv_sinf(float x) {
  float magnitude = __builtin_fabsf(x);
  trig_reduction_f t = reduce_half_turns_f(magnitude, 0);
  if (LARGE_F(magnitude)) t = reduce_half_turns_large_f(magnitude, 0);
  return flip_sign_f(sin_of_half_turns_f(t), bits_of_float(x));
}

float __nv_cosf(float x) {
  float magnitude = __builtin_fabsf(x);
  trig_reduction_f t = reduce_half_turns_f(magnitude, 1);
  if (LARGE_F(magnitude)) t = reduce_half_turns_large_f(magnitude, 1);
  return sin_of_half_turns_f(t);
}

INTERNAL void sincos_of_quadrant_f(float x, trig_reduction_f t, float *sine, float *cosine) {
  float s = sin_reduced_f(t.r), c = cos_reduced_f(t.r);
  u32 quadrant = (u32)t.quadrant;
  *sine = flip_sign_f(quadrant & 1 ? c : s, (quadrant << 30) ^ bits_of_float(x));
  *cosine = flip_sign_f(quadrant & 1 ? s : c, (quadrant + 1) << 30);
}
void __nv_sincosf(float x, float *sine, float *cosine) {
  sincos_of_quadrant_f(x, reduce_trig_f(__builtin_fabsf(x)), sine, cosine);
}

float __nv_tanf(float x) {
  trig_reduction_f t = reduce_trig_f(__builtin_fabsf(x));
  float z = t.r.hi * t.r.hi;
  float v = t.r.hi + fma_f(t.r.hi * z, poly_tanf(z), fma_f(z, t.r.lo, t.r.lo));
  v = t.quadrant & 1 ? -1.0f / v : v;
  return flip_sign_f(v, bits_of_float(x));
}

// ---- the fast intrinsics: the usual case alone. From 2^22 on, where the reduction has no digits left, the angle counts
// as 0, and what is no number as NaN.
INTERNAL float fast_magnitude_f(float x) { return __builtin_fabsf(x) >= 0x1p22f ? x - x : __builtin_fabsf(x); }

float __nv_fast_sinf(float x) {
  return flip_sign_f(sin_of_half_turns_f(reduce_half_turns_f(fast_magnitude_f(x), 0)), bits_of_float(x));
}
float __nv_fast_cosf(float x) { return sin_of_half_turns_f(reduce_half_turns_f(fast_magnitude_f(x), 1)); }
void __nv_fast_sincosf(float x, float *sine, float *cosine) {
  sincos_of_quadrant_f(x, reduce_quadrants_f(fast_magnitude_f(x)), sine, cosine);
}
float __nv_fast_tanf(float x) {
  float sine, cosine;
  __nv_fast_sincosf(x, &sine, &cosine);
  return sine / cosine;
}

// Annex F: sinpi of an integer is a zero with the argument's sign, cospi of a half-integer is +0
float __nv_sinpif(float x) {
  trig_reduction_f t = reduce_pi_f(x);
  float v = sin_of_quadrant_f(t.quadrant, t.r);
  v = v == 0.0f ? __builtin_copysignf(0.0f, x) : v;
  return __builtin_fabsf(x) < INF_F ? v : NAN_F;
}

float __nv_cospif(float x) {
  trig_reduction_f t = reduce_pi_f(x);
  float v = sin_of_quadrant_f(t.quadrant + 1, t.r) + 0.0f;
  return __builtin_fabsf(x) < INF_F ? v : NAN_F;
}

void __nv_sincospif(float x, float *sine, float *cosine) {
  *sine = __nv_sinpif(x);
  *cosine = __nv_cospif(x);
}
