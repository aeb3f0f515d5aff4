// Bessel functions of orders 0 and 1: j0, j1, y0, y1, and the modified cyl_bessel_i0, cyl_bessel_i1.
//
// Below 8 each piece between the zeros is (x - zero) times a polynomial, the zero in two parts, so that the relative
// error stays small; above 8 Hankel's expansion with fitted P and Q. Float versions are the double ones rounded.
#include "exp_log_kernels.h"
#include "polynomials_bessel.h"
#include "polynomials_bessel_large.h"

double __nv_log(double);
void __nv_sincos(double, double *, double *);

#define NEAR_ZERO(x, hi, lo, piece) (((x) - (hi) - (lo)) * piece((x) - (hi)))

// sqrt(1/(pi x)) (P a - Q b) where a, b are the sums of sine and cosine that the order asks for
typedef struct {
  double sine, cosine, root, argument, inverse;
} hankel;
static inline hankel hankel_of(double x) {
  hankel h;
  __nv_sincos(x, &h.sine, &h.cosine);
  h.root = __builtin_sqrt(1.0 / PI_HI / x);
  h.inverse = 8.0 / x;
  h.argument = h.inverse * h.inverse;
  return h;
}
INTERNAL double hankel_sum(hankel h, double p, double q, double a, double b) {
  return h.root * (p * a - h.inverse * q * b);
}

static double j0_positive(double x) {
  if (x < 1.25) return poly_j0_origin(x * x);
  if (x < 4.0) return NEAR_ZERO(x, 0x1.33d152e971b40p+1, -0x1.0f539d7da258ep-53, poly_j0_0);
  if (x < 7.0) return NEAR_ZERO(x, 0x1.6148f5b2c2e45p+2, 0x1.75054cd60a517p-54, poly_j0_1);
  if (x < 8.0) return poly_j0_2(x - 7.5);
  hankel h = hankel_of(x);
  return hankel_sum(h, poly_hankel_p0(h.argument), poly_hankel_q0(h.argument), h.cosine + h.sine, h.sine - h.cosine);
}
static double j1_positive(double x) {
  if (x < 2.0) return x * poly_j1_origin(x * x);
  if (x < 5.5) return NEAR_ZERO(x, 0x1.ea75575af6f09p+1, -0x1.60155a9d1b256p-53, poly_j1_0);
  if (x < 8.0) return NEAR_ZERO(x, 0x1.c0ff5f3b47250p+2, -0x1.b226d9d243827p-54, poly_j1_1);
  hankel h = hankel_of(x);
  return hankel_sum(h, poly_hankel_p1(h.argument), poly_hankel_q1(h.argument), h.sine - h.cosine, -h.sine - h.cosine);
}
static double y0_positive(double x) {
  if (x < 0.5) return fma_d(TWO_OVER_PI * __nv_log(x), poly_j0_origin(x * x), poly_y0_origin(x * x));
  if (x < 1.5) return NEAR_ZERO(x, 0x1.c982eb8d417eap-1, 0x1.ea9d270347f83p-56, poly_y0_0);
  if (x < 2.75) return poly_y0_1(x - 2.125);
  if (x < 5.5) return NEAR_ZERO(x, 0x1.fa9534d98569cp+1, -0x1.f06ae7804384ep-54, poly_y0_2);
  if (x < 8.0) return NEAR_ZERO(x, 0x1.c581dc4e72103p+2, -0x1.9774a495f56cfp-54, poly_y0_3);
  hankel h = hankel_of(x);
  return hankel_sum(h, poly_hankel_p0(h.argument), poly_hankel_q0(h.argument), h.sine - h.cosine, -h.sine - h.cosine);
}
static double y1_positive(double x) {
  if (x < 1.5) {
    double regular = fma_d(TWO_OVER_PI * __nv_log(x), x * poly_j1_origin(x * x), x * poly_y1_origin(x * x));
    return regular - TWO_OVER_PI / x;
  }
  if (x < 3.25) return NEAR_ZERO(x, 0x1.193bed4dff243p+1, -0x1.bd1e50d219bfdp-55, poly_y1_0);
  if (x < 5.5) return NEAR_ZERO(x, 0x1.5b7fe4e87b02ep+2, 0x1.dfe7bac228e8cp-52, poly_y1_1);
  if (x < 8.0) return poly_y1_2(x - 6.75);
  hankel h = hankel_of(x);
  return hankel_sum(h, poly_hankel_p1(h.argument), poly_hankel_q1(h.argument), -h.sine - h.cosine, h.cosine - h.sine);
}

double __nv_j0(double x) {
  double magnitude = __builtin_fabs(x);
  return magnitude == INF_D ? 0.0 : j0_positive(magnitude);
}
double __nv_j1(double x) {
  double magnitude = __builtin_fabs(x), v = magnitude == INF_D ? 0.0 : j1_positive(magnitude);
  return x < 0.0 || x == 0.0 ? (x < 0.0 ? -v : x) : v;
}
INTERNAL double second_kind(double x, double v) {
  v = x == INF_D ? 0.0 : v;
  v = x == 0.0 ? -INF_D : v;
  return x >= 0.0 ? v : NAN_D;
}
double __nv_y0(double x) { return second_kind(x, y0_positive(x > 0.0 && x < INF_D ? x : 1.0)); }
double __nv_y1(double x) { return second_kind(x, y1_positive(x > 0.0 && x < INF_D ? x : 1.0)); }

// exp(x) without 2^64, which is given back last: i0 and i1 overflow later than exp
INTERNAL double modified_large(double x, double polynomial) {
  dd exponent = two_sum(x, -64.0 * LN2_HI);
  exponent.lo -= 64.0 * LN2_LO;
  return exp_of_dd(exponent) * (polynomial / __builtin_sqrt(x)) * 0x1p64;
}
double __nv_cyl_bessel_i0(double x) {
  double magnitude = __builtin_fabs(x), bounded = magnitude > 900.0 ? 900.0 : magnitude;
  double v = bounded < 8.0 ? poly_i0_small(bounded * bounded) : modified_large(bounded, poly_i0_large(8.0 / bounded));
  return x != x ? x : v;
}
double __nv_cyl_bessel_i1(double x) {
  double magnitude = __builtin_fabs(x), bounded = magnitude > 900.0 ? 900.0 : magnitude, v;
  if (bounded < 8.0)
    v = bounded * poly_i1_small(bounded * bounded);
  else
    v = modified_large(bounded, poly_i1_large(8.0 / bounded));
  return x != x ? x : __builtin_copysign(v, x);
}

float __nv_j0f(float x) { return (float)__nv_j0((double)x); }
float __nv_j1f(float x) { return (float)__nv_j1((double)x); }
float __nv_y0f(float x) { return (float)__nv_y0((double)x); }
float __nv_y1f(float x) { return (float)__nv_y1((double)x); }
float __nv_cyl_bessel_i0f(float x) { return (float)__nv_cyl_bessel_i0((double)x); }
float __nv_cyl_bessel_i1f(float x) { return (float)__nv_cyl_bessel_i1((double)x); }
