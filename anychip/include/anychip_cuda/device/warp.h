/* Warp functions that clang's headers leave to NVIDIA's: __match_*_sync for every type, __reduce_add_sync(int)
 * (Programming Guide, "Warp Match Functions" and "Warp Reduce Functions").
 */
#ifndef ANYCHIP_CUDA_DEVICE_WARP_H
#define ANYCHIP_CUDA_DEVICE_WARP_H

#define ANYCHIP_DEVICE static __device__ __inline__ __attribute__((always_inline))

/* Values are compared bit by bit, so floating-point ones pass as integers of their size. */
#define ANYCHIP_MATCH(type, bits, raw)                                                                   \
  ANYCHIP_DEVICE unsigned int __match_any_sync(unsigned int mask, type value) {                          \
    return __match##bits##_any_sync(mask, __builtin_bit_cast(raw, value));                               \
  }                                                                                                      \
  ANYCHIP_DEVICE unsigned int __match_all_sync(unsigned int mask, type value, int *predicate) {          \
    return __match##bits##_all_sync(mask, __builtin_bit_cast(raw, value), predicate);                    \
  }

ANYCHIP_MATCH(int, 32, unsigned int)
ANYCHIP_MATCH(unsigned int, 32, unsigned int)
ANYCHIP_MATCH(float, 32, unsigned int)
#if __SIZEOF_LONG__ == 8
ANYCHIP_MATCH(long, 64, unsigned long long)
ANYCHIP_MATCH(unsigned long, 64, unsigned long long)
#else
ANYCHIP_MATCH(long, 32, unsigned int)
ANYCHIP_MATCH(unsigned long, 32, unsigned int)
#endif
ANYCHIP_MATCH(long long, 64, unsigned long long)
ANYCHIP_MATCH(unsigned long long, 64, unsigned long long)
ANYCHIP_MATCH(double, 64, unsigned long long)

#undef ANYCHIP_MATCH

ANYCHIP_DEVICE int __reduce_add_sync(unsigned int mask, int value) {
  return (int)__reduce_add_sync(mask, (unsigned int)value);
}

#undef ANYCHIP_DEVICE

#endif
