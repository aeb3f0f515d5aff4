/* Groups of threads (Programming Guide, "Cooperative Groups"): the block, tiles of a warp, coalesced threads. */
#ifndef ANYCHIP_CUDA_COOPERATIVE_GROUPS_H
#define ANYCHIP_CUDA_COOPERATIVE_GROUPS_H

#include "../../cuda_runtime.h"
#include "shuffle.h"

#define ANYCHIP_DEVICE __device__ __forceinline__

namespace cooperative_groups {

namespace details {

ANYCHIP_DEVICE unsigned int rank_in_block() {
  return threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
}

ANYCHIP_DEVICE unsigned int threads_of_block() { return blockDim.x * blockDim.y * blockDim.z; }

ANYCHIP_DEVICE unsigned int lane() { return rank_in_block() & 31u; }

/* Lanes of the tile of `size` threads, a power of two up to 32, that holds this thread. */
ANYCHIP_DEVICE unsigned int tile_mask(unsigned int size) {
  return size == 32 ? 0xffffffffu : ((1u << size) - 1u) << (lane() & ~(size - 1u));
}

}  // namespace details

/* Any group: the lanes of a warp in `mask`, or the whole block. */
class thread_group {
 public:
  ANYCHIP_DEVICE unsigned int num_threads() const { return block_ ? details::threads_of_block() : __popc(mask_); }
  ANYCHIP_DEVICE unsigned int size() const { return num_threads(); }
  ANYCHIP_DEVICE unsigned int thread_rank() const {
    return block_ ? details::rank_in_block() : __popc(mask_ & ((1u << details::lane()) - 1u));
  }
  ANYCHIP_DEVICE bool is_valid() const { return true; }
  ANYCHIP_DEVICE void sync() const {
    if (block_)
      __syncthreads();
    else
      __syncwarp(mask_);
  }

 protected:
  ANYCHIP_DEVICE thread_group() : mask_(0xffffffffu), block_(true) {}
  ANYCHIP_DEVICE explicit thread_group(unsigned int mask) : mask_(mask), block_(false) {}

  unsigned int mask_;
  bool block_;

  friend ANYCHIP_DEVICE thread_group tiled_partition(const thread_group &parent, unsigned int size);
};

class thread_block : public thread_group {
 public:
  static ANYCHIP_DEVICE void sync() { __syncthreads(); }
  static ANYCHIP_DEVICE unsigned int num_threads() { return details::threads_of_block(); }
  static ANYCHIP_DEVICE unsigned int size() { return num_threads(); }
  static ANYCHIP_DEVICE unsigned int thread_rank() { return details::rank_in_block(); }
  static ANYCHIP_DEVICE dim3 group_index() { return blockIdx; }
  static ANYCHIP_DEVICE dim3 thread_index() { return threadIdx; }
  static ANYCHIP_DEVICE dim3 dim_threads() { return blockDim; }
  static ANYCHIP_DEVICE dim3 group_dim() { return blockDim; }

 private:
  ANYCHIP_DEVICE thread_block() {}
  friend ANYCHIP_DEVICE thread_block this_thread_block();
};

ANYCHIP_DEVICE thread_block this_thread_block() { return thread_block(); }

/* Votes and matches of a group within a warp; bits of the results are ranks, which `Group::ranks` makes of lanes. */
template <class Group>
class warp_group : public thread_group {
 public:
  ANYCHIP_DEVICE int any(int predicate) const { return __any_sync(mask_, predicate); }
  ANYCHIP_DEVICE int all(int predicate) const { return __all_sync(mask_, predicate); }
  ANYCHIP_DEVICE unsigned int ballot(int predicate) const { return self().ranks(__ballot_sync(mask_, predicate)); }
  template <class T>
  ANYCHIP_DEVICE unsigned int match_any(T value) const {
    return self().ranks(__match_any_sync(mask_, value));
  }
  template <class T>
  ANYCHIP_DEVICE unsigned int match_all(T value, int &predicate) const {
    return self().ranks(__match_all_sync(mask_, value, &predicate));
  }
  ANYCHIP_DEVICE void sync() const { __syncwarp(mask_); }

 protected:
  ANYCHIP_DEVICE explicit warp_group(unsigned int mask) : thread_group(mask) {}

 private:
  ANYCHIP_DEVICE const Group &self() const { return static_cast<const Group &>(*this); }
};

template <unsigned int Size, class Parent = void>
class thread_block_tile : public warp_group<thread_block_tile<Size, Parent>> {
  static_assert(Size > 0 && (Size & (Size - 1)) == 0, "a tile's size is a power of two");
  static_assert(Size <= 32, "tiles of more than a warp are not supported by anychip");

 public:
  static ANYCHIP_DEVICE constexpr unsigned int num_threads() { return Size; }
  static ANYCHIP_DEVICE constexpr unsigned int size() { return Size; }
  static ANYCHIP_DEVICE unsigned int thread_rank() { return details::rank_in_block() % Size; }
  static ANYCHIP_DEVICE unsigned int meta_group_rank() { return details::rank_in_block() / Size; }
  static ANYCHIP_DEVICE unsigned int meta_group_size() { return (details::threads_of_block() + Size - 1) / Size; }

  template <class T>
  ANYCHIP_DEVICE T shfl(T value, int rank) const {
    return details::shuffle<details::Indexed>(this->mask_, value, rank, Size);
  }
  template <class T>
  ANYCHIP_DEVICE T shfl_up(T value, unsigned int delta) const {
    return details::shuffle<details::Up>(this->mask_, value, delta, Size);
  }
  template <class T>
  ANYCHIP_DEVICE T shfl_down(T value, unsigned int delta) const {
    return details::shuffle<details::Down>(this->mask_, value, delta, Size);
  }
  template <class T>
  ANYCHIP_DEVICE T shfl_xor(T value, unsigned int mask) const {
    return details::shuffle<details::Xor>(this->mask_, value, mask, Size);
  }

  template <class OtherParent>
  ANYCHIP_DEVICE thread_block_tile(const thread_block_tile<Size, OtherParent> &) : thread_block_tile() {}

 private:
  ANYCHIP_DEVICE thread_block_tile() : warp_group<thread_block_tile>(details::tile_mask(Size)) {}
  ANYCHIP_DEVICE unsigned int ranks(unsigned int lanes) const {
    return (lanes & this->mask_) >> (details::lane() & ~(Size - 1u));
  }

  friend class warp_group<thread_block_tile>;
  template <unsigned int TileSize, class AnyParent>
  friend ANYCHIP_DEVICE thread_block_tile<TileSize, AnyParent> tiled_partition(const AnyParent &);
};

template <unsigned int Size, class Parent>
ANYCHIP_DEVICE thread_block_tile<Size, Parent> tiled_partition(const Parent &) {
  return thread_block_tile<Size, Parent>();
}

ANYCHIP_DEVICE thread_group tiled_partition(const thread_group &, unsigned int size) {
  return thread_group(details::tile_mask(size));
}

class coalesced_group : public warp_group<coalesced_group> {
 public:
  ANYCHIP_DEVICE unsigned int num_threads() const { return __popc(mask_); }
  ANYCHIP_DEVICE unsigned int size() const { return num_threads(); }

  template <class T>
  ANYCHIP_DEVICE T shfl(T value, unsigned int rank) const {
    return from_rank(value, rank % num_threads());
  }
  /* A thread without a source keeps its value. */
  template <class T>
  ANYCHIP_DEVICE T shfl_up(T value, unsigned int delta) const {
    unsigned int rank = thread_rank();
    return from_rank(value, rank >= delta ? rank - delta : rank);
  }
  template <class T>
  ANYCHIP_DEVICE T shfl_down(T value, unsigned int delta) const {
    unsigned int rank = thread_rank();
    return from_rank(value, delta < num_threads() - rank ? rank + delta : rank);
  }

 private:
  ANYCHIP_DEVICE explicit coalesced_group(unsigned int mask) : warp_group<coalesced_group>(mask) {}
  /* The lane of the group's thread of that rank: the mask's set bit number `rank`. */
  ANYCHIP_DEVICE unsigned int lane_of(unsigned int rank) const {
    unsigned int rest = mask_;
    for (unsigned int step = 0; step < rank; ++step) rest &= rest - 1u;
    return (unsigned int)(__ffs((int)rest) - 1);
  }
  template <class T>
  ANYCHIP_DEVICE T from_rank(T value, unsigned int rank) const {
    return details::shuffle<details::Indexed>(mask_, value, lane_of(rank), 32);
  }
  ANYCHIP_DEVICE unsigned int ranks(unsigned int lanes) const {
    unsigned int result = 0, rank = 0;
    for (unsigned int rest = mask_; rest; rest &= rest - 1u, ++rank)
      if (lanes & (rest & -rest)) result |= 1u << rank;
    return result;
  }

  friend class warp_group<coalesced_group>;
  friend ANYCHIP_DEVICE coalesced_group coalesced_threads();
};

ANYCHIP_DEVICE coalesced_group coalesced_threads() { return coalesced_group(__activemask()); }

template <class Group>
ANYCHIP_DEVICE void sync(const Group &group) {
  group.sync();
}

/* The grid can be asked for its shape; waiting for all of it is not supported. */
class grid_group {
 public:
  static ANYCHIP_DEVICE dim3 dim_blocks() { return gridDim; }
  static ANYCHIP_DEVICE dim3 group_dim() { return gridDim; }
  static ANYCHIP_DEVICE dim3 block_index() { return blockIdx; }
  static ANYCHIP_DEVICE unsigned long long num_blocks() {
    return (unsigned long long)gridDim.x * gridDim.y * gridDim.z;
  }
  static ANYCHIP_DEVICE unsigned long long block_rank() {
    return blockIdx.x + gridDim.x * (blockIdx.y + (unsigned long long)gridDim.y * blockIdx.z);
  }
  static ANYCHIP_DEVICE unsigned long long num_threads() { return num_blocks() * details::threads_of_block(); }
  static ANYCHIP_DEVICE unsigned long long size() { return num_threads(); }
  static ANYCHIP_DEVICE unsigned long long thread_rank() {
    return block_rank() * details::threads_of_block() + details::rank_in_block();
  }
  template <class T = void>
  ANYCHIP_DEVICE void sync() const {
    static_assert(anychip_cuda::Unsupported<T>::value, "grid synchronisation is not supported by anychip");
  }
};

ANYCHIP_DEVICE grid_group this_grid() { return grid_group(); }

}  // namespace cooperative_groups

#undef ANYCHIP_DEVICE

#endif
