/* min and max in the global namespace, host and device, for every mix of types (CUDA Math API, "Integer Mathematical
 * Functions" and "Type Casting"). Floating-point ones are fmin and fmax: a NaN loses against a number.
 */
#ifndef ANYCHIP_CUDA_DEVICE_MIN_MAX_H
#define ANYCHIP_CUDA_DEVICE_MIN_MAX_H

#define ANYCHIP_BOTH static __host__ __device__ __inline__ __attribute__((always_inline))

#define ANYCHIP_INTEGER_MIN_MAX(qualifiers, result, a_type, b_type)                                           \
  qualifiers result min(a_type a, b_type b) { return (result)a < (result)b ? (result)a : (result)b; }         \
  qualifiers result max(a_type a, b_type b) { return (result)a < (result)b ? (result)b : (result)a; }

#define ANYCHIP_FLOAT_MIN_MAX(result, suffix, a_type, b_type)                       \
  ANYCHIP_BOTH result min(a_type a, b_type b) { return fmin##suffix(a, b); }        \
  ANYCHIP_BOTH result max(a_type a, b_type b) { return fmax##suffix(a, b); }

/* clang defines the device's (int, int). */
ANYCHIP_INTEGER_MIN_MAX(static inline __host__, int, int, int)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned int, unsigned int, unsigned int)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned int, int, unsigned int)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned int, unsigned int, int)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, long, long, long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned long, unsigned long, unsigned long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned long, long, unsigned long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned long, unsigned long, long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, long long, long long, long long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned long long, unsigned long long, unsigned long long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned long long, long long, unsigned long long)
ANYCHIP_INTEGER_MIN_MAX(ANYCHIP_BOTH, unsigned long long, unsigned long long, long long)
ANYCHIP_FLOAT_MIN_MAX(float, f, float, float)
ANYCHIP_FLOAT_MIN_MAX(double, , double, double)
ANYCHIP_FLOAT_MIN_MAX(double, , float, double)
ANYCHIP_FLOAT_MIN_MAX(double, , double, float)

#undef ANYCHIP_FLOAT_MIN_MAX
#undef ANYCHIP_INTEGER_MIN_MAX
#undef ANYCHIP_BOTH

#endif
