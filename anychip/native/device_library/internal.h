// What all chapters of the device library share: bit casts, scaling by powers of two, error-free transformations.
//
// The rules of this library (docs/math_accuracy.md has the measured errors):
// * Only IEEE operations whose result is fixed by the standard, so every target gives the same bits: compile with
//   -ffp-contract=off; where a fused operation is meant, __builtin_fma is written.
// * No undefined behaviour is relied on: a float is cast to an integer only inside the integer's range.
// * Nearly no branches on the common path: the code is widened to one lane per thread.
#ifndef ANYCHIP_DEVICE_LIBRARY_INTERNAL_H
#define ANYCHIP_DEVICE_LIBRARY_INTERNAL_H

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#define INTERNAL static inline __attribute__((always_inline))
#define OUT_OF_LINE static __attribute__((noinline))
// A function that stores results through pointers: inlined before lanes are formed, so that these stay in registers
#define RESULT_IN_MEMORY __attribute__((always_inline))

#define INF_F __builtin_inff()
#define NAN_F __builtin_nanf("")
#define INF_D __builtin_inf()
#define NAN_D __builtin_nan("")

INTERNAL float float_of(u32 bits) { return __builtin_bit_cast(float, bits); }
INTERNAL u32 bits_of_float(float x) { return __builtin_bit_cast(u32, x); }
INTERNAL double double_of(u64 bits) { return __builtin_bit_cast(double, bits); }
INTERNAL u64 bits_of_double(double x) { return __builtin_bit_cast(u64, x); }

INTERNAL float fma_f(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
INTERNAL double fma_d(double a, double b, double c) { return __builtin_fma(a, b, c); }

INTERNAL int clamp_int(int x, int low, int high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

// 2^e for -126 <= e <= 127 (float), -1022 <= e <= 1023 (double)
INTERNAL float power_of_two_f(int e) { return float_of((u32)(e + 127) << 23); }
INTERNAL double power_of_two_d(int e) { return double_of((u64)(e + 1023) << 52); }

// The upper half of a 128-bit product. The two middle products' sum would carry: their average does not. (LLVM turns
// the usual ways of writing this into 128-bit integers, which the device IR is to be free of.)
INTERNAL u64 multiply_high(u64 a, u64 b) {
  u64 al = a & 0xffffffffu, ah = a >> 32, bl = b & 0xffffffffu, bh = b >> 32;
  u64 p = ah * bl + ((al * bl) >> 32), q = al * bh;
  u64 average = (p & q) + ((p ^ q) >> 1);
  return ah * bh + (average >> 31);
}

// x * 2^e for |e| <= 252 (float), 2044 (double): two factors, so that neither overflows. One rounding if the result is
// subnormal and x is about 1.
INTERNAL float scale_f(float x, int e) {
  int half = e >> 1;
  return x * power_of_two_f(half) * power_of_two_f(e - half);
}
INTERNAL double scale_d(double x, int e) {
  int half = e >> 1;
  return x * power_of_two_d(half) * power_of_two_d(e - half);
}

// Adding this and taking it away rounds to an integer (ties to even) for |x| < 2^22 and 2^51;
// the low bits of the sum are the integer.
#define ROUNDER_F 0x1.8p23f
#define ROUNDER_D 0x1.8p52
INTERNAL int rounded_int_f(float sum) { return (int)(bits_of_float(sum) - 0x4b400000u); }
INTERNAL int rounded_int_d(double sum) { return (int)(u32)bits_of_double(sum); }

// ---- error-free transformations: value = hi + lo exactly (Knuth, Dekker; with fma for the product)
typedef struct {
  double hi, lo;
} dd;
typedef struct {
  float hi, lo;
} ff;

INTERNAL dd two_sum(double a, double b) {
  double s = a + b, t = s - a;
  return (dd){s, (a - (s - t)) + (b - t)};
}
// needs |a| >= |b| or a == 0
INTERNAL dd fast_two_sum(double a, double b) {
  double s = a + b;
  return (dd){s, b - (s - a)};
}
INTERNAL dd two_product(double a, double b) {
  double p = a * b;
  return (dd){p, fma_d(a, b, -p)};
}
INTERNAL ff fast_two_sum_f(float a, float b) {
  float s = a + b;
  return (ff){s, b - (s - a)};
}
INTERNAL ff two_product_f(float a, float b) {
  float p = a * b;
  return (ff){p, fma_f(a, b, -p)};
}

// ---- double-double arithmetic, relative error a few 2^-104
INTERNAL dd dd_add(dd a, dd b) {
  dd s = two_sum(a.hi, b.hi), t = two_sum(a.lo, b.lo);
  s = fast_two_sum(s.hi, s.lo + t.hi);
  return fast_two_sum(s.hi, s.lo + t.lo);
}
INTERNAL dd dd_add_double(dd a, double b) {
  dd s = two_sum(a.hi, b);
  return fast_two_sum(s.hi, s.lo + a.lo);
}
INTERNAL dd dd_mul(dd a, dd b) {
  dd p = two_product(a.hi, b.hi);
  return fast_two_sum(p.hi, p.lo + fma_d(a.hi, b.lo, a.lo * b.hi));
}
INTERNAL dd dd_mul_double(dd a, double b) {
  dd p = two_product(a.hi, b);
  return fast_two_sum(p.hi, fma_d(a.lo, b, p.lo));
}
// a / b of two doubles
INTERNAL dd dd_quotient(double a, double b) {
  double q = a / b;
  return (dd){q, fma_d(-q, b, a) / b};
}

#endif
