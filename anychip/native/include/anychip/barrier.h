// The sixteen barriers of a block (PTX ISA, barrier).
#pragma once
#include "anychip/block_arena.h"
#include <cstdint>

namespace anychip {

// Strands wait in Warp::at_barrier and move to Warp::released when their barrier completes.
class BlockBarriers {
public:
  static constexpr uint32_t count = 16;
  void reset(Warp *warps, uint32_t warp_count, Strand *strands, uint32_t strands_per_warp);
  // The strand's request is one of the barrier ones. False: it does not wait.
  bool arrive(Warp &warp, Strand &strand, uint32_t bit);
  // Completes barriers at which every unfinished thread waits.
  void complete_if_all_wait(uint32_t unfinished_threads);

private:
  struct State {
    uint32_t waiting; // threads
    uint32_t arrived; // threads that did not wait
    uint32_t true_predicates;
    uint32_t predicates;
  };
  void complete(uint32_t id);

  Warp *warps_ = nullptr;
  Strand *strands_ = nullptr;
  uint32_t warp_count_ = 0;
  uint32_t strands_per_warp_ = 0;
  State states_[count] = {};
};

} // namespace anychip
