// A worker's memory for the block it runs: shared memory, strands, their frames and call stacks. Kept between blocks.
#pragma once
#include "anychip/kernel_abi.h"
#include <cstddef>
#include <cstdint>

namespace anychip {

// Zeroed pages between two guard pages; physical memory comes with the first touch.
class GuardedRegion {
public:
  GuardedRegion() = default;
  ~GuardedRegion();
  GuardedRegion(const GuardedRegion &) = delete;
  GuardedRegion &operator=(const GuardedRegion &) = delete;
  bool reserve(size_t bytes); // false if the system refuses; contents are lost when it grows
  char *begin() const { return begin_; }
  char *end() const { return begin_ + bytes_; }
  bool in_guard(uintptr_t address) const;

private:
  void release();
  char *begin_ = nullptr;
  size_t bytes_ = 0;
};

inline void thread_index(const anychip_block &block, uint32_t linear, uint32_t index[3]) {
  const uint32_t row = linear / block.block_dim[0];
  index[0] = linear % block.block_dim[0];
  index[1] = row % block.block_dim[1];
  index[2] = row / block.block_dim[1];
}

// One strand and what the scheduler knows of it.
struct Strand {
  anychip_thread thread;
  char *frame;
  char *stack_begin;
  int32_t state;
  uint32_t thread_count; // threads it covers: kernel.lanes, fewer at the end of the block
};

// Strands of one warp; bit = index in the warp.
struct Warp {
  uint32_t runnable;
  uint32_t finished;
  uint32_t at_warp_operation;
  uint32_t at_barrier;
  uint32_t released; // from a barrier, runnable after all warps had their turn
  uint32_t yielded;
};

class BlockArena {
public:
  // Room for one block of this kernel; sets up the strands. False if memory does not suffice.
  bool prepare(const anychip_kernel &kernel, anychip_block &block);
  Strand *strands() const { return reinterpret_cast<Strand *>(strands_.begin()); }
  Warp *warps() const { return reinterpret_cast<Warp *>(warps_.begin()); }
  const GuardedRegion &shared() const { return shared_; }
  const GuardedRegion &frames() const { return frames_; }

private:
  bool place_shared(const anychip_kernel &kernel, anychip_block &block);
  bool reserve_stacks(uint32_t strand_count);
  void set_up_strands(const anychip_kernel &kernel, anychip_block &block, uint32_t strand_count);

  GuardedRegion shared_, strands_, warps_, frames_, stacks_;
  size_t stack_bytes_ = 0; // of one strand
};

} // namespace anychip
