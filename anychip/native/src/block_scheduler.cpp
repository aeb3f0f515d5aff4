#include "anychip/block_scheduler.h"
#include "anychip/processor.h"
#include "anychip/warp.h"
#include "anychip/worker.h"
#include <algorithm>
#include <bit>
#include <sched.h>

namespace anychip {

static constexpr uint32_t warp_size = 32;
static constexpr uint32_t rounds_before_giving_way = 64;
static constexpr uint32_t rounds_of_turn = 1000;       // docs/design/convergence.md, step 2
static constexpr uint32_t turns_between_reports = 256; // reading the clock should cost little beside them

StrandScheduler::StrandScheduler(Worker &worker, const anychip_kernel &kernel)
    : worker_(worker), kernel_(kernel), strands_(worker.arena.strands()), warps_(worker.arena.warps()) {
  const uint32_t threads = worker.block.thread_count, lanes = std::max(kernel.lanes, 1u);
  strand_count_ = (threads + lanes - 1) / lanes;
  strands_per_warp_ = warp_size / lanes;
  warp_count_ = (threads + warp_size - 1) / warp_size;
}

void StrandScheduler::reset() {
  const auto every = uint32_t((uint64_t(1) << strands_per_warp_) - 1);
  for (uint32_t w = 0; w < warp_count_; ++w) {
    const uint32_t present = std::min(strands_per_warp_, strand_count_ - w * strands_per_warp_);
    const auto runnable = uint32_t((uint64_t(1) << present) - 1);
    warps_[w] = Warp{};
    warps_[w].runnable = runnable;
    warps_[w].finished = every & ~runnable; // lanes that the block does not have
  }
  for (uint32_t i = 0; i < strand_count_; ++i) {
    strands_[i].state = 0;
    strands_[i].thread.stack = strands_[i].stack_begin;
  }
  barriers_.reset(warps_, warp_count_, strands_, strands_per_warp_);
  unfinished_ = worker_.block.thread_count;
  idle_rounds_ = 0;
}

BlockOutcome StrandScheduler::run() {
  reset();
  for (;;) {
    for (uint32_t w = 0; w < warp_count_; ++w)
      if (warps_[w].runnable != 0 && !run_warp(w)) return outcome_;
    if (unfinished_ == 0) return BlockOutcome::finished;
    barriers_.complete_if_all_wait(unfinished_);
    if (!release_waiting()) return BlockOutcome::deadlock;
  }
}

// Makes strands runnable that passed a barrier or gave way. While all that run only give way, another thread of the
// machine may be the one to wait for.
bool StrandScheduler::release_waiting() {
  uint32_t released = 0, yielded = 0, runnable = 0;
  for (uint32_t w = 0; w < warp_count_; ++w) {
    Warp &warp = warps_[w];
    released |= warp.released;
    yielded |= warp.yielded;
    runnable |= warp.runnable; // its turn was over
    warp.runnable |= warp.released | warp.yielded;
    warp.released = warp.yielded = 0;
  }
  idle_rounds_ = released | runnable ? 0 : idle_rounds_ + 1;
  if (idle_rounds_ != 0) cpu_relax();
  if (idle_rounds_ % rounds_before_giving_way == rounds_before_giving_way - 1) sched_yield();
  return (released | yielded | runnable) != 0;
}

// False: the block ends with outcome_.
bool StrandScheduler::run_warp(uint32_t warp_index) {
  Warp &warp = warps_[warp_index];
  Strand *lanes = strand(warp_index, 0);
  uint32_t rounds = 0;
  do {
    if (worker_.launch->should_stop()) {
      outcome_ = BlockOutcome::stopped;
      return false;
    }
    if (++turns_ % turns_between_reports == 0) worker_.launch->block_goes_on();
    while (warp.runnable != 0) {
      const auto index = uint32_t(std::countr_zero(warp.runnable));
      run_strand(warp, warp_index, index);
      if (outcome_ != BlockOutcome::finished) return false;
    }
  } while (warp.at_warp_operation != 0 && complete_warp_operations(warp, lanes) && ++rounds < rounds_of_turn);
  return true;
}

void StrandScheduler::run_strand(Warp &warp, uint32_t warp_index, uint32_t index) {
  Strand &running = *strand(warp_index, index);
  const uint32_t bit = 1u << index;
  worker_.strand = &running.thread;
  do {
    running.state = kernel_.run_strand(&running.thread, running.frame, running.state);
    if (running.state < 0) {
      warp.runnable &= ~bit;
      warp.finished |= bit;
      unfinished_ -= running.thread_count;
      return;
    }
  } while (!handle_request(warp, running, bit));
  warp.runnable &= ~bit;
}

// Whether the strand has to wait.
bool StrandScheduler::handle_request(Warp &warp, Strand &strand, uint32_t bit) {
  switch (strand.thread.request) {
  case ANYCHIP_REQUEST_BARRIER:
  case ANYCHIP_REQUEST_BARRIER_ARRIVE:
  case ANYCHIP_REQUEST_BARRIER_REDUCE: return barriers_.arrive(warp, strand, bit);
  case ANYCHIP_REQUEST_NONE:
  case ANYCHIP_REQUEST_YIELD: warp.yielded |= bit; return true;
  default: break;
  }
  warp.at_warp_operation |= bit;
  // A strand of several lanes asks only if one of them is not in the mask it gave; the record names that one.
  if (kernel_.lanes != 1)
    outcome_ = has_mask(strand.thread) ? BlockOutcome::outside_mask : BlockOutcome::wide_warp_operation;
  else if (has_mask(strand.thread) && !(strand.thread.mask & bit)) outcome_ = BlockOutcome::outside_mask;
  return true;
}

} // namespace anychip
