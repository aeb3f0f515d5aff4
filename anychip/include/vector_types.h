/* Built-in vector types and dim3 (Programming Guide, "Built-in Vector Types"; alignments from its table). */
#ifndef __VECTOR_TYPES_H__
#define __VECTOR_TYPES_H__

#include "crt/host_defines.h"

#ifdef __cplusplus
#define ANYCHIP_VECTOR_NAME(name)
#else
#define ANYCHIP_VECTOR_NAME(name) typedef struct name name;
#endif

/* Vectors of 1 and 3 have their component's alignment, the others the alignment given. */
#define ANYCHIP_VECTOR_TYPES(type, name, align2, align4) \
  struct name##1 {                                       \
    type x;                                              \
  };                                                     \
  struct __align__(align2) name##2 {                     \
    type x, y;                                           \
  };                                                     \
  struct name##3 {                                       \
    type x, y, z;                                        \
  };                                                     \
  struct __align__(align4) name##4 {                     \
    type x, y, z, w;                                     \
  };                                                     \
  ANYCHIP_VECTOR_NAME(name##1)                           \
  ANYCHIP_VECTOR_NAME(name##2)                           \
  ANYCHIP_VECTOR_NAME(name##3)                           \
  ANYCHIP_VECTOR_NAME(name##4)

ANYCHIP_VECTOR_TYPES(signed char, char, 2, 4)
ANYCHIP_VECTOR_TYPES(unsigned char, uchar, 2, 4)
ANYCHIP_VECTOR_TYPES(short, short, 4, 8)
ANYCHIP_VECTOR_TYPES(unsigned short, ushort, 4, 8)
ANYCHIP_VECTOR_TYPES(int, int, 8, 16)
ANYCHIP_VECTOR_TYPES(unsigned int, uint, 8, 16)
ANYCHIP_VECTOR_TYPES(long, long, 2 * sizeof(long), 16)
ANYCHIP_VECTOR_TYPES(unsigned long, ulong, 2 * sizeof(long), 16)
ANYCHIP_VECTOR_TYPES(long long, longlong, 16, 16)
ANYCHIP_VECTOR_TYPES(unsigned long long, ulonglong, 16, 16)
ANYCHIP_VECTOR_TYPES(float, float, 8, 16)
ANYCHIP_VECTOR_TYPES(double, double, 16, 16)

/* CUDA 13 names the alignment of the 32-byte vectors. */
#define ANYCHIP_ALIGNED_VECTOR4(type, name, bytes) \
  struct __align__(bytes) name##4_##bytes##a {     \
    type x, y, z, w;                               \
  };                                               \
  ANYCHIP_VECTOR_NAME(name##4_##bytes##a)

ANYCHIP_ALIGNED_VECTOR4(long, long, 16)
ANYCHIP_ALIGNED_VECTOR4(long, long, 32)
ANYCHIP_ALIGNED_VECTOR4(unsigned long, ulong, 16)
ANYCHIP_ALIGNED_VECTOR4(unsigned long, ulong, 32)
ANYCHIP_ALIGNED_VECTOR4(long long, longlong, 16)
ANYCHIP_ALIGNED_VECTOR4(long long, longlong, 32)
ANYCHIP_ALIGNED_VECTOR4(unsigned long long, ulonglong, 16)
ANYCHIP_ALIGNED_VECTOR4(unsigned long long, ulonglong, 32)
ANYCHIP_ALIGNED_VECTOR4(double, double, 16)
ANYCHIP_ALIGNED_VECTOR4(double, double, 32)

#undef ANYCHIP_ALIGNED_VECTOR4
#undef ANYCHIP_VECTOR_TYPES

#if defined(__cplusplus) && __cplusplus >= 201103L
#define ANYCHIP_CONSTEXPR constexpr
#else
#define ANYCHIP_CONSTEXPR
#endif

/* Size of a grid or block; components left out are 1. */
struct dim3 {
  unsigned int x, y, z;
#ifdef __cplusplus
  __host__ __device__ ANYCHIP_CONSTEXPR dim3(unsigned int vx = 1, unsigned int vy = 1, unsigned int vz = 1)
      : x(vx), y(vy), z(vz) {}
  __host__ __device__ ANYCHIP_CONSTEXPR dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
  __host__ __device__ ANYCHIP_CONSTEXPR operator uint3() const { return uint3{x, y, z}; }
#endif
};
ANYCHIP_VECTOR_NAME(dim3)

#undef ANYCHIP_CONSTEXPR
#undef ANYCHIP_VECTOR_NAME

#endif
