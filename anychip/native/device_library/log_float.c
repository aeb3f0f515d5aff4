// logf, log2f, log10f, log1pf.
#include "exp_log_kernels.h"

float __nv_logf(float x) {
  float m;
  float k = (float)reduce_log_f(x, &m);
  ff log_m = log1p_reduced_f(m - 1.0f);
  float low = fma_f(k, LN2_REST_F, log_m.lo);
  return log_special_f(x, fma_f(k, LN2_SHORT_F, log_m.hi + low));
}

// (hi + lo) * (c + c_lo) + k * (unit + unit_lo)
INTERNAL float scaled_log_f(float x, float c, float c_lo, float unit, float unit_lo) {
  float m;
  float k = (float)reduce_log_f(x, &m);
  ff log_m = log1p_reduced_f(m - 1.0f);
  ff sum = fast_two_sum_f(log_m.hi, log_m.lo);
  ff product = two_product_f(sum.hi, c);
  float low = fma_f(sum.lo, c, fma_f(sum.hi, c_lo, product.lo));
  low = fma_f(k, unit_lo, low);
  return log_special_f(x, fma_f(k, unit, product.hi + low));
}
float __nv_log2f(float x) { return scaled_log_f(x, LOG2_E_F, LOG2_E_LO_F, 1.0f, 0.0f); }
float __nv_log10f(float x) { return scaled_log_f(x, LOG10_E_F, LOG10_E_LO_F, LOG10_2_SHORT_F, LOG10_2_REST_F); }

float __nv_log1pf(float x) {
  float sum = 1.0f + x;
  float rest = __builtin_fabsf(x) < 1.0f ? x - (sum - 1.0f) : 1.0f - (sum - x);  // sum + rest = 1 + x
  float m;
  int k = reduce_log_f(sum, &m);
  float f_lo = k > 100 ? 0.0f : rest * power_of_two_f(k > 100 ? 0 : (k < -100 ? 0 : -k));
  float f = k == 0 ? x : m - 1.0f;
  f_lo = k == 0 ? 0.0f : f_lo;
  ff log_m = log1p_reduced_f(f);
  float kf = (float)k;
  float low = fma_f(kf, LN2_REST_F, log_m.lo + f_lo / (1.0f + f));
  float v = fma_f(kf, LN2_SHORT_F, log_m.hi + low);
  v = x == INF_F ? INF_F : v;
  v = x == -1.0f ? -INF_F : v;
  v = __builtin_fabsf(x) < 0x1p-26f ? x : v;
  return x >= -1.0f ? v : NAN_F;
}
