// One running launch as the workers see it.
#pragma once
#include "anychip/executor.h"
#include "anychip/thread_pool.h"

namespace anychip {

// cudaError_t values that the executor itself gives.
enum LaunchError : int {
  error_memory_allocation = 2,
  error_illegal_address = 700,
  error_launch_timeout = 702,
  error_assert = 710,
  error_hardware_stack = 714,
  error_illegal_instruction = 715,
  error_misaligned_address = 716,
  error_launch_failure = 719,
};

class LaunchState : public PoolJob {
public:
  explicit LaunchState(LaunchRequest &launch_request);

  LaunchRequest &request;
  const anychip_kernel &kernel;
  const uint64_t block_count;
  const uint32_t thread_count;       // per block
  const char *parameters = nullptr;  // the request's, at least as many as the kernel takes
  std::atomic<uint64_t> next_block{0};
  uint64_t chunk_limit = 1;          // most blocks a worker takes at once
  uint64_t lone_chunk_limit = 1;     // while only the caller runs blocks
  uint64_t publish_at_ns = 0;        // while only the caller runs blocks: when to call the pool
  bool published = false;            // the caller's only

  // A block tells from time to time that it is still running. It may wait for one that has not started.
  virtual void block_goes_on() = 0;
  // True once no further block may start and running ones are to leave.
  bool should_stop() const {
    return stop_.load(std::memory_order_relaxed) || request.cancelled.load(std::memory_order_relaxed);
  }
  // The watching thread came by; it does so every 10 ms while a worker is inside.
  virtual void on_watch() {}
  // Stops the launch with this result, unless another block was first.
  void fail(int error, std::string message);
  // The same in two steps, for a result that takes long to find: true for the first block, which settles the launch.
  bool claim_failure();
  void settle(LaunchResult result) { result_ = std::move(result); }
  // The launch's outcome; call only when all workers have left.
  LaunchResult take_result();
  void block_index(uint64_t linear, uint32_t index[3]) const;
  void advance_block_index(uint32_t index[3]) const; // to the next

protected:
  ~LaunchState() = default;

private:
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  LaunchResult result_;
};

} // namespace anychip
