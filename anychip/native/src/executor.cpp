#include "anychip/executor.h"
#include "anychip/block_scheduler.h"
#include "anychip/cancellation.h"
#include "anychip/fault_report.h"
#include "anychip/launch_history.h"
#include "anychip/replay.h"
#include "anychip/worker.h"
#include <algorithm>
#include <atomic>
#include <cstdio>

namespace anychip {
namespace {

constexpr uint64_t short_launch_ns = 8'000;     // waking others would take as long
constexpr uint64_t patience_ns = 20'000;        // a launch that was expected to be short gets help after this
constexpr uint64_t fast_chunk_ns = 5'000;       // taking the next blocks should cost little beside running them
constexpr uint64_t slow_chunk_ns = 20'000;
constexpr uint64_t chunks_per_worker = 8;       // at least, for balance
constexpr uint64_t stall_ns = 20'000'000;       // without a finished block: they may wait for blocks not yet started
constexpr uint32_t resident_blocks = 32;        // per processor at the same time, as the device's properties promise

// A launch with the means to run it. Everything between sigsetjmp and the kernel is trivially destructible, because
// faults leave by longjmp.
class GridExecution final : public LaunchState {
public:
  using LaunchState::LaunchState;
  void run_share() override;
  void block_goes_on() override;
  LaunchResult execute();

private:
  bool prepare(Worker &worker);
  void run_guarded(Worker &worker);
  void take_blocks(Worker &worker, StrandScheduler &scheduler);
  void run_blocks(Worker &worker, StrandScheduler &scheduler, uint64_t first, uint64_t last);
  BlockOutcome run_block(Worker &worker, StrandScheduler &scheduler);
  void publish();
  void call_more_threads();

  std::atomic<uint64_t> last_progress_ns_{0}; // when a block ended or more threads were called
  std::atomic<uint32_t> threads_inside_{0};
  std::atomic<uint64_t> busy_ns_{0}; // all threads together, inside blocks
};

bool GridExecution::prepare(Worker &worker) {
  anychip_block &block = worker.block;
  const Dim3 size = request.block, grid = request.grid;
  block = anychip_block{};
  block.block_dim[0] = size.x, block.block_dim[1] = size.y, block.block_dim[2] = size.z;
  block.grid_dim[0] = grid.x, block.grid_dim[1] = grid.y, block.grid_dim[2] = grid.z;
  block.thread_count = thread_count;
  block.dynamic_shared_bytes = request.dynamic_shared_bytes;
  block.static_shared_bytes = kernel.static_shared_bytes;
  block.parameters = parameters;
  block.launch = this;
  worker.block_thread = anychip_thread{};
  worker.block_thread.block = &block;
  worker.strand = &worker.block_thread;
  if (worker.arena.prepare(kernel, block)) {
    worker.block_thread.stack = worker.arena.frames().begin();
    return true;
  }
  fail(error_memory_allocation, "anychip: no memory for the threads and shared memory of a block of kernel " +
                                    kernel_display_name(kernel));
  return false;
}

void GridExecution::run_share() {
  Worker &worker = Worker::current();
  const SignalStackScope signal_stack(worker);
  const DefaultFloatingPoint floating_point;
  const WatchedSession session(worker, *this);
  threads_inside_.fetch_add(1);
  if (prepare(worker)) run_guarded(worker);
  report_overrun(worker);
  threads_inside_.fetch_sub(1);
}

void GridExecution::run_guarded(Worker &worker) {
  StrandScheduler scheduler(worker, kernel);
  const int reason = sigsetjmp(worker.exit_point, 0);
  if (reason == left_normally) return take_blocks(worker, scheduler);
  worker.exit_kernel();
  if (reason == left_by_fault && claim_failure()) settle(describe_fault(worker, find_faulting_thread(worker)));
  if (reason == left_by_failure) report_kernel_failure(worker);
  if (reason == left_by_request && request.cancelled.load())
    fail(error_launch_timeout, "anychip: kernel " + kernel_display_name(kernel) + " cancelled");
}

// Blocks start in the order of their index. Chunks grow while they are fast.
void GridExecution::take_blocks(Worker &worker, StrandScheduler &scheduler) {
  uint64_t chunk = 1, busy = 0, start = now_ns();
  while (!should_stop()) {
    const uint64_t first = next_block.fetch_add(chunk);
    if (first >= block_count) break;
    run_blocks(worker, scheduler, first, std::min(first + chunk, block_count));
    const uint64_t end = now_ns();
    last_progress_ns_.store(end, std::memory_order_relaxed);
    if (end - start < fast_chunk_ns) chunk = std::min(chunk * 2, published ? chunk_limit : lone_chunk_limit);
    if (end - start > slow_chunk_ns) chunk = std::max<uint64_t>(chunk / 2, 1);
    busy += end - start;
    start = end;
    if (published || end <= publish_at_ns) continue;
    publish();
    start = now_ns();
  }
  busy_ns_.fetch_add(busy, std::memory_order_relaxed);
}

void GridExecution::run_blocks(Worker &worker, StrandScheduler &scheduler, uint64_t first, uint64_t last) {
  BlockOutcome outcome = BlockOutcome::finished;
  uint32_t *index = worker.block.block_idx;
  block_index(first, index);
  worker.enter_kernel();
  for (uint64_t linear = first; linear < last && outcome == BlockOutcome::finished; ++linear) {
    if (linear != first) advance_block_index(index);
    outcome = should_stop() ? BlockOutcome::stopped : run_block(worker, scheduler);
  }
  worker.exit_kernel();
  if (outcome == BlockOutcome::finished) return;
  if (outcome == BlockOutcome::stopped && request.cancelled.load())
    return fail(error_launch_timeout, "anychip: kernel " + kernel_display_name(kernel) + " cancelled");
  report_outcome(worker, scheduler, outcome);
}

BlockOutcome GridExecution::run_block(Worker &worker, StrandScheduler &scheduler) {
  if (!kernel.run_block) return scheduler.run();
  anychip_thread &thread = worker.block_thread;
  thread.thread_idx[0] = thread.thread_idx[1] = thread.thread_idx[2] = thread.thread_linear = 0;
  kernel.run_block(&thread);
  return BlockOutcome::finished;
}

void GridExecution::publish() {
  published = true;
  const uint64_t others = worker_count() - 1;
  const uint64_t started = std::min(next_block.load(), block_count);
  const uint64_t helpers = std::min(others, block_count - started);
  if (helpers != 0) ThreadPool::instance().publish(*this, uint32_t(helpers));
}

// Blocks may wait for each other as long as all of a grid fit on the device: software barriers, work that is passed on,
// iteration until all agree. When no block ends for long, each waiting block gets a companion on a thread of its own
// and the operating system shares the cores among them.
void GridExecution::block_goes_on() {
  if (next_block.load(std::memory_order_relaxed) >= block_count) return;
  uint64_t last = last_progress_ns_.load(std::memory_order_relaxed);
  const uint64_t now = now_ns();
  if (now < last + stall_ns || !last_progress_ns_.compare_exchange_strong(last, now)) return;
  Worker &worker = Worker::current();
  worker.begin_service();
  call_more_threads();
  worker.end_service();
}

void GridExecution::call_more_threads() {
  const uint32_t inside = threads_inside_.load(), most = resident_blocks * worker_count();
  if (!published) return publish(); // only the caller is inside
  if (inside < most) ThreadPool::instance().reinforce(*this, std::min(inside, most - inside));
}

LaunchResult GridExecution::execute() {
  const uint64_t threads = block_count * thread_count;
  const uint64_t start = now_ns();
  const uint64_t expected = expected_duration_ns(kernel, threads);
  last_progress_ns_ = start;
  // A thread's blocks run one after the other: one that can wait must not hold back those it may wait for.
  lone_chunk_limit = kernel.run_block ? std::max<uint64_t>(1, block_count / chunks_per_worker) : 1;
  chunk_limit = kernel.run_block ? std::max<uint64_t>(1, lone_chunk_limit / worker_count()) : 1;
  const bool alone = worker_count() == 1 || block_count == 1;
  publish_at_ns = alone ? UINT64_MAX : start + patience_ns;
  if (!alone && expected > short_launch_ns) publish();
  run_share();
  if (published) ThreadPool::instance().retire(*this);
  LaunchResult result = take_result();
  if (result.error == 0) record_duration(kernel, threads, busy_ns_.load());
  return result;
}

} // namespace

LaunchResult execute_grid(LaunchRequest &request) {
  GridExecution execution(request);
  if (execution.block_count == 0 || execution.thread_count == 0) return {};
  LaunchResult result = execution.execute();
  if (result.error != 0) std::fprintf(stderr, "%s\n", result.message.c_str());
  return result;
}

} // namespace anychip
