// An exact value hi + lo (hi the nearest double) rounded in a given direction.
#ifndef ANYCHIP_DEVICE_LIBRARY_DIRECTED_H
#define ANYCHIP_DEVICE_LIBRARY_DIRECTED_H
#include "internal.h"

INTERNAL float toward_infinity_f(float x, int up) {  // the next float up or down; x not NaN
  u32 bits = bits_of_float(x);
  int grow = (x > 0.0f) == (up != 0);
  float v = float_of(grow ? bits + 1 : bits - 1);
  return x == 0.0f ? float_of(up ? 1u : 0x80000001u) : v;
}
INTERNAL double toward_infinity_d(double x, int up) {
  u64 bits = bits_of_double(x);
  int grow = (x > 0.0) == (up != 0);
  double v = double_of(grow ? bits + 1 : bits - 1);
  return x == 0.0 ? double_of(up ? 1u : 0x8000000000000001ull) : v;
}
// f is hi rounded to nearest; whether it lies above or below hi + lo decides.
// An infinite hi is exact (lo NaN compares false).
INTERNAL float to_float_rd(dd x) {
  float f = (float)x.hi;
  int above = (double)f > x.hi || ((double)f == x.hi && x.lo < 0.0);
  return above ? toward_infinity_f(f, 0) : f;
}
INTERNAL float to_float_ru(dd x) {
  float f = (float)x.hi;
  int below = (double)f < x.hi || ((double)f == x.hi && x.lo > 0.0);
  return below ? toward_infinity_f(f, 1) : f;
}
INTERNAL float to_float_rz(dd x) { return x.hi > 0.0 ? to_float_rd(x) : to_float_ru(x); }
INTERNAL float to_float_rn_odd(dd x) {
  // to nearest without double rounding: an inexact double is first made odd in its last place
  u64 bits = bits_of_double(x.hi);
  int shrink = (x.lo < 0.0) == (x.hi > 0.0);
  u64 odd = bits & 1 ? bits : (shrink ? bits - 1 : bits + 1);
  return (float)(x.lo == 0.0 || x.lo != x.lo || x.hi == 0.0 ? x.hi : double_of(odd));
}
INTERNAL double to_double_rd(dd x) { return x.lo < 0.0 ? toward_infinity_d(x.hi, 0) : x.hi; }
INTERNAL double to_double_ru(dd x) { return x.lo > 0.0 ? toward_infinity_d(x.hi, 1) : x.hi; }
INTERNAL double to_double_rz(dd x) { return x.hi > 0.0 ? to_double_rd(x) : to_double_ru(x); }
#endif
