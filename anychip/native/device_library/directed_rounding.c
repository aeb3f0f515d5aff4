// __fadd_rz and relatives: every operation in the four rounding modes, correctly rounded.
//
// Float: the exact result is a sum hi + lo of doubles. Double: operands are scaled to a middle range, the nearest result
// and the sign of its error give the digits, and the scale is put back by integer arithmetic.
#include "directed.h"
#include "internal.h"

// a directed zero: x - x is -0 when rounding down, unless both addends are the same zero
INTERNAL int is_negative_d(double x) { return (int)(bits_of_double(x) >> 63); }

// ---- float
INTERNAL dd exact_sum(double a, double b) { return two_sum(a, b); }
INTERNAL dd exact_quotient(double a, double b) {
  double q = a / b, r = fma_d(-q, b, a);
  return (dd){q, b < 0.0 ? -r : r};  // only the sign of lo counts
}
INTERNAL dd exact_root(double a) {
  double s = __builtin_sqrt(a);
  return (dd){s, fma_d(-s, s, a)};
}
// p + c with p the exact product of two floats
INTERNAL dd exact_fma(double a, double b, double c) { return two_sum(a * b, c); }
INTERNAL float down_zero_f(float v, int exact_zero, int negative) {
  return exact_zero && negative ? -0.0f : v;
}
#define ROUND_rz(x, cancel) to_float_rz(x)
#define ROUND_ru(x, cancel) to_float_ru(x)
#define ROUND_rd(x, cancel) down_zero_f(to_float_rd(x), (x).hi == 0.0, cancel)
// a zero sum of a and b rounds down to -0 unless both are +0; a product or quotient keeps its own sign
#define SUM_IS_NEGATIVE(a, b) (is_negative_d(a) || is_negative_d(b))
#define FLOAT_OPERATIONS(MODE)                                                                            \
  float __nv_fadd_##MODE(float a, float b) {                                                              \
    dd s = exact_sum(a, b);                                                                               \
    return ROUND_##MODE(s, SUM_IS_NEGATIVE(a, b));                                                        \
  }                                                                                                       \
  float __nv_fsub_##MODE(float a, float b) {                                                              \
    dd s = exact_sum(a, -b);                                                                              \
    return ROUND_##MODE(s, SUM_IS_NEGATIVE(a, -b));                                                       \
  }                                                                                                       \
  float __nv_fmul_##MODE(float a, float b) { return to_float_##MODE((dd){(double)a * (double)b, 0.0}); }  \
  float __nv_fdiv_##MODE(float a, float b) { return to_float_##MODE(exact_quotient(a, b)); }              \
  float __nv_frcp_##MODE(float a) { return to_float_##MODE(exact_quotient(1.0, a)); }                     \
  float __nv_fsqrt_##MODE(float a) { return to_float_##MODE(exact_root(a)); }                             \
  float __nv_fmaf_##MODE(float a, float b, float c) {                                                     \
    dd s = exact_fma(a, b, c);                                                                            \
    return ROUND_##MODE(s, SUM_IS_NEGATIVE((double)a * (double)b, c));                                    \
  }                                                                                                       \
  float __nv_fmaf_ieee_##MODE(float a, float b, float c) { return __nv_fmaf_##MODE(a, b, c); }
FLOAT_OPERATIONS(rz)
FLOAT_OPERATIONS(rd)
FLOAT_OPERATIONS(ru)

float __nv_fadd_rn(float a, float b) { return a + b; }
float __nv_fsub_rn(float a, float b) { return a - b; }
float __nv_fmul_rn(float a, float b) { return a * b; }
float __nv_fdiv_rn(float a, float b) { return a / b; }
float __nv_frcp_rn(float a) { return 1.0f / a; }
float __nv_fsqrt_rn(float a) { return __builtin_sqrtf(a); }
float __nv_fmaf_rn(float a, float b, float c) { return fma_f(a, b, c); }
float __nv_fmaf_ieee_rn(float a, float b, float c) { return fma_f(a, b, c); }
// 1/sqrt(a) to nearest: r and the sign of 1 - a r^2
float __nv_frsqrt_rn(float a) {
  double d = a, r = 1.0 / __builtin_sqrt(d);
  dd square = two_product(r, r);
  double error = fma_d(-d, square.hi, 1.0) - d * square.lo;
  return to_float_rn_odd((dd){r, a > 0.0f && a < INF_F ? error : 0.0});
}

// ---- double: a value (hi + sign of lo) 2^e, hi normal or zero, rounded in a mode: 0 toward zero, 1 up, -1 down
enum { TO_ZERO = 0, TO_PLUS = 1, TO_MINUS = -1 };
INTERNAL double place(double hi, double lo, int e, int mode) {
  int negative = is_negative_d(hi);
  u64 sign = (u64)negative << 63, bits = bits_of_double(__builtin_fabs(hi));
  int toward = negative ? lo > 0.0 : lo < 0.0;  // the exact magnitude is below |hi|
  bits -= toward ? 1 : 0;
  int inexact = lo != 0.0;
  int exponent = (int)(bits >> 52) + e;
  u64 mantissa = (bits & 0xfffffffffffffull) | 0x10000000000000ull;
  int shift = exponent >= 1 ? 0 : (1 - exponent > 60 ? 60 : 1 - exponent);
  inexact |= (mantissa & ((1ull << shift) - 1)) != 0;
  int kept = exponent < 1 ? 0 : (exponent > 2046 ? 2046 : exponent);
  u64 truncated = exponent >= 1 ? (mantissa & 0xfffffffffffffull) | ((u64)kept << 52) : mantissa >> shift;
  int overflow = exponent > 2046;
  truncated = overflow ? 0x7fefffffffffffffull : truncated;
  int away = mode == (negative ? TO_MINUS : TO_PLUS) && (inexact || overflow);
  return double_of((truncated + (away ? 1 : 0)) | sign);
}
// x 2^-e with 1 <= |result| < 2, for finite x not 0
INTERNAL double normalised(double x, int *e) {
  int tiny = __builtin_fabs(x) < 0x1p-1022;
  u64 bits = bits_of_double(tiny ? x * 0x1p54 : x);
  *e = (int)((bits >> 52) & 2047) - 1023 - (tiny ? 54 : 0);
  return double_of((bits & 0x800fffffffffffffull) | 0x3ff0000000000000ull);
}
INTERNAL int regular(double x) { return x != 0.0 && __builtin_fabs(x) < INF_D; }
INTERNAL double or_one(double x) { return regular(x) ? x : 1.0; }

INTERNAL double multiply_directed(double a, double b, int mode) {
  int ea, eb;
  double na = normalised(or_one(a), &ea), nb = normalised(or_one(b), &eb);
  dd p = two_product(na, nb);
  double v = place(p.hi, p.lo, ea + eb, mode);
  return regular(a) && regular(b) ? v : a * b;
}
INTERNAL double divide_directed(double a, double b, int mode) {
  int ea, eb;
  double na = normalised(or_one(a), &ea), nb = normalised(or_one(b), &eb);
  dd q = exact_quotient(na, nb);
  double v = place(q.hi, q.lo, ea - eb, mode);
  return regular(a) && regular(b) ? v : a / b;
}
INTERNAL double root_directed(double a, int mode) {
  int e;
  int valid = a > 0.0 && a < INF_D;
  double m = normalised(valid ? a : 1.0, &e);
  int odd = e & 1;
  dd s = exact_root(odd ? 2.0 * m : m);
  double v = place(s.hi, s.lo, (e - odd) / 2, mode);
  return valid ? v : __builtin_sqrt(a);
}
// The error of fma(a, b, c) exactly (Boldo and Muller 2011); its sign is that of hi, which is 0 only if all is.
INTERNAL double fma_error(double a, double b, double c, double r) {
  dd product = two_product(a, b);
  dd low = two_sum(c, product.lo), high = two_sum(product.hi, low.hi);
  double gamma = (high.hi - r) + high.lo;
  return fast_two_sum(gamma, low.lo).hi;
}
INTERNAL double fma_directed(double a, double b, double c, int mode) {
  int ea, eb, ec;
  double na = normalised(or_one(a), &ea), nb = normalised(or_one(b), &eb), nc = normalised(or_one(c), &ec);
  // product and addend to a common scale; one that lies 2^300 below the other only counts by its sign
  int e = ea + eb > ec ? ea + eb : ec;
  int product_shift = ea + eb - e < -300 ? -300 : ea + eb - e, addend_shift = ec - e < -300 ? -300 : ec - e;
  double sa = na * power_of_two_d(product_shift), sc = nc * power_of_two_d(addend_shift);
  double r = fma_d(sa, nb, sc);
  double error = fma_error(sa, nb, sc, r);
  // cancellation is exact or leaves at least 2^-700: still normal
  double v = place(r, error, e, mode);
  double zero = mode == TO_MINUS ? -0.0 : 0.0;
  v = r == 0.0 ? zero : v;
  double product_only = c == 0.0 && a != 0.0 && b != 0.0 ? multiply_directed(a, b, mode) : fma_d(a, b, c);
  int negative_sum = is_negative_d(a) ^ is_negative_d(b) || is_negative_d(c);
  int zero_sum = (a == 0.0 || b == 0.0) && c == 0.0 && mode == TO_MINUS && negative_sum;
  product_only = zero_sum && regular(or_one(a)) && a - a == 0.0 && b - b == 0.0 ? -0.0 : product_only;
  return regular(a) && regular(b) && regular(c) ? v : product_only;
}
INTERNAL double add_directed(double a, double b, int mode) { return fma_directed(a, 1.0, b, mode); }

#define DOUBLE_OPERATIONS(SUFFIX, MODE)                                                         \
  double __nv_dadd_##SUFFIX(double a, double b) { return add_directed(a, b, MODE); }            \
  double __nv_dsub_##SUFFIX(double a, double b) { return add_directed(a, -b, MODE); }           \
  double __nv_dmul_##SUFFIX(double a, double b) { return multiply_directed(a, b, MODE); }       \
  double __nv_ddiv_##SUFFIX(double a, double b) { return divide_directed(a, b, MODE); }         \
  double __nv_drcp_##SUFFIX(double a) { return divide_directed(1.0, a, MODE); }                 \
  double __nv_dsqrt_##SUFFIX(double a) { return root_directed(a, MODE); }                       \
  double __nv_fma_##SUFFIX(double a, double b, double c) { return fma_directed(a, b, c, MODE); }
DOUBLE_OPERATIONS(rz, TO_ZERO)
DOUBLE_OPERATIONS(ru, TO_PLUS)
DOUBLE_OPERATIONS(rd, TO_MINUS)

double __nv_dadd_rn(double a, double b) { return a + b; }
double __nv_dsub_rn(double a, double b) { return a - b; }
double __nv_dmul_rn(double a, double b) { return a * b; }
double __nv_ddiv_rn(double a, double b) { return a / b; }
double __nv_drcp_rn(double a) { return 1.0 / a; }
double __nv_dsqrt_rn(double a) { return __builtin_sqrt(a); }
double __nv_fma_rn(double a, double b, double c) { return fma_d(a, b, c); }
