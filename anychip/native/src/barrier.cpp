#include "anychip/barrier.h"
#include <bit>

namespace anychip {

void BlockBarriers::reset(Warp *warps, uint32_t warp_count, Strand *strands, uint32_t strands_per_warp) {
  *this = BlockBarriers{};
  warps_ = warps;
  warp_count_ = warp_count;
  strands_ = strands;
  strands_per_warp_ = strands_per_warp;
}

// The predicate operand holds one bit per thread of the strand; with one thread any value but 0 is true.
static uint32_t true_count(const Strand &strand) {
  const uint64_t predicate = strand.thread.operand[1];
  if (strand.thread_count == 1) return predicate != 0;
  return uint32_t(std::popcount(predicate & ((uint64_t(1) << strand.thread_count) - 1)));
}

bool BlockBarriers::arrive(Warp &warp, Strand &strand, uint32_t bit) {
  const anychip_thread &thread = strand.thread;
  const uint32_t id = uint32_t(thread.operand[0]) % count;
  State &state = states_[id];
  const bool waits = thread.request != ANYCHIP_REQUEST_BARRIER_ARRIVE;
  const bool reduces = thread.request == ANYCHIP_REQUEST_BARRIER_REDUCE;
  (waits ? state.waiting : state.arrived) += strand.thread_count;
  if (waits) warp.at_barrier |= bit;
  if (reduces) {
    state.predicates += strand.thread_count;
    state.true_predicates += true_count(strand);
  }
  const uint64_t expected = reduces ? 0 : thread.operand[1];
  // Counted barriers complete at once, so that arrivals for the next round are not counted into this one.
  if (expected != 0 && state.waiting + state.arrived >= expected) complete(id);
  return waits;
}

static void write_reduction(Strand &strand, uint32_t true_predicates, uint32_t predicates) {
  const uint64_t results[] = {true_predicates, true_predicates == predicates, true_predicates != 0};
  if (strand.thread.request != ANYCHIP_REQUEST_BARRIER_REDUCE) return;
  strand.thread.result[0] = results[strand.thread.operation < 3 ? strand.thread.operation : 0];
}

void BlockBarriers::complete(uint32_t id) {
  const State state = states_[id];
  for (uint32_t w = 0; w < warp_count_; ++w) {
    Warp &warp = warps_[w];
    for (uint32_t left = warp.at_barrier; left != 0; left &= left - 1) {
      const uint32_t index = uint32_t(std::countr_zero(left));
      Strand &strand = strands_[w * strands_per_warp_ + index];
      if (uint32_t(strand.thread.operand[0]) % count != id) continue;
      write_reduction(strand, state.true_predicates, state.predicates);
      warp.at_barrier &= ~(1u << index);
      warp.released |= 1u << index;
    }
  }
  states_[id] = {};
}

void BlockBarriers::complete_if_all_wait(uint32_t unfinished_threads) {
  for (uint32_t id = 0; id < count; ++id)
    if (states_[id].waiting != 0 && states_[id].waiting == unfinished_threads) complete(id);
}

} // namespace anychip
