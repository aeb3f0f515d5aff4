// asin, acos, atan, atan2.
#include "constants.h"
#include "internal.h"
#include "polynomials_trigonometry.h"

// asin(t) - t for t = hi + lo, t^2 <= 1/4
INTERNAL double asin_tail(double hi, double lo) {
  double z = hi * hi;
  return fma_d(hi * z, poly_asin(z), lo);
}
// sqrt((1 - |x|)/2) as hi + lo
INTERNAL dd asin_complement(double magnitude) {
  double z = fma_d(magnitude, -0.5, 0.5), root = __builtin_sqrt(z);
  double lo = fma_d(-root, root, z) / (root + root);
  return (dd){root, z > 0.0 ? lo : 0.0};
}

double __nv_asin(double x) {
  double magnitude = __builtin_fabs(x);
  int near = magnitude <= 0.5;
  dd root = asin_complement(near ? 0.5 : magnitude);
  double hi = near ? magnitude : root.hi, lo = near ? 0.0 : root.lo;
  double tail = asin_tail(hi, lo);
  double far = HALF_PI_HI - 2.0 * hi;  // then what that rounding lost, and the tail
  far = far + (((HALF_PI_HI - far) - 2.0 * hi) + fma_d(-2.0, tail, HALF_PI_LO));
  double v = near ? hi + tail : far;
  return magnitude <= 1.0 ? __builtin_copysign(v, x) : NAN_D;
}

double __nv_acos(double x) {
  double magnitude = __builtin_fabs(x);
  int near = magnitude <= 0.5;
  dd root = asin_complement(near ? 0.5 : magnitude);
  double hi = near ? x : root.hi, lo = near ? 0.0 : root.lo;
  double tail = asin_tail(hi, lo);
  double middle = HALF_PI_HI - hi;
  middle = middle + (((HALF_PI_HI - middle) - hi) + (HALF_PI_LO - tail));
  double edge = 2.0 * (hi + tail);
  double opposite = 2.0 * (HALF_PI_HI - hi);
  opposite = opposite + 2.0 * (((HALF_PI_HI - 0.5 * opposite) - hi) + (HALF_PI_LO - tail));
  double v = near ? middle : (x > 0.0 ? edge : opposite);
  return magnitude <= 1.0 ? v : NAN_D;
}

// atan(numerator / denominator) for positive arguments whose sum neither overflows nor is tiny. One quotient:
// up to tan(pi/8) itself, up to its reciprocal (q-1)/(q+1) with pi/4 to add, beyond -1/q with pi/2.
INTERNAL double atan_quotient(double numerator, double denominator, int swap_sides) {
  int middle = numerator > 0x1.a827999fcef32p-2 * denominator, far = numerator > 0x1.3504f333f9de6p+1 * denominator;
  double top = far ? -denominator : (middle ? numerator - denominator : numerator);
  double bottom = far ? numerator : (middle ? numerator + denominator : denominator);
  double base = far ? HALF_PI_HI : (middle ? 0.5 * HALF_PI_HI : 0.0);
  double base_lo = far ? HALF_PI_LO : (middle ? 0.5 * HALF_PI_LO : 0.0);
  double t = top / bottom, z = t * t;
  double tail = fma_d(t * z, poly_atan(z), base_lo);
  // the other half plane: pi - (base + t)
  base = swap_sides ? 2.0 * HALF_PI_HI - base : base;
  tail = swap_sides ? 2.0 * HALF_PI_LO - tail : tail;
  t = swap_sides ? -t : t;
  double sum = base + t;
  double lost = base == 0.0 ? 0.0 : t - (sum - base);
  return sum + (lost + tail);
}

double __nv_atan(double x) {
  double magnitude = __builtin_fabs(x);
  double bounded = magnitude > 0x1p200 ? 0x1p200 : magnitude;
  double v = __builtin_copysign(atan_quotient(bounded, 1.0, 0), x);
  return x != x ? x : v;
}

double __nv_atan2(double y, double x) {
  double ay = __builtin_fabs(y), ax = __builtin_fabs(x);
  int negative = (int)(bits_of_double(x) >> 63);
  // infinities: only equal or not matters; zeros: 0/0 becomes 0/1
  int both_infinite = ay == INF_D && ax == INF_D;
  double greatest = ay > ax ? ay : ax;
  double scale = greatest > 0x1p1000 ? 0x1p-100 : (greatest < 0x1p-900 ? 0x1p200 : 1.0);
  double top = both_infinite ? 1.0 : ay * scale, bottom = both_infinite ? 1.0 : ax * scale;
  int infinite = !both_infinite && greatest == INF_D;
  top = infinite ? (ay == INF_D ? 1.0 : 0.0) : top;
  bottom = infinite ? (ax == INF_D ? 1.0 : 0.0) : bottom;
  bottom = greatest == 0.0 ? 1.0 : bottom;
  double v = __builtin_copysign(atan_quotient(top, bottom, negative), y);
  return x != x || y != y ? x + y : v;
}
