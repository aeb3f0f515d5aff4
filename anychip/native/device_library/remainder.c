// ldexp, scalbn, frexp, logb, ilogb, modf, fmod, remainder, remquo: exact.
#include "internal.h"

// The exponent that frexp gives, of a finite nonzero number (subnormals included), less one: 2^e <= |x| < 2^(e+1)
INTERNAL int exponent_f(float x) {
  u32 bits = bits_of_float(x) & 0x7fffffffu;
  u32 normal = bits < 0x800000u ? bits_of_float(__builtin_fabsf(x) * 0x1p25f) : bits;
  return (int)(normal >> 23) - (bits < 0x800000u ? 152 : 127);
}
INTERNAL int exponent_d(double x) {
  u64 bits = bits_of_double(x) & 0x7fffffffffffffffull;
  u64 normal = bits < 0x10000000000000ull ? bits_of_double(__builtin_fabs(x) * 0x1p54) : bits;
  return (int)(normal >> 52) - (bits < 0x10000000000000ull ? 1077 : 1023);
}

// One rounding: the steps before the last are exact because the mantissa is kept normal until then.
float __nv_ldexpf(float x, int e) {
  e = clamp_int(e, -400, 400);
  double v = (double)x * power_of_two_d(e);  // exact in double
  return (float)v;
}
double __nv_ldexp(double x, int e) {
  e = clamp_int(e, -2200, 2200);
  int subnormal = __builtin_fabs(x) < 0x1p-1022;
  double m = subnormal ? x * 0x1p54 : x;
  int shift = e - (subnormal ? 54 : 0);
  int own = (int)((bits_of_double(m) >> 52) & 2047) - 1023;  // m = m1 2^own, 1 <= |m1| < 2
  int total = own + shift;
  double unit = double_of((bits_of_double(m) & 0x800fffffffffffffull) | 0x3ff0000000000000ull);
  double high = unit * power_of_two_d(clamp_int(total, -1000, 1000));
  double rest = power_of_two_d(clamp_int(total - clamp_int(total, -1000, 1000), -1000, 1000));
  double v = high * rest;
  return x == 0.0 || !(__builtin_fabs(x) < INF_D) ? x : v;
}
float __nv_scalbnf(float x, int e) { return __nv_ldexpf(x, e); }
double __nv_scalbn(double x, int e) { return __nv_ldexp(x, e); }

// ---- float
RESULT_IN_MEMORY float __nv_frexpf(float x, int *exponent) {
  int regular = __builtin_fabsf(x) < INF_F && x != 0.0f;
  int e = regular ? exponent_f(x) + 1 : 0;
  int subnormal = __builtin_fabsf(x) < 0x1p-126f;
  float normal = subnormal ? x * 0x1p25f : x;
  *exponent = e;
  return regular ? float_of((bits_of_float(normal) & 0x807fffffu) | 0x3f000000u) : x;
}
int __nv_ilogbf(float x) {
  int e = exponent_f(x);
  e = __builtin_fabsf(x) == INF_F ? 2147483647 : e;
  return x == 0.0f || x != x ? -2147483647 - 1 : e;
}
float __nv_logbf(float x) {
  float e = (float)exponent_f(x);
  e = __builtin_fabsf(x) == INF_F ? INF_F : e;
  e = x == 0.0f ? -INF_F : e;
  return x != x ? x : e;
}
RESULT_IN_MEMORY float __nv_modff(float x, float *whole) {
  float t = __builtin_truncf(x);
  *whole = t;
  float rest = __builtin_fabsf(x) == INF_F ? 0.0f : x - t;
  return x != x ? x : __builtin_copysignf(rest, x);
}

// ---- double
RESULT_IN_MEMORY double __nv_frexp(double x, int *exponent) {
  int regular = __builtin_fabs(x) < INF_D && x != 0.0;
  int e = regular ? exponent_d(x) + 1 : 0;
  int subnormal = __builtin_fabs(x) < 0x1p-1022;
  double normal = subnormal ? x * 0x1p54 : x;
  *exponent = e;
  return regular ? double_of((bits_of_double(normal) & 0x800fffffffffffffull) | 0x3fe0000000000000ull) : x;
}
int __nv_ilogb(double x) {
  int e = exponent_d(x);
  e = __builtin_fabs(x) == INF_D ? 2147483647 : e;
  return x == 0.0 || x != x ? -2147483647 - 1 : e;
}
double __nv_logb(double x) {
  double e = (double)exponent_d(x);
  e = __builtin_fabs(x) == INF_D ? INF_D : e;
  e = x == 0.0 ? -INF_D : e;
  return x != x ? x : e;
}
RESULT_IN_MEMORY double __nv_modf(double x, double *whole) {
  double t = __builtin_trunc(x);
  *whole = t;
  double rest = __builtin_fabs(x) == INF_D ? 0.0 : x - t;
  return x != x ? x : __builtin_copysign(rest, x);
}

// ---- |x| modulo |y|, both finite, y not 0; the quotient's low bits in *quotient
INTERNAL u64 significand_d(double x, int *e) {  // x = result * 2^*e
  u64 bits = bits_of_double(x);
  int biased = (int)(bits >> 52);
  *e = (biased == 0 ? 1 : biased) - 1075;
  return (bits & 0xfffffffffffffull) | (biased == 0 ? 0 : 0x10000000000000ull);
}
// Long division, eleven bits a step: any two doubles. The quotient is modulo 2^64.
static double remainder_long(double x, double y, u64 *quotient) {
  int ex, ey;
  u64 mx = significand_d(x, &ex), my = significand_d(y, &ey);
  u64 q = 0;
  if (ex >= ey) {
    int left = ex - ey;
    q = mx / my;
    mx %= my;
    while (left > 0) {
      int step = left < 11 ? left : 11;
      mx <<= step;
      q = (q << step) + mx / my;
      mx %= my;
      left -= step;
    }
  } else {
    // y's unit is the greater: x < y already, as y is normal then
    *quotient = 0;
    return x;
  }
  *quotient = q;
  int top = mx == 0 ? 0 : 63 - __builtin_clzll(mx);  // mx 2^ey is a double: exact
  u64 normal = ((mx << (52 - top)) & 0xfffffffffffffull) | ((u64)(ey + top + 1023) << 52);
  u64 bits = ey + top >= -1022 ? normal : mx << (ey + 1074);
  return double_of(mx == 0 ? 0 : bits);
}
// A quotient below 2^52: its truncation is at most one too great, and both x - q y and adding y back are exact.
INTERNAL double remainder_of(double x, double y, u64 *quotient) {
  double ratio = x / y;
  if (!(ratio < 0x1p52 && y > 0x1p-900 && x < 0x1p1020)) return remainder_long(x, y, quotient);
  double whole = __builtin_trunc(ratio), r = fma_d(-whole, y, x);
  int over = r < 0.0;
  *quotient = (u64)(s64)whole - (over ? 1u : 0u);
  return over ? r + y : r;
}
// operands that have a remainder by long division at all
INTERNAL int divisible(double x, double y) { return __builtin_fabs(x) < INF_D && y != 0.0 && y == y && x == x; }

double __nv_fmod(double x, double y) {
  double ax = __builtin_fabs(x), ay = __builtin_fabs(y);
  int valid = divisible(x, y), trivial = ax < ay;  // includes y infinite
  u64 quotient;
  double r = remainder_of(valid && !trivial ? ax : 0.0, valid && !trivial ? ay : 1.0, &quotient);
  r = __builtin_copysign(trivial ? ax : r, x);
  return valid ? r : (x != x || y != y ? x + y : NAN_D);
}
double __nv_remquo(double x, double y, int *quotient) {
  double ax = __builtin_fabs(x), ay = __builtin_fabs(y);
  int valid = divisible(x, y), trivial = ay == INF_D || (ax < ay && ax < 0.5 * ay);
  u64 q;
  double divisor = valid && !trivial ? ay : 1.0;
  double r = remainder_of(valid && !trivial ? ax : 0.0, divisor, &q);
  // r and y - r compared without rounding: y - r is exact once r >= y/2
  double other = divisor - r;
  int up = r > other || (r == other && (q & 1));
  up = r < 0.5 * divisor ? 0 : up;
  r = up ? r - divisor : r;
  q += up ? 1 : 0;
  r = trivial ? ax : r;
  int low = trivial ? 0 : (int)(q & 7);
  int negative = (bits_of_double(x) ^ bits_of_double(y)) >> 63 != 0;
  *quotient = valid ? (negative ? -low : low) : 0;
  r = r == 0.0 ? __builtin_copysign(0.0, x) : (x < 0.0 ? -r : r);
  return valid ? r : (x != x || y != y ? x + y : NAN_D);
}
double __nv_remainder(double x, double y) {
  int quotient;
  return __nv_remquo(x, y, &quotient);
}
// float's remainders are floats, and the double ones are exact
float __nv_fmodf(float x, float y) { return (float)__nv_fmod((double)x, (double)y); }
float __nv_remainderf(float x, float y) { return (float)__nv_remainder((double)x, (double)y); }
float __nv_remquof(float x, float y, int *quotient) { return (float)__nv_remquo((double)x, (double)y, quotient); }
