// Rounding to integral values, minimum and maximum, sign and class.
#include "internal.h"

// One text for both types; the integer results saturate like the conversions (conversion.c).

// ---- float
float __nv_fabsf(float x) { return __builtin_fabsf(x); }
float __nv_copysignf(float x, float y) { return __builtin_copysignf(x, y); }
float __nv_floorf(float x) { return __builtin_floorf(x); }
float __nv_ceilf(float x) { return __builtin_ceilf(x); }
float __nv_truncf(float x) { return __builtin_truncf(x); }
float __nv_rintf(float x) { return __builtin_rintf(x); }
float __nv_nearbyintf(float x) { return __builtin_rintf(x); }
float __nv_roundf(float x) { return __builtin_roundf(x); }
float __nv_fmaf(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

// A NaN gives the other operand, -0 < +0. On the device target this is the IR's fmin; elsewhere the same, spelt out.
#ifdef __NVPTX__
float __nv_fminf(float a, float b) { return __builtin_fminf(a, b); }
float __nv_fmaxf(float a, float b) { return __builtin_fmaxf(a, b); }
#else
float __nv_fminf(float a, float b) {
  float zeros = float_of(bits_of_float(a) | bits_of_float(b));
  return a != a ? b : (b != b ? a : (a == b && a == 0.0f ? zeros : (a < b ? a : b)));
}
float __nv_fmaxf(float a, float b) {
  float zeros = float_of(bits_of_float(a) & bits_of_float(b));
  return a != a ? b : (b != b ? a : (a == b && a == 0.0f ? zeros : (a > b ? a : b)));
}
#endif
float __nv_fdimf(float a, float b) { return a != a || b != b ? a + b : (a > b ? a - b : 0.0f); }

float __nv_nextafterf(float x, float y) {
  u32 bits = bits_of_float(x);
  int away = (x < y) == (x > 0.0f);
  float v = float_of(away ? bits + 1 : bits - 1);
  v = x == 0.0f ? __builtin_copysignf(float_of(1), y) : v;
  v = x == y ? y : v;
  return x != x || y != y ? x + y : v;
}
int __nv_signbitf(float x) { return (int)(bits_of_float(x) >> 31); }
int __nv_isnanf(float x) { return x != x; }
int __nv_isinff(float x) { return __builtin_fabsf(x) == INF_F; }
int __nv_finitef(float x) { return __builtin_fabsf(x) < INF_F; }

// ---- double
double __nv_fabs(double x) { return __builtin_fabs(x); }
double __nv_copysign(double x, double y) { return __builtin_copysign(x, y); }
double __nv_floor(double x) { return __builtin_floor(x); }
double __nv_ceil(double x) { return __builtin_ceil(x); }
double __nv_trunc(double x) { return __builtin_trunc(x); }
double __nv_rint(double x) { return __builtin_rint(x); }
double __nv_nearbyint(double x) { return __builtin_rint(x); }
double __nv_round(double x) { return __builtin_round(x); }
double __nv_fma(double a, double b, double c) { return __builtin_fma(a, b, c); }

// A NaN gives the other operand, -0 < +0. On the device target this is the IR's fmin; elsewhere the same, spelt out.
#ifdef __NVPTX__
double __nv_fmin(double a, double b) { return __builtin_fmin(a, b); }
double __nv_fmax(double a, double b) { return __builtin_fmax(a, b); }
#else
double __nv_fmin(double a, double b) {
  double zeros = double_of(bits_of_double(a) | bits_of_double(b));
  return a != a ? b : (b != b ? a : (a == b && a == 0.0 ? zeros : (a < b ? a : b)));
}
double __nv_fmax(double a, double b) {
  double zeros = double_of(bits_of_double(a) & bits_of_double(b));
  return a != a ? b : (b != b ? a : (a == b && a == 0.0 ? zeros : (a > b ? a : b)));
}
#endif
double __nv_fdim(double a, double b) { return a != a || b != b ? a + b : (a > b ? a - b : 0.0); }

double __nv_nextafter(double x, double y) {
  u64 bits = bits_of_double(x);
  int away = (x < y) == (x > 0.0);
  double v = double_of(away ? bits + 1 : bits - 1);
  v = x == 0.0 ? __builtin_copysign(double_of(1), y) : v;
  v = x == y ? y : v;
  return x != x || y != y ? x + y : v;
}
int __nv_signbitd(double x) { return (int)(bits_of_double(x) >> 63); }
int __nv_isnand(double x) { return x != x; }
int __nv_isinfd(double x) { return __builtin_fabs(x) == INF_D; }
int __nv_isfinited(double x) { return __builtin_fabs(x) < INF_D; }

// PTX saturate: NaN gives +0
float __nv_saturatef(float x) { return x > 0.0f ? (x < 1.0f ? x : 1.0f) : 0.0f; }

// A quiet NaN; the payload is the platform's (see docs/math_accuracy.md)
float __nv_nanf(const signed char *tag) {
  (void)tag;
  return NAN_F;
}
double __nv_nan(const signed char *tag) {
  (void)tag;
  return NAN_D;
}
