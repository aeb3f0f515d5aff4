// sinhf, coshf, tanhf, asinhf, acoshf, atanhf.
#include "exp_log_kernels.h"
#include "polynomials_trigonometry.h"

// exp(|x|)/4, so that it does not overflow before sinh and cosh do, with the reduced argument's low part
INTERNAL float quarter_exp_f(float magnitude) {
  exp_reduction_f e = reduce_exp_f(magnitude > 100.0f ? 100.0f : magnitude);
  float p = fma_f(e.r.hi * e.r.hi, poly_expf(e.r.hi), e.r.lo) + e.r.hi;
  return scale_f(1.0f + p, e.n - 2);
}

float __nv_sinhf(float x) {
  float magnitude = __builtin_fabsf(x), z = x * x;
  float quarter = quarter_exp_f(magnitude);
  float far = 2.0f * (quarter - 0.0625f / quarter);
  float v = magnitude < 1.0f ? fma_f(x * z, poly_sinhf(z), x) : __builtin_copysignf(far, x);
  return x != x ? x : v;
}

float __nv_coshf(float x) {
  float quarter = quarter_exp_f(__builtin_fabsf(x));
  float v = 2.0f * (quarter + 0.0625f / quarter);
  return x != x ? x : v;
}

float __nv_tanhf(float x) {
  float magnitude = __builtin_fabsf(x), z = x * x;
  float twice = 2.0f * magnitude;
  exp_reduction_f e = reduce_exp_f(twice > 40.0f ? 40.0f : twice);
  float power = scale_f(1.0f + fma_f(e.r.hi * e.r.hi, poly_expf(e.r.hi), e.r.hi), e.n);
  float far = 1.0f - 2.0f / (power + 1.0f);
  float v = magnitude < 0.625f ? fma_f(x * z, poly_tanhf(z), x) : __builtin_copysignf(far, x);
  return x != x || x == 0.0f ? x : v;
}

// log(1 + t + t_lo), t >= 0
INTERNAL float log_of_one_plus_f(float t, float t_lo) {
  float sum = 1.0f + t;
  float rest = (t < 1.0f ? t - (sum - 1.0f) : 1.0f - (sum - t)) + t_lo;
  float m;
  int k = reduce_log_f(sum, &m);
  float f = k == 0 ? t : m - 1.0f;
  float f_lo = k == 0 ? t_lo : rest * power_of_two_f(-k);
  ff log_m = log1p_reduced_f(f);
  float kf = (float)k;
  return fma_f(kf, LN2_SHORT_F, log_m.hi + fma_f(kf, LN2_REST_F, log_m.lo + f_lo / (1.0f + f)));
}

float __nv_asinhf(float x) {
  float magnitude = __builtin_fabsf(x);
  int large = magnitude > 0x1p60f;
  float a = large ? 1.0f : magnitude, z = a * a;
  float t = a + z / (1.0f + __builtin_sqrtf(z + 1.0f));
  float v = log_of_one_plus_f(large ? magnitude * 0.5f : t, 0.0f);  // log(2x) = log(x/2) + 2 log 2
  v = large ? v + 2.0f * 0x1.62e43p-1f : v;
  v = magnitude < 0x1p-13f ? magnitude : v;
  v = magnitude == INF_F ? INF_F : v;
  return x != x ? x : __builtin_copysignf(v, x);
}

float __nv_acoshf(float x) {
  int large = x > 0x1p60f;
  float t = large ? 0.0f : x - 1.0f;
  float t_root = __builtin_sqrtf(t < 0.0f ? 0.0f : fma_f(t, t, 2.0f * t));
  float v = log_of_one_plus_f(large ? x * 0.5f : t + t_root, 0.0f);
  v = large ? v + 2.0f * 0x1.62e43p-1f : v;
  v = x == INF_F ? INF_F : v;
  return x >= 1.0f ? v : NAN_F;
}

float __nv_atanhf(float x) {
  float magnitude = __builtin_fabsf(x);
  int inside = magnitude < 1.0f;
  float a = inside ? magnitude : 0.0f;
  float below = 1.0f - a, below_lo = (1.0f - below) - a;
  float t = 2.0f * a / below;
  float t_lo = (fma_f(-t, below, 2.0f * a) - t * below_lo) / below;
  float v = 0.5f * log_of_one_plus_f(t, t_lo);
  v = magnitude < 0x1p-13f ? magnitude : v;
  v = magnitude == 1.0f ? INF_F : v;
  return magnitude <= 1.0f ? __builtin_copysignf(v, x) : NAN_F;
}
