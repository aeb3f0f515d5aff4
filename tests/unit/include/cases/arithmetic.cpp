// Runs the SIMD, integer and host mathematical functions of the headers on the host and compares with plain loops.
#define __device__
#define __host__
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <vector_functions.h>

#include "anychip_cuda/device/dpx.h"
#include "anychip_cuda/device/integer.h"
#include "anychip_cuda/device/simd.h"
#include "anychip_cuda/host/host_math.h"

static int failures = 0;

static void expect(bool condition, const char *what, double a, double b) {
  if (condition) return;
  std::printf("%s: %.17g %.17g\n", what, a, b);
  ++failures;
}

// Applies a lane operation to the lanes of two words, the obvious way.
template <class Lane, class Operation>
static int lanes(int a, int b, Operation operation) {
  const int bits = 8 * sizeof(Lane);
  unsigned result = 0;
  for (int bit = 0; bit < 32; bit += bits) {
    int value = operation((int)(Lane)((unsigned)a >> bit), (int)(Lane)((unsigned)b >> bit));
    result |= ((unsigned)value & ((1u << bits) - 1)) << bit;
  }
  return (int)result;
}

#define CHECK_SIMD(name, sign, expression)                                                                            \
  {                                                                                                                   \
    auto operation = [](int x, int y) { return expression; };                                                         \
    expect(__nv_##name##2(a, b) == lanes<sign short>(a, b, operation), #name "2", a, b);                              \
    expect(__nv_##name##4(a, b) == lanes<sign char>(a, b, operation), #name "4", a, b);                               \
  }

static void check_simd(int a, int b) {
  CHECK_SIMD(vadd, unsigned, x + y)
  CHECK_SIMD(vsub, unsigned, x - y)
  CHECK_SIMD(vmaxs, signed, std::max(x, y))
  CHECK_SIMD(vminu, unsigned, std::min(x, y))
  CHECK_SIMD(vabsdiffs, signed, std::abs(x - y))
  CHECK_SIMD(vavgu, unsigned, (x + y + 1) / 2)
  CHECK_SIMD(vhaddu, unsigned, (x + y) / 2)
  CHECK_SIMD(vcmpgts, signed, x > y ? -1 : 0)
  CHECK_SIMD(vsetleu, unsigned, x <= y)
  CHECK_SIMD(vavgs, signed, (int)std::lround((x + y) / 2.0))
  auto add16 = [](int x, int y) { return std::min(32767, std::max(-32768, x + y)); };
  auto add8 = [](int x, int y) { return std::min(127, std::max(-128, x + y)); };
  expect(__nv_vaddss2(a, b) == lanes<short>(a, b, add16), "vaddss2", a, b);
  expect(__nv_vaddss4(a, b) == lanes<signed char>(a, b, add8), "vaddss4", a, b);
  auto subtract8 = [](int x, int y) { return std::max(0, x - y); };
  expect(__nv_vsubus4(a, b) == lanes<unsigned char>(a, b, subtract8), "vsubus4", a, b);
  auto negate16 = [](int x, int) { return std::min(32767, -x); };
  expect(__nv_vnegss2(a) == lanes<short>(a, b, negate16), "vnegss2", a, b);
  int sum = 0;
  for (int bit = 0; bit < 32; bit += 8) sum += std::abs((int)(a >> bit & 255) - (int)(b >> bit & 255));
  expect(__nv_vsadu4(a, b) == sum, "vsadu4", a, b);
}

static void check_dpx(int a, int b) {
  const int c = 7;
  auto add_max = [=](int x, int y) { return std::max((int)(short)(x + y), c); };
  auto add_min = [=](int x, int y) { return std::max(0, std::min((int)(short)(x + y), c)); };
  const int both = c | c << 16;
  expect((int)__viaddmax_s16x2(a, b, both) == lanes<short>(a, b, add_max), "viaddmax_s16x2", a, b);
  expect((int)__viaddmin_s16x2_relu(a, b, both) == lanes<short>(a, b, add_min), "viaddmin_s16x2_relu", a, b);
  expect(__viaddmax_s32(a, b, c) == std::max((int)((unsigned)a + (unsigned)b), c), "viaddmax_s32", a, b);
  expect(__vimax3_u32(a, b, c) == std::max({(unsigned)a, (unsigned)b, (unsigned)c}), "vimax3_u32", a, b);
  expect(__vimin_s32_relu(a, b) == std::max(0, std::min(a, b)), "vimin_s32_relu", a, b);
  bool high, low;
  auto minimum = [](int x, int y) { return std::min(x, y); };
  expect((int)__vibmin_u16x2(a, b, &high, &low) == lanes<unsigned short>(a, b, minimum), "vibmin_u16x2", a, b);
  expect(low == ((unsigned short)a <= (unsigned short)b), "vibmin_u16x2 low", a, b);
  expect(high == ((unsigned)a >> 16 <= (unsigned)b >> 16), "vibmin_u16x2 high", a, b);
}

static void check_integer(int a, int b) {
  unsigned u = a, v = b;
  for (unsigned shift = 0; shift < 40; ++shift) {
    unsigned long long joined = ((unsigned long long)v << 32) | u;
    unsigned clamped = shift < 32 ? shift : 32;
    expect(__funnelshift_r(u, v, shift) == (unsigned)(joined >> (shift % 32)), "funnelshift_r", u, shift);
    expect(__funnelshift_rc(u, v, shift) == (unsigned)(joined >> clamped), "funnelshift_rc", u, shift);
    expect(__funnelshift_l(u, v, shift) == (unsigned)((joined << (shift % 32)) >> 32), "funnelshift_l", u, shift);
    expect(__funnelshift_lc(u, v, shift) == (clamped == 32 ? u : (unsigned)((joined << clamped) >> 32)),
           "funnelshift_lc", u, shift);
  }
  long long dot = 5, half = 5;
  for (int i = 0; i < 4; ++i) dot += (int)(signed char)(u >> 8 * i) * (int)(signed char)(v >> 8 * i);
  for (int i = 0; i < 2; ++i) half += (int)(short)(u >> 16 * i) * (int)(signed char)(v >> 8 * (i + 2));
  expect(__dp4a(a, b, 5) == (int)dot, "dp4a", a, b);
  expect(__dp2a_hi(a, b, 5) == (int)half, "dp2a_hi", a, b);
}

static void check_math() {
  for (double x = -0.99; x < 1.0; x += 0.01) {
    expect(std::fabs(std::erf(erfinv(x)) - x) < 4e-16, "erfinv", x, erfinv(x));
    expect(std::fabs(normcdf(normcdfinv(0.5 + x / 2)) - (0.5 + x / 2)) < 4e-16, "normcdfinv", x, 0);
    expect(std::fabs(sinpi(x) - std::sin(x * M_PI)) < 1e-15, "sinpi", x, sinpi(x));
    expect(std::fabs(cospi(x) - std::cos(x * M_PI)) < 1e-15, "cospi", x, cospi(x));
  }
  for (double y = 1e-300; y < 0.1; y *= 10) {
    expect(std::fabs(std::erfc(erfcinv(y)) / y - 1) < 1e-12, "erfcinv", y, erfcinv(y));
  }
  expect(sinpi(1e15) == 0 && sinpi(1.0) == 0 && sinpi(0.5) == 1 && cospi(0.5) == 0 && cospi(3.0) == -1, "exact", 0, 0);
  expect(std::isinf(erfinv(1.0)) && std::isinf(erfcinv(0.0)) && std::isnan(erfinv(2.0)), "poles", 0, 0);
  expect(std::fabs(erfinv(1e-12) / 8.862269254527579e-13 - 1) < 1e-3, "small erfinv", erfinv(1e-12), 0);
  expect(rsqrtf(4.0f) == 0.5f && rsqrt(16.0) == 0.25 && rcbrt(8.0) == 0.5 && rhypot(3.0, 4.0) == 0.2, "roots", 0, 0);
  expect(__int_as_float(0x40490fdb) == 3.14159274f && __float_as_uint(1.0f) == 0x3f800000u, "casts", 0, 0);
}

int main() {
  unsigned state = 12345;
  const int corners[] = {0, -1, (int)0x80808080, 0x7f7f7f7f, (int)0x80008000, 0x7fff7fff, 0x01ff00fe};
  for (int a : corners)
    for (int b : corners) check_simd(a, b), check_dpx(a, b), check_integer(a, b);
  for (int step = 0; step < 2000; ++step) {
    int a = (int)(state = state * 1664525u + 1013904223u), b = (int)(state = state * 1664525u + 1013904223u);
    check_simd(a, b), check_dpx(a, b), check_integer(a, b);
  }
  check_math();
  return failures ? 1 : 0;
}
