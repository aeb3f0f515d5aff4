// Runs the strands of one block by the rule of docs/design/convergence.md.
#pragma once
#include "anychip/barrier.h"
#include "anychip/block_arena.h"
#include <cstdint>

namespace anychip {

class Worker;

enum class BlockOutcome : uint8_t {
  finished,
  stopped,             // the launch failed elsewhere or was cancelled
  deadlock,            // threads wait and none can go on
  outside_mask,        // a lane is not in the mask it gave; Worker::strand names it
  wide_warp_operation, // a strand of several lanes asked for a warp operation, which it has to do itself
};

// Trivially destructible: a fault leaves it by longjmp.
class StrandScheduler {
public:
  StrandScheduler(Worker &worker, const anychip_kernel &kernel);
  // One block, from the start of all strands.
  BlockOutcome run();

  Strand *strand(uint32_t warp, uint32_t index) const { return strands_ + warp * strands_per_warp_ + index; }
  const Warp *warps() const { return warps_; }
  uint32_t warp_count() const { return warp_count_; }
  uint32_t unfinished_threads() const { return unfinished_; }

private:
  void reset();
  bool run_warp(uint32_t warp_index);
  void run_strand(Warp &warp, uint32_t warp_index, uint32_t index);
  bool handle_request(Warp &warp, Strand &strand, uint32_t bit);
  bool release_waiting();

  Worker &worker_;
  const anychip_kernel &kernel_;
  Strand *strands_;
  Warp *warps_;
  uint32_t strand_count_ = 0;
  uint32_t strands_per_warp_ = 1;
  uint32_t warp_count_ = 0;
  uint32_t unfinished_ = 0; // threads
  uint32_t idle_rounds_ = 0;
  uint32_t turns_ = 0; // of warps
  BlockOutcome outcome_ = BlockOutcome::finished;
  BlockBarriers barriers_;
};

} // namespace anychip
