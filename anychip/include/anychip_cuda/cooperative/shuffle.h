/* Shuffles of any trivially copyable type, word by word; the arithmetic types pass directly. */
#ifndef ANYCHIP_CUDA_COOPERATIVE_SHUFFLE_H
#define ANYCHIP_CUDA_COOPERATIVE_SHUFFLE_H

#include "../../cuda_runtime.h"

namespace cooperative_groups {
namespace details {

#define ANYCHIP_SHUFFLE(name, function)                                                                    \
  struct name {                                                                                            \
    template <class T>                                                                                     \
    static __device__ __forceinline__ T apply(unsigned int mask, T value, unsigned int operand, int width) { \
      return function(mask, value, operand, width);                                                        \
    }                                                                                                      \
  };

ANYCHIP_SHUFFLE(Indexed, __shfl_sync)
ANYCHIP_SHUFFLE(Up, __shfl_up_sync)
ANYCHIP_SHUFFLE(Down, __shfl_down_sync)
ANYCHIP_SHUFFLE(Xor, __shfl_xor_sync)

#undef ANYCHIP_SHUFFLE

/* The types that __shfl_sync takes. */
template <class T>
struct Shuffles {
  static const bool directly = __is_arithmetic(T) && sizeof(T) >= 4;
};

template <class Operation, bool Directly>
struct ShuffleOf {
  template <class T>
  static __device__ __forceinline__ T apply(unsigned int mask, T value, unsigned int operand, int width) {
    return Operation::apply(mask, value, operand, width);
  }
};

template <class Operation>
struct ShuffleOf<Operation, false> {
  template <class T>
  static __device__ __forceinline__ T apply(unsigned int mask, T value, unsigned int operand, int width) {
    static_assert(__is_trivially_copyable(T), "only trivially copyable values can be shuffled");
    const int words = (sizeof(T) + 3) / 4;
    unsigned int buffer[words] = {};
    __builtin_memcpy(buffer, &value, sizeof(T));
    for (int word = 0; word < words; ++word) buffer[word] = Operation::apply(mask, buffer[word], operand, width);
    __builtin_memcpy(&value, buffer, sizeof(T));
    return value;
  }
};

template <class Operation, class T>
__device__ __forceinline__ T shuffle(unsigned int mask, T value, unsigned int operand, int width) {
  return ShuffleOf<Operation, Shuffles<T>::directly>::apply(mask, value, operand, width);
}

}  // namespace details
}  // namespace cooperative_groups

#endif
