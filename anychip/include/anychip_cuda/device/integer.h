/* Integer intrinsics beyond clang's headers: funnel shifts, packed dot products, fused min/max (CUDA Math API,
 * "Integer Intrinsics").
 */
#ifndef ANYCHIP_CUDA_DEVICE_INTEGER_H
#define ANYCHIP_CUDA_DEVICE_INTEGER_H

#define ANYCHIP_DEVICE static __device__ __inline__ __attribute__((always_inline))

/* hi:lo shifted by `shift` modulo 32, or clamped to 32 for the forms with c; the most or least significant word. */
ANYCHIP_DEVICE unsigned long long __anychip_join(unsigned int hi, unsigned int lo) {
  return ((unsigned long long)hi << 32) | lo;
}
ANYCHIP_DEVICE unsigned int __funnelshift_l(unsigned int lo, unsigned int hi, unsigned int shift) {
  return (unsigned int)((__anychip_join(hi, lo) << (shift & 31)) >> 32);
}
ANYCHIP_DEVICE unsigned int __funnelshift_lc(unsigned int lo, unsigned int hi, unsigned int shift) {
  return shift >= 32 ? lo : __funnelshift_l(lo, hi, shift);
}
ANYCHIP_DEVICE unsigned int __funnelshift_r(unsigned int lo, unsigned int hi, unsigned int shift) {
  return (unsigned int)(__anychip_join(hi, lo) >> (shift & 31));
}
ANYCHIP_DEVICE unsigned int __funnelshift_rc(unsigned int lo, unsigned int hi, unsigned int shift) {
  return shift >= 32 ? hi : __funnelshift_r(lo, hi, shift);
}

/* Sums of four products of bytes; the addition wraps. */
ANYCHIP_DEVICE int __dp4a(char4 a, char4 b, int c) {
  return (int)((unsigned int)c + (unsigned int)(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w));
}
ANYCHIP_DEVICE unsigned int __dp4a(uchar4 a, uchar4 b, unsigned int c) {
  return c + (unsigned int)(a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w);
}
ANYCHIP_DEVICE int __dp4a(int a, int b, int c) {
  return __dp4a(__builtin_bit_cast(char4, a), __builtin_bit_cast(char4, b), c);
}
ANYCHIP_DEVICE unsigned int __dp4a(unsigned int a, unsigned int b, unsigned int c) {
  return __dp4a(__builtin_bit_cast(uchar4, a), __builtin_bit_cast(uchar4, b), c);
}

/* Sums of two products of a 16-bit value and a byte, of the low (lo) or high (hi) half of b's bytes. */
ANYCHIP_DEVICE int __dp2a_lo(short2 a, char4 b, int c) {
  return (int)((unsigned int)c + (unsigned int)(a.x * b.x + a.y * b.y));
}
ANYCHIP_DEVICE int __dp2a_hi(short2 a, char4 b, int c) {
  return (int)((unsigned int)c + (unsigned int)(a.x * b.z + a.y * b.w));
}
ANYCHIP_DEVICE unsigned int __dp2a_lo(ushort2 a, uchar4 b, unsigned int c) {
  return c + (unsigned int)(a.x * b.x + a.y * b.y);
}
ANYCHIP_DEVICE unsigned int __dp2a_hi(ushort2 a, uchar4 b, unsigned int c) {
  return c + (unsigned int)(a.x * b.z + a.y * b.w);
}
ANYCHIP_DEVICE int __dp2a_lo(int a, int b, int c) {
  return __dp2a_lo(__builtin_bit_cast(short2, a), __builtin_bit_cast(char4, b), c);
}
ANYCHIP_DEVICE int __dp2a_hi(int a, int b, int c) {
  return __dp2a_hi(__builtin_bit_cast(short2, a), __builtin_bit_cast(char4, b), c);
}
ANYCHIP_DEVICE unsigned int __dp2a_lo(unsigned int a, unsigned int b, unsigned int c) {
  return __dp2a_lo(__builtin_bit_cast(ushort2, a), __builtin_bit_cast(uchar4, b), c);
}
ANYCHIP_DEVICE unsigned int __dp2a_hi(unsigned int a, unsigned int b, unsigned int c) {
  return __dp2a_hi(__builtin_bit_cast(ushort2, a), __builtin_bit_cast(uchar4, b), c);
}

#undef ANYCHIP_DEVICE

#endif
