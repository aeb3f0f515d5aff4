/* reduce() over a group of a warp (Programming Guide, "Cooperative Groups", "reduce"). Tiles reduce along a butterfly,
 * coalesced threads in the order of their ranks: results of floating-point sums depend on that order only.
 */
#ifndef ANYCHIP_CUDA_COOPERATIVE_REDUCE_H
#define ANYCHIP_CUDA_COOPERATIVE_REDUCE_H

#include "groups.h"

namespace cooperative_groups {

#define ANYCHIP_OPERATION(name, expression)                               \
  template <class T>                                                      \
  struct name {                                                           \
    __device__ __forceinline__ T operator()(T a, T b) const { return expression; } \
  };

ANYCHIP_OPERATION(plus, a + b)
ANYCHIP_OPERATION(less, b < a ? b : a)
ANYCHIP_OPERATION(greater, a < b ? b : a)
ANYCHIP_OPERATION(bit_and, a & b)
ANYCHIP_OPERATION(bit_or, a | b)
ANYCHIP_OPERATION(bit_xor, a ^ b)

#undef ANYCHIP_OPERATION

template <unsigned int Size, class Parent, class T, class Operation>
__device__ __forceinline__ T reduce(const thread_block_tile<Size, Parent> &group, T value, Operation operation) {
  for (unsigned int distance = Size / 2; distance > 0; distance /= 2)
    value = operation(value, group.shfl_xor(value, distance));
  return value;
}

template <class T, class Operation>
__device__ __forceinline__ T reduce(const coalesced_group &group, T value, Operation operation) {
  T result = group.shfl(value, 0);
  for (unsigned int rank = 1; rank < group.size(); ++rank) result = operation(result, group.shfl(value, rank));
  return result;
}

}  // namespace cooperative_groups

#endif
