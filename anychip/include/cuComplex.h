/* Complex numbers as the CUDA libraries pass them (cuComplex: x real, y imaginary). */
#ifndef CU_COMPLEX_H_
#define CU_COMPLEX_H_

#include <math.h>

#include "vector_functions.h"
#include "vector_types.h"

typedef float2 cuFloatComplex;
typedef double2 cuDoubleComplex;
typedef cuFloatComplex cuComplex;

#define ANYCHIP_COMPLEX __host__ __device__ static __inline__

/* One set of functions for each precision: cuCreal ... of double, cuCrealf ... of float. */
#define ANYCHIP_COMPLEX_FUNCTIONS(type, part, suffix, make)                                      \
  ANYCHIP_COMPLEX part cuCreal##suffix(type z) { return z.x; }                                   \
  ANYCHIP_COMPLEX part cuCimag##suffix(type z) { return z.y; }                                   \
  ANYCHIP_COMPLEX type make(part real, part imaginary) {                                         \
    type z;                                                                                      \
    z.x = real;                                                                                  \
    z.y = imaginary;                                                                             \
    return z;                                                                                    \
  }                                                                                              \
  ANYCHIP_COMPLEX type cuConj##suffix(type z) { return make(z.x, -z.y); }                        \
  ANYCHIP_COMPLEX type cuCadd##suffix(type a, type b) { return make(a.x + b.x, a.y + b.y); }     \
  ANYCHIP_COMPLEX type cuCsub##suffix(type a, type b) { return make(a.x - b.x, a.y - b.y); }     \
  ANYCHIP_COMPLEX type cuCmul##suffix(type a, type b) {                                          \
    return make(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x);                                   \
  }                                                                                              \
  /* Scaled by the divisor's magnitude, so that its square cannot overflow. */                   \
  ANYCHIP_COMPLEX type cuCdiv##suffix(type a, type b) {                                          \
    part scale = (part)1 / (fabs##suffix(b.x) + fabs##suffix(b.y));                              \
    part ax = a.x * scale, ay = a.y * scale, bx = b.x * scale, by = b.y * scale;                 \
    part inverse = (part)1 / (bx * bx + by * by);                                                \
    return make((ax * bx + ay * by) * inverse, (ay * bx - ax * by) * inverse);                   \
  }                                                                                              \
  ANYCHIP_COMPLEX part cuCabs##suffix(type z) { return hypot##suffix(z.x, z.y); }                \
  ANYCHIP_COMPLEX type cuCfma##suffix(type a, type b, type c) {                                  \
    return make(a.x * b.x + c.x - a.y * b.y, a.x * b.y + c.y + a.y * b.x);                       \
  }

ANYCHIP_COMPLEX_FUNCTIONS(cuDoubleComplex, double, , make_cuDoubleComplex)
ANYCHIP_COMPLEX_FUNCTIONS(cuFloatComplex, float, f, make_cuFloatComplex)

#undef ANYCHIP_COMPLEX_FUNCTIONS

ANYCHIP_COMPLEX cuComplex make_cuComplex(float real, float imaginary) { return make_cuFloatComplex(real, imaginary); }
ANYCHIP_COMPLEX cuDoubleComplex cuComplexFloatToDouble(cuFloatComplex z) { return make_cuDoubleComplex(z.x, z.y); }
ANYCHIP_COMPLEX cuFloatComplex cuComplexDoubleToFloat(cuDoubleComplex z) {
  return make_cuFloatComplex((float)z.x, (float)z.y);
}

#undef ANYCHIP_COMPLEX

#endif
