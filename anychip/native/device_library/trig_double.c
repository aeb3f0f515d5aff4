// sin, cos, tan, sincos and the pi variants.
#include "trig_kernels.h"

double __nv_sin(double x) {
  trig_reduction t = reduce_trig(x);
  double v = sin_of_quadrant(t.quadrant, t.r);
  v = x == 0.0 ? x : v;
  return __builtin_fabs(x) < INF_D ? v : NAN_D;
}

double __nv_cos(double x) {
  trig_reduction t = reduce_trig(x);
  double v = sin_of_quadrant(t.quadrant + 1, t.r);
  return __builtin_fabs(x) < INF_D ? v : NAN_D;
}

RESULT_IN_MEMORY void __nv_sincos(double x, double *sine, double *cosine) {
  trig_reduction t = reduce_trig(x);
  int finite = __builtin_fabs(x) < INF_D;
  double s = sin_reduced(t.r), c = cos_reduced(t.r);
  double v = t.quadrant & 1 ? c : s, w = t.quadrant & 1 ? s : c;
  v = t.quadrant & 2 ? -v : v;
  w = (t.quadrant + 1) & 2 ? -w : w;
  v = x == 0.0 ? x : v;
  *sine = finite ? v : NAN_D;
  *cosine = finite ? w : NAN_D;
}

double __nv_tan(double x) {
  trig_reduction t = reduce_trig(x);
  double s = sin_reduced(t.r), c = cos_reduced(t.r);
  double v = t.quadrant & 1 ? -c / s : s / c;
  v = x == 0.0 ? x : v;
  return __builtin_fabs(x) < INF_D ? v : NAN_D;
}

// Annex F: sinpi of an integer is a zero with the argument's sign, cospi of a half-integer is +0
double __nv_sinpi(double x) {
  trig_reduction t = reduce_pi(x);
  double v = sin_of_quadrant(t.quadrant, t.r);
  v = v == 0.0 ? __builtin_copysign(0.0, x) : v;
  return __builtin_fabs(x) < INF_D ? v : NAN_D;
}

double __nv_cospi(double x) {
  trig_reduction t = reduce_pi(x);
  double v = sin_of_quadrant(t.quadrant + 1, t.r) + 0.0;
  return __builtin_fabs(x) < INF_D ? v : NAN_D;
}

RESULT_IN_MEMORY void __nv_sincospi(double x, double *sine, double *cosine) {
  *sine = __nv_sinpi(x);
  *cosine = __nv_cospi(x);
}
