// sinf, cosf, tanf, sincosf and the pi variants.
#include "trig_kernels.h"

float __nv_sinf(float x) {
  trig_reduction_f t = reduce_trig_f(x);
  float v = sin_of_quadrant_f(t.quadrant, t.r);
  v = x == 0.0f ? x : v;
  return __builtin_fabsf(x) < INF_F ? v : NAN_F;
}

float __nv_cosf(float x) {
  trig_reduction_f t = reduce_trig_f(x);
  float v = sin_of_quadrant_f(t.quadrant + 1, t.r);
  return __builtin_fabsf(x) < INF_F ? v : NAN_F;
}

void __nv_sincosf(float x, float *sine, float *cosine) {
  trig_reduction_f t = reduce_trig_f(x);
  int finite = __builtin_fabsf(x) < INF_F;
  float s = sin_reduced_f(t.r), c = cos_reduced_f(t.r);
  float v = t.quadrant & 1 ? c : s, w = t.quadrant & 1 ? s : c;
  v = t.quadrant & 2 ? -v : v;
  w = (t.quadrant + 1) & 2 ? -w : w;
  v = x == 0.0f ? x : v;
  *sine = finite ? v : NAN_F;
  *cosine = finite ? w : NAN_F;
}

float __nv_tanf(float x) {
  trig_reduction_f t = reduce_trig_f(x);
  float z = t.r.hi * t.r.hi;
  float v = t.r.hi + fma_f(t.r.hi * z, poly_tanf(z), fma_f(z, t.r.lo, t.r.lo));
  v = t.quadrant & 1 ? -1.0f / v : v;
  v = x == 0.0f ? x : v;
  return __builtin_fabsf(x) < INF_F ? v : NAN_F;
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
