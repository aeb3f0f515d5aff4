/* DPX functions: fused additions, minima and maxima of dynamic programming (Programming Guide, "DPX"; CUDA Math API,
 * "SIMD Intrinsics"). _s16x2 and _u16x2 work on the two halves of a word, _relu replaces a negative result by 0, the
 * __vib forms also tell whether the first operand was chosen. Additions wrap. For host and device.
 */
#ifndef ANYCHIP_CUDA_DEVICE_DPX_H
#define ANYCHIP_CUDA_DEVICE_DPX_H

#define ANYCHIP_BOTH static __host__ __device__ __inline__ __attribute__((always_inline))

namespace anychip_cuda {

template <class T>
ANYCHIP_BOTH T larger(T a, T b) {
  return a >= b ? a : b;
}

template <class T>
ANYCHIP_BOTH T smaller(T a, T b) {
  return a <= b ? a : b;
}

template <class T>
ANYCHIP_BOTH T wrapping_sum(T a, T b) {
  return (T)((unsigned int)a + (unsigned int)b);
}

template <class T>
ANYCHIP_BOTH T relu(T a) {
  return a < 0 ? 0 : a;
}

template <class T>
ANYCHIP_BOTH T half_of(unsigned int word, int bit) {
  return (T)(word >> bit);
}

ANYCHIP_BOTH unsigned int word_of(unsigned int low, unsigned int high) { return (low & 0xffffu) | (high << 16); }

}  // namespace anychip_cuda

/* A function of a, b, c written once as `expression`, for a whole word and for its halves. */
#define ANYCHIP_DPX3(name, suffix, word_type, half_type, word_kind, half_kind, expression)                  \
  namespace anychip_cuda {                                                                                  \
  template <class T>                                                                                        \
  ANYCHIP_BOTH T dpx_##name##_##word_kind##suffix(T a, T b, T c) {                                          \
    return expression;                                                                                      \
  }                                                                                                         \
  }                                                                                                         \
  ANYCHIP_BOTH word_type __##name##_##word_kind##suffix(word_type a, word_type b, word_type c) {            \
    return anychip_cuda::dpx_##name##_##word_kind##suffix<word_type>(a, b, c);                              \
  }                                                                                                         \
  ANYCHIP_BOTH unsigned int __##name##_##half_kind##suffix(unsigned int a, unsigned int b, unsigned int c) { \
    using namespace anychip_cuda;                                                                           \
    return word_of(dpx_##name##_##word_kind##suffix<half_type>(                                             \
                       half_of<half_type>(a, 0), half_of<half_type>(b, 0), half_of<half_type>(c, 0)),       \
                   dpx_##name##_##word_kind##suffix<half_type>(                                             \
                       half_of<half_type>(a, 16), half_of<half_type>(b, 16), half_of<half_type>(c, 16)));   \
  }

#define ANYCHIP_DPX3_SIGNED(name, suffix, expression) \
  ANYCHIP_DPX3(name, suffix, int, short, s32, s16x2, expression)

#define ANYCHIP_DPX3_ALL(name, expression)                                              \
  ANYCHIP_DPX3(name, , int, short, s32, s16x2, expression)                              \
  ANYCHIP_DPX3(name, , unsigned int, unsigned short, u32, u16x2, expression)            \
  ANYCHIP_DPX3_SIGNED(name, _relu, relu<T>(expression))

ANYCHIP_DPX3_ALL(viaddmax, larger(wrapping_sum(a, b), c))
ANYCHIP_DPX3_ALL(viaddmin, smaller(wrapping_sum(a, b), c))
ANYCHIP_DPX3_ALL(vimax3, larger(larger(a, b), c))
ANYCHIP_DPX3_ALL(vimin3, smaller(smaller(a, b), c))

/* max(a, b, 0) and max(min(a, b), 0). */
#define ANYCHIP_DPX2_RELU(name)                                                                        \
  ANYCHIP_BOTH int __##name##_s32_relu(int a, int b) { return __##name##3_s32_relu(a, b, b); }         \
  ANYCHIP_BOTH unsigned int __##name##_s16x2_relu(unsigned int a, unsigned int b) {                    \
    return __##name##3_s16x2_relu(a, b, b);                                                            \
  }

ANYCHIP_DPX2_RELU(vimax)
ANYCHIP_DPX2_RELU(vimin)

/* The predicates tell whether a is the result, for the high and the low half apart. */
#define ANYCHIP_DPX_PREDICATE(name, word_type, half_type, word_kind, half_kind, choose, operation)           \
  ANYCHIP_BOTH word_type __##name##_##word_kind(word_type a, word_type b, bool *first) {                     \
    *first = a operation b;                                                                                  \
    return anychip_cuda::choose(a, b);                                                                       \
  }                                                                                                          \
  ANYCHIP_BOTH unsigned int __##name##_##half_kind(unsigned int a, unsigned int b, bool *high, bool *low) {  \
    using namespace anychip_cuda;                                                                            \
    half_type a0 = half_of<half_type>(a, 0), a1 = half_of<half_type>(a, 16);                                 \
    half_type b0 = half_of<half_type>(b, 0), b1 = half_of<half_type>(b, 16);                                 \
    *low = a0 operation b0;                                                                                  \
    *high = a1 operation b1;                                                                                 \
    return word_of(choose(a0, b0), choose(a1, b1));                                                          \
  }

ANYCHIP_DPX_PREDICATE(vibmax, int, short, s32, s16x2, larger, >=)
ANYCHIP_DPX_PREDICATE(vibmax, unsigned int, unsigned short, u32, u16x2, larger, >=)
ANYCHIP_DPX_PREDICATE(vibmin, int, short, s32, s16x2, smaller, <=)
ANYCHIP_DPX_PREDICATE(vibmin, unsigned int, unsigned short, u32, u16x2, smaller, <=)

#undef ANYCHIP_DPX_PREDICATE
#undef ANYCHIP_DPX2_RELU
#undef ANYCHIP_DPX3_ALL
#undef ANYCHIP_DPX3_SIGNED
#undef ANYCHIP_DPX3
#undef ANYCHIP_BOTH

#endif
