/* Overloads for float of the double functions, and of the functions that only CUDA has.
 *
 * clang's forward declarations promise the first group and rely on NVIDIA's headers to define it (CUDA Math API:
 * every single-precision function is also an overload of the double-precision name).
 */
#ifndef ANYCHIP_CUDA_DEVICE_MATH_OVERLOADS_H
#define ANYCHIP_CUDA_DEVICE_MATH_OVERLOADS_H

#define ANYCHIP_DEVICE static __device__ __inline__ __attribute__((always_inline))

#define ANYCHIP_UNARY(name) \
  ANYCHIP_DEVICE float name(float x) { return name##f(x); }
#define ANYCHIP_BINARY(name) \
  ANYCHIP_DEVICE float name(float x, float y) { return name##f(x, y); }
#define ANYCHIP_TO_INTEGER(type, name) \
  ANYCHIP_DEVICE type name(float x) { return name##f(x); }

/* Standard functions that clang declares and does not define. */
ANYCHIP_UNARY(acosh)
ANYCHIP_UNARY(asinh)
ANYCHIP_UNARY(atanh)
ANYCHIP_UNARY(cbrt)
ANYCHIP_UNARY(erf)
ANYCHIP_UNARY(erfc)
ANYCHIP_UNARY(exp2)
ANYCHIP_UNARY(expm1)
ANYCHIP_UNARY(lgamma)
ANYCHIP_UNARY(log1p)
ANYCHIP_UNARY(log2)
ANYCHIP_UNARY(logb)
ANYCHIP_UNARY(nearbyint)
ANYCHIP_UNARY(rint)
ANYCHIP_UNARY(round)
ANYCHIP_UNARY(tgamma)
ANYCHIP_UNARY(trunc)
ANYCHIP_BINARY(copysign)
ANYCHIP_BINARY(fdim)
ANYCHIP_BINARY(fmax)
ANYCHIP_BINARY(fmin)
ANYCHIP_BINARY(hypot)
ANYCHIP_BINARY(nextafter)
ANYCHIP_BINARY(remainder)
ANYCHIP_TO_INTEGER(int, ilogb)
ANYCHIP_TO_INTEGER(long, lrint)
ANYCHIP_TO_INTEGER(long, lround)
ANYCHIP_TO_INTEGER(long long, llrint)
ANYCHIP_TO_INTEGER(long long, llround)
ANYCHIP_DEVICE float fma(float x, float y, float z) { return fmaf(x, y, z); }
ANYCHIP_DEVICE float remquo(float x, float y, int *quotient) { return remquof(x, y, quotient); }
ANYCHIP_DEVICE float scalbn(float x, int n) { return scalbnf(x, n); }
ANYCHIP_DEVICE float scalbln(float x, long n) { return scalblnf(x, n); }
ANYCHIP_DEVICE double nan(const char *) { return __builtin_nan(""); }
ANYCHIP_DEVICE float nanf(const char *) { return __builtin_nanf(""); }

/* Functions that only CUDA has. */
ANYCHIP_UNARY(cospi)
ANYCHIP_UNARY(cyl_bessel_i0)
ANYCHIP_UNARY(cyl_bessel_i1)
ANYCHIP_UNARY(erfcinv)
ANYCHIP_UNARY(erfcx)
ANYCHIP_UNARY(erfinv)
ANYCHIP_UNARY(exp10)
ANYCHIP_UNARY(j0)
ANYCHIP_UNARY(j1)
ANYCHIP_UNARY(normcdf)
ANYCHIP_UNARY(normcdfinv)
ANYCHIP_UNARY(rcbrt)
ANYCHIP_UNARY(rsqrt)
ANYCHIP_UNARY(sinpi)
ANYCHIP_UNARY(y0)
ANYCHIP_UNARY(y1)
ANYCHIP_BINARY(fdivide)
ANYCHIP_BINARY(rhypot)
ANYCHIP_DEVICE float jn(int n, float x) { return jnf(n, x); }
ANYCHIP_DEVICE float yn(int n, float x) { return ynf(n, x); }
ANYCHIP_DEVICE float norm(int n, const float *x) { return normf(n, x); }
ANYCHIP_DEVICE float rnorm(int n, const float *x) { return rnormf(n, x); }
ANYCHIP_DEVICE float norm3d(float x, float y, float z) { return norm3df(x, y, z); }
ANYCHIP_DEVICE float rnorm3d(float x, float y, float z) { return rnorm3df(x, y, z); }
ANYCHIP_DEVICE float norm4d(float x, float y, float z, float w) { return norm4df(x, y, z, w); }
ANYCHIP_DEVICE float rnorm4d(float x, float y, float z, float w) { return rnorm4df(x, y, z, w); }
ANYCHIP_DEVICE void sincos(float x, float *sine, float *cosine) { sincosf(x, sine, cosine); }
ANYCHIP_DEVICE void sincospi(float x, float *sine, float *cosine) { sincospif(x, sine, cosine); }

#undef ANYCHIP_TO_INTEGER
#undef ANYCHIP_BINARY
#undef ANYCHIP_UNARY
#undef ANYCHIP_DEVICE

#endif
