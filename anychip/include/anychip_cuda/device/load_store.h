/* Loads and stores with a cache hint (Programming Guide, "Read-Only Data Cache Load Function" and "Load / Store
 * Functions Using Cache Hints"). The hints mean nothing to a CPU; __ldcv and __stwt, which bypass every cache, are
 * volatile accesses so that a loop waiting on one sees the other.
 */
#ifndef ANYCHIP_CUDA_DEVICE_LOAD_STORE_H
#define ANYCHIP_CUDA_DEVICE_LOAD_STORE_H

#define ANYCHIP_DEVICE static __device__ __inline__ __attribute__((always_inline))

#define ANYCHIP_PLAIN(type)                                                             \
  ANYCHIP_DEVICE type __ldg(const type *address) { return *address; }                   \
  ANYCHIP_DEVICE type __ldca(const type *address) { return *address; }                  \
  ANYCHIP_DEVICE type __ldcg(const type *address) { return *address; }                  \
  ANYCHIP_DEVICE type __ldcs(const type *address) { return *address; }                  \
  ANYCHIP_DEVICE type __ldlu(const type *address) { return *address; }                  \
  ANYCHIP_DEVICE void __stwb(type *address, type value) { *address = value; }           \
  ANYCHIP_DEVICE void __stcg(type *address, type value) { *address = value; }           \
  ANYCHIP_DEVICE void __stcs(type *address, type value) { *address = value; }

#define ANYCHIP_SCALAR(type)                                                                      \
  ANYCHIP_PLAIN(type)                                                                             \
  ANYCHIP_DEVICE type __ldcv(const type *address) { return *(const volatile type *)address; }     \
  ANYCHIP_DEVICE void __stwt(type *address, type value) { *(volatile type *)address = value; }

#define ANYCHIP_VECTOR2(type)                                     \
  ANYCHIP_PLAIN(type)                                             \
  ANYCHIP_DEVICE type __ldcv(const type *address) {               \
    type value;                                                   \
    value.x = __ldcv(&address->x);                                \
    value.y = __ldcv(&address->y);                                \
    return value;                                                 \
  }                                                               \
  ANYCHIP_DEVICE void __stwt(type *address, type value) {         \
    __stwt(&address->x, value.x);                                 \
    __stwt(&address->y, value.y);                                 \
  }

#define ANYCHIP_VECTOR4(type)                                     \
  ANYCHIP_PLAIN(type)                                             \
  ANYCHIP_DEVICE type __ldcv(const type *address) {               \
    type value;                                                   \
    value.x = __ldcv(&address->x);                                \
    value.y = __ldcv(&address->y);                                \
    value.z = __ldcv(&address->z);                                \
    value.w = __ldcv(&address->w);                                \
    return value;                                                 \
  }                                                               \
  ANYCHIP_DEVICE void __stwt(type *address, type value) {         \
    __stwt(&address->x, value.x);                                 \
    __stwt(&address->y, value.y);                                 \
    __stwt(&address->z, value.z);                                 \
    __stwt(&address->w, value.w);                                 \
  }

ANYCHIP_SCALAR(char)
ANYCHIP_SCALAR(signed char)
ANYCHIP_SCALAR(unsigned char)
ANYCHIP_SCALAR(short)
ANYCHIP_SCALAR(unsigned short)
ANYCHIP_SCALAR(int)
ANYCHIP_SCALAR(unsigned int)
ANYCHIP_SCALAR(long)
ANYCHIP_SCALAR(unsigned long)
ANYCHIP_SCALAR(long long)
ANYCHIP_SCALAR(unsigned long long)
ANYCHIP_SCALAR(float)
ANYCHIP_SCALAR(double)

ANYCHIP_VECTOR2(char2)
ANYCHIP_VECTOR2(uchar2)
ANYCHIP_VECTOR2(short2)
ANYCHIP_VECTOR2(ushort2)
ANYCHIP_VECTOR2(int2)
ANYCHIP_VECTOR2(uint2)
ANYCHIP_VECTOR2(longlong2)
ANYCHIP_VECTOR2(ulonglong2)
ANYCHIP_VECTOR2(float2)
ANYCHIP_VECTOR2(double2)

ANYCHIP_VECTOR4(char4)
ANYCHIP_VECTOR4(uchar4)
ANYCHIP_VECTOR4(short4)
ANYCHIP_VECTOR4(ushort4)
ANYCHIP_VECTOR4(int4)
ANYCHIP_VECTOR4(uint4)
ANYCHIP_VECTOR4(float4)

#undef ANYCHIP_VECTOR4
#undef ANYCHIP_VECTOR2
#undef ANYCHIP_SCALAR
#undef ANYCHIP_PLAIN
#undef ANYCHIP_DEVICE

#endif
