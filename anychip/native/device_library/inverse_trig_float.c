// asinf, acosf, atanf, atan2f.
#include "constants.h"
#include "internal.h"
#include "polynomials_trigonometry.h"

// asin(t) - t for t = hi + lo, t^2 <= 1/4
INTERNAL float asin_tail_f(float hi, float lo) {
  float z = hi * hi;
  return fma_f(hi * z, poly_asinf(z), lo);
}
// sqrt((1 - |x|)/2) as hi + lo
INTERNAL ff asin_complement_f(float magnitude) {
  float z = fma_f(magnitude, -0.5f, 0.5f), root = __builtin_sqrtf(z);
  float lo = fma_f(-root, root, z) / (root + root);
  return (ff){root, z > 0.0f ? lo : 0.0f};
}

float __nv_asinf(float x) {
  float magnitude = __builtin_fabsf(x);
  int near = magnitude <= 0.5f;
  ff root = asin_complement_f(near ? 0.5f : magnitude);
  float hi = near ? magnitude : root.hi, lo = near ? 0.0f : root.lo;
  float tail = asin_tail_f(hi, lo);
  float far = HALF_PI_F - 2.0f * hi;  // then what that rounding lost, and the tail
  far = far + (((HALF_PI_F - far) - 2.0f * hi) + fma_f(-2.0f, tail, HALF_PI_LO_F));
  float v = near ? hi + tail : far;
  return magnitude <= 1.0f ? __builtin_copysignf(v, x) : NAN_F;
}

float __nv_acosf(float x) {
  float magnitude = __builtin_fabsf(x);
  int near = magnitude <= 0.5f;
  ff root = asin_complement_f(near ? 0.5f : magnitude);
  float hi = near ? x : root.hi, lo = near ? 0.0f : root.lo;
  float tail = asin_tail_f(hi, lo);
  float middle = HALF_PI_F - hi;
  middle = middle + (((HALF_PI_F - middle) - hi) + (HALF_PI_LO_F - tail));
  float edge = 2.0f * (hi + tail);
  float opposite = 2.0f * (HALF_PI_F - hi);
  opposite = opposite + 2.0f * (((HALF_PI_F - 0.5f * opposite) - hi) + (HALF_PI_LO_F - tail));
  float v = near ? middle : (x > 0.0f ? edge : opposite);
  return magnitude <= 1.0f ? v : NAN_F;
}

// atan(numerator / denominator) for positive arguments whose sum neither overflows nor is tiny. One quotient:
// up to tan(pi/8) itself, up to its reciprocal (q-1)/(q+1) with pi/4 to add, beyond -1/q with pi/2.
INTERNAL float atan_quotient_f(float numerator, float denominator, int swap_sides) {
  int middle = numerator > 0x1.a8279ap-2f * denominator, far = numerator > 0x1.3504f4p+1f * denominator;
  float top = far ? -denominator : (middle ? numerator - denominator : numerator);
  float bottom = far ? numerator : (middle ? numerator + denominator : denominator);
  float base = far ? HALF_PI_F : (middle ? 0.5f * HALF_PI_F : 0.0f);
  float base_lo = far ? HALF_PI_LO_F : (middle ? 0.5f * HALF_PI_LO_F : 0.0f);
  float t = top / bottom, z = t * t;
  float tail = fma_f(t * z, poly_atanf(z), base_lo);
  // the other half plane: pi - (base + t)
  base = swap_sides ? 2.0f * HALF_PI_F - base : base;
  tail = swap_sides ? 2.0f * HALF_PI_LO_F - tail : tail;
  t = swap_sides ? -t : t;
  float sum = base + t;
  float lost = base == 0.0f ? 0.0f : t - (sum - base);
  return sum + (lost + tail);
}

float __nv_atanf(float x) {
  float magnitude = __builtin_fabsf(x);
  float bounded = magnitude > 0x1p60f ? 0x1p60f : magnitude;
  float v = __builtin_copysignf(atan_quotient_f(bounded, 1.0f, 0), x);
  return x != x ? x : v;
}

float __nv_atan2f(float y, float x) {
  float ay = __builtin_fabsf(y), ax = __builtin_fabsf(x);
  int negative = (int)(bits_of_float(x) >> 31);
  // infinities: only equal or not matters; zeros: 0/0 becomes 0/1
  int both_infinite = ay == INF_F && ax == INF_F;
  float greatest = ay > ax ? ay : ax;
  float scale = greatest > 0x1p120f ? 0x1p-30f : (greatest < 0x1p-90f ? 0x1p60f : 1.0f);
  float top = both_infinite ? 1.0f : ay * scale, bottom = both_infinite ? 1.0f : ax * scale;
  int infinite = !both_infinite && greatest == INF_F;
  top = infinite ? (ay == INF_F ? 1.0f : 0.0f) : top;
  bottom = infinite ? (ax == INF_F ? 1.0f : 0.0f) : bottom;
  bottom = greatest == 0.0f ? 1.0f : bottom;
  float v = __builtin_copysignf(atan_quotient_f(top, bottom, negative), y);
  return x != x || y != y ? x + y : v;
}
