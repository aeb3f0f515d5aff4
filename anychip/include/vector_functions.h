/* make_float4() and its like: constructors of the built-in vector types (Programming Guide). */
#ifndef __VECTOR_FUNCTIONS_H__
#define __VECTOR_FUNCTIONS_H__

#include "vector_types.h"

#if defined(__cplusplus) && __cplusplus >= 201402L
#define ANYCHIP_MAKE static inline __host__ __device__ constexpr
#else
#define ANYCHIP_MAKE static __inline__ __host__ __device__
#endif

#define ANYCHIP_MAKE_VECTORS(type, name)                                            \
  ANYCHIP_MAKE struct name##1 make_##name##1(type x) {                              \
    struct name##1 v = {x};                                                         \
    return v;                                                                       \
  }                                                                                 \
  ANYCHIP_MAKE struct name##2 make_##name##2(type x, type y) {                      \
    struct name##2 v = {x, y};                                                      \
    return v;                                                                       \
  }                                                                                 \
  ANYCHIP_MAKE struct name##3 make_##name##3(type x, type y, type z) {              \
    struct name##3 v = {x, y, z};                                                   \
    return v;                                                                       \
  }                                                                                 \
  ANYCHIP_MAKE struct name##4 make_##name##4(type x, type y, type z, type w) {      \
    struct name##4 v = {x, y, z, w};                                                \
    return v;                                                                       \
  }

ANYCHIP_MAKE_VECTORS(signed char, char)
ANYCHIP_MAKE_VECTORS(unsigned char, uchar)
ANYCHIP_MAKE_VECTORS(short, short)
ANYCHIP_MAKE_VECTORS(unsigned short, ushort)
ANYCHIP_MAKE_VECTORS(int, int)
ANYCHIP_MAKE_VECTORS(unsigned int, uint)
ANYCHIP_MAKE_VECTORS(long, long)
ANYCHIP_MAKE_VECTORS(unsigned long, ulong)
ANYCHIP_MAKE_VECTORS(long long, longlong)
ANYCHIP_MAKE_VECTORS(unsigned long long, ulonglong)
ANYCHIP_MAKE_VECTORS(float, float)
ANYCHIP_MAKE_VECTORS(double, double)

#define ANYCHIP_MAKE_ALIGNED(type, name)                                    \
  ANYCHIP_MAKE struct name make_##name(type x, type y, type z, type w) {    \
    struct name v = {x, y, z, w};                                           \
    return v;                                                               \
  }

ANYCHIP_MAKE_ALIGNED(long, long4_16a)
ANYCHIP_MAKE_ALIGNED(long, long4_32a)
ANYCHIP_MAKE_ALIGNED(unsigned long, ulong4_16a)
ANYCHIP_MAKE_ALIGNED(unsigned long, ulong4_32a)
ANYCHIP_MAKE_ALIGNED(long long, longlong4_16a)
ANYCHIP_MAKE_ALIGNED(long long, longlong4_32a)
ANYCHIP_MAKE_ALIGNED(unsigned long long, ulonglong4_16a)
ANYCHIP_MAKE_ALIGNED(unsigned long long, ulonglong4_32a)
ANYCHIP_MAKE_ALIGNED(double, double4_16a)
ANYCHIP_MAKE_ALIGNED(double, double4_32a)

#undef ANYCHIP_MAKE_ALIGNED
#undef ANYCHIP_MAKE_VECTORS
#undef ANYCHIP_MAKE

#endif
