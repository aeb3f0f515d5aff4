/* CUDA's own mathematical functions for host code, which nvcc offers besides the C library's (CUDA Math API: functions
 * marked __host__ __device__), and the bit casts, so that __host__ __device__ functions may use them.
 */
#ifndef ANYCHIP_CUDA_HOST_HOST_MATH_H
#define ANYCHIP_CUDA_HOST_HOST_MATH_H

#include <cmath>
#include <cstring>

#define ANYCHIP_HOST static inline __host__

namespace anychip_cuda {

/* sin and cos of pi * x. The fraction is exact, so large arguments lose nothing. */
ANYCHIP_HOST double sine_of_pi_times(double x) {
  double fraction = std::remainder(x, 2.0);
  if (std::fabs(fraction) > 0.5)
    fraction = std::copysign(1.0, fraction) - fraction;
  return std::sin(fraction * 3.14159265358979323846);
}

ANYCHIP_HOST double cosine_of_pi_times(double x) {
  double distance = std::fabs(std::remainder(x, 2.0));
  return sine_of_pi_times(0.5 - distance);
}

/* z with erfc(z) = y for 0 < y < 2: a rational start (relative error 5e-4), then Halley's method. */
ANYCHIP_HOST double inverse_of_erfc(double y) {
  if (!(y > 0.0 && y < 2.0))
    return y == 0.0 ? HUGE_VAL : y == 2.0 ? -HUGE_VAL : std::nan("");
  double tail = y < 1.0 ? y : 2.0 - y;
  double t = std::sqrt(-2.0 * std::log(tail / 2.0));
  double z = (t - (2.30753 + t * 0.27061) / (1.0 + t * (0.99229 + t * 0.04481))) * 0.70710678118654752440;
  for (int step = 0; step < 4; ++step) {
    double error = std::erfc(z) - tail;
    double slope = 1.12837916709551257390 * std::exp(-z * z);
    if (slope == 0.0)
      break;
    z += error / (slope - z * error);
  }
  return y < 1.0 ? z : -z;
}

}  // namespace anychip_cuda

/* A float function is the double one, rounded: nearly always the nearest float. */
#define ANYCHIP_HOST_UNARY(name, expression)                        \
  ANYCHIP_HOST double name(double x) { return expression; }         \
  ANYCHIP_HOST float name(float x) { return (float)name((double)x); } \
  ANYCHIP_HOST float name##f(float x) { return (float)name((double)x); }

ANYCHIP_HOST_UNARY(rsqrt, 1.0 / std::sqrt(x))
ANYCHIP_HOST_UNARY(rcbrt, 1.0 / std::cbrt(x))
ANYCHIP_HOST_UNARY(sinpi, anychip_cuda::sine_of_pi_times(x))
ANYCHIP_HOST_UNARY(cospi, anychip_cuda::cosine_of_pi_times(x))
ANYCHIP_HOST_UNARY(erfcinv, anychip_cuda::inverse_of_erfc(x))
ANYCHIP_HOST_UNARY(erfinv, std::fabs(x) < 0.5 ? -anychip_cuda::inverse_of_erfc(1.0 + x)
                                              : anychip_cuda::inverse_of_erfc(1.0 - x))
ANYCHIP_HOST_UNARY(normcdf, 0.5 * std::erfc(-x * 0.70710678118654752440))
ANYCHIP_HOST_UNARY(normcdfinv, -1.41421356237309504880 * anychip_cuda::inverse_of_erfc(2.0 * x))

#undef ANYCHIP_HOST_UNARY

ANYCHIP_HOST void sincospi(double x, double *sine, double *cosine) {
  *sine = sinpi(x);
  *cosine = cospi(x);
}
ANYCHIP_HOST void sincospif(float x, float *sine, float *cosine) {
  *sine = sinpif(x);
  *cosine = cospif(x);
}
ANYCHIP_HOST void sincospi(float x, float *sine, float *cosine) { sincospif(x, sine, cosine); }

ANYCHIP_HOST double fdivide(double x, double y) { return x / y; }
ANYCHIP_HOST float fdividef(float x, float y) { return x / y; }
ANYCHIP_HOST float fdivide(float x, float y) { return x / y; }
ANYCHIP_HOST double rhypot(double x, double y) { return 1.0 / std::hypot(x, y); }
ANYCHIP_HOST float rhypotf(float x, float y) { return (float)rhypot((double)x, (double)y); }
ANYCHIP_HOST double norm3d(double x, double y, double z) { return std::hypot(std::hypot(x, y), z); }
ANYCHIP_HOST float norm3df(float x, float y, float z) { return (float)norm3d(x, y, z); }
ANYCHIP_HOST double rnorm3d(double x, double y, double z) { return 1.0 / norm3d(x, y, z); }
ANYCHIP_HOST float rnorm3df(float x, float y, float z) { return (float)rnorm3d(x, y, z); }
ANYCHIP_HOST double norm4d(double x, double y, double z, double w) { return std::hypot(norm3d(x, y, z), w); }
ANYCHIP_HOST float norm4df(float x, float y, float z, float w) { return (float)norm4d(x, y, z, w); }
ANYCHIP_HOST double rnorm4d(double x, double y, double z, double w) { return 1.0 / norm4d(x, y, z, w); }
ANYCHIP_HOST float rnorm4df(float x, float y, float z, float w) { return (float)rnorm4d(x, y, z, w); }

/* The same bits as another type. */
#define ANYCHIP_HOST_BIT_CAST(name, to, from) \
  ANYCHIP_HOST to name(from value) {          \
    to result;                                \
    std::memcpy(&result, &value, sizeof(to)); \
    return result;                            \
  }

ANYCHIP_HOST_BIT_CAST(__float_as_int, int, float)
ANYCHIP_HOST_BIT_CAST(__float_as_uint, unsigned int, float)
ANYCHIP_HOST_BIT_CAST(__int_as_float, float, int)
ANYCHIP_HOST_BIT_CAST(__uint_as_float, float, unsigned int)
ANYCHIP_HOST_BIT_CAST(__double_as_longlong, long long, double)
ANYCHIP_HOST_BIT_CAST(__longlong_as_double, double, long long)

#undef ANYCHIP_HOST_BIT_CAST
#undef ANYCHIP_HOST

#endif
