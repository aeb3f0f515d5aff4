#include "anychip/replay.h"
#include "anychip/fault_report.h"
#include "anychip/processor.h"
#include <algorithm>
#include <cstring>

namespace anychip {
namespace {

constexpr uint64_t replay_limit_ns = 2'000'000'000;
constexpr uintptr_t widest_element = 16; // bytes that a lane reads or writes at once

// Threads of one block with consecutive linear index.
struct ThreadRange {
  uint32_t first, end;
};

// Threads that a call runs in one row.
uint32_t threads_abreast(const LaunchState &launch, const anychip_thread &strand) {
  return launch.kernel.lanes * (launch.kernel.run_block ? std::max(strand.operation >> 16, 1u) : 1);
}

// The threads of a group; with several rows also those beside it in all but the last.
ThreadRange group_range(const LaunchState &launch, const anychip_thread &strand, const anychip_block &block) {
  const uint32_t rows = launch.kernel.run_block ? std::max(strand.operation & 0xffff, 1u) : 1;
  const uint32_t first = strand.thread_linear;
  const uint32_t count = threads_abreast(launch, strand) + (rows - 1) * block.block_dim[0];
  return {first, std::min(first + count, launch.thread_count)};
}

// How much a fault is like the one looked for; 0: it is another one.
enum Likeness : int { different = 0, same_address = 1, same_line = 2, same_fault = 3 };

// One block of a launch that has failed, with one thread per call. Longjmp leaves the functions that run threads.
class Replay final : public LaunchState {
public:
  Replay(Worker &worker, LaunchRequest &request, ThreadRange range);
  void run_share() override {}
  void block_goes_on() override {}
  void on_watch() override;
  void run();
  FaultingThreads result();

private:
  bool prepare();
  void run_threads();
  void run_strands();
  int run_from(uint32_t linear);
  void note_fault(uint32_t linear);
  bool is_near(uintptr_t address) const;
  Likeness compare(const FaultRecord &fault) const;

  Worker &worker_;
  LaunchState &original_;
  const ThreadRange range_;
  const uint32_t abreast_; // threads of the range in one row
  const uint64_t deadline_ns_ = now_ns() + replay_limit_ns;
  const FaultRecord wanted_;
  const std::string wanted_line_;
  int best_ = different;
  uint32_t best_count_ = 0, best_thread_ = 0;
  FaultRecord best_fault_;
};

void set_launch(Worker &worker, LaunchState *launch) {
  std::lock_guard lock(worker.launch_mutex);
  worker.launch = launch;
}

FaultingThreads threads_between(const anychip_block &block, uint32_t first, uint32_t last) {
  FaultingThreads threads;
  thread_index(block, first, threads.first);
  thread_index(block, last, threads.last);
  return threads;
}

Replay::Replay(Worker &worker, LaunchRequest &replayed, ThreadRange range)
    : LaunchState(replayed), worker_(worker), original_(*worker.launch), range_(range), abreast_(threads_abreast(original_, *worker.strand)), wanted_(worker.fault),
      wanted_line_(fault_position(kernel, worker.fault)) {}

void Replay::on_watch() {
  if (now_ns() >= deadline_ns_ || original_.request.cancelled.load()) request.cancelled = true;
}

void Replay::run() {
  if (!prepare()) return;
  worker_.replays = true;
  set_launch(worker_, this);
  if (kernel.run_block) run_threads();
  else run_strands();
  set_launch(worker_, &original_);
  worker_.replays = false;
}

bool Replay::prepare() {
  anychip_block &block = worker_.block;
  if (!worker_.arena.prepare(kernel, block)) return false;
  std::memset(block.shared, 0, size_t(worker_.arena.shared().end() - block.shared));
  block.parameters = parameters;
  return true;
}

// Each of the group's threads has its turn: one that faults in another way does not keep the others from it.
void Replay::run_threads() {
  for (uint32_t next = range_.first; next < range_.end && best_ != same_fault;) {
    const int reason = run_from(next);
    const uint32_t reached = worker_.block_thread.thread_linear;
    if (reason == left_normally || reason == left_by_request || reached < next) return;
    if (reason == left_by_fault) note_fault(reached);
    next = reached + 1;
  }
}

int Replay::run_from(uint32_t linear) {
  worker_.strand = &worker_.block_thread;
  thread_index(worker_.block, linear, worker_.block_thread.thread_idx);
  worker_.block_thread.thread_linear = linear;
  const int reason = sigsetjmp(worker_.exit_point, 0);
  if (reason == left_normally) {
    worker_.enter_kernel();
    kernel.run_block(&worker_.block_thread);
  }
  worker_.exit_kernel();
  return reason;
}

// Threads that wait for each other run together, up to the first fault.
void Replay::run_strands() {
  StrandScheduler scheduler(worker_, kernel);
  const int reason = sigsetjmp(worker_.exit_point, 0);
  if (reason == left_normally) {
    worker_.enter_kernel();
    scheduler.run();
  }
  worker_.exit_kernel();
  if (reason == left_by_fault) note_fault(worker_.strand->thread_linear);
}

void Replay::note_fault(uint32_t linear) {
  if (linear < range_.first || linear >= range_.end) return;
  if ((linear - range_.first) % worker_.block.block_dim[0] >= abreast_) return; // beside the group
  const int likeness = compare(worker_.fault);
  if (likeness > best_) best_count_ = 0;
  if (likeness < best_ || likeness == different || ++best_count_ != 1) return;
  best_ = likeness;
  best_thread_ = linear;
  best_fault_ = worker_.fault;
}

// The group's access of consecutive elements may fault at any of them.
bool Replay::is_near(uintptr_t address) const {
  const uintptr_t span = abreast_ * widest_element;
  return address + span > wanted_.address && wanted_.address + span > address;
}

Likeness Replay::compare(const FaultRecord &fault) const {
  if (fault.signal != wanted_.signal) return different;
  const bool has_address = fault.signal == SIGSEGV || fault.signal == SIGBUS;
  const bool address = !has_address || is_near(fault.address);
  const bool line = fault_position(kernel, fault) == wanted_line_;
  return Likeness((address ? same_address : 0) | (line ? same_line : 0));
}

// Several threads may fault in this line elsewhere: then nobody knows. Code for groups does not always know its lines as
// well as code for threads does.
FaultingThreads Replay::result() {
  const bool known = best_ & same_address || best_count_ == 1;
  worker_.fault = best_ & same_address ? best_fault_ : wanted_;
  return known ? threads_between(worker_.block, best_thread_, best_thread_)
               : threads_between(worker_.block, range_.first, range_.end - 1);
}

// A group begins at a multiple of its size, in its row or in its block: any other thread in the record is itself the one,
// because lanes that have their turn one after another are named there.
bool names_group(const anychip_thread &strand, const LaunchState &launch) {
  const uint32_t lanes = launch.kernel.lanes, linear = strand.thread_linear;
  if (lanes <= 1 || !launch.kernel.by_thread || linear >= launch.thread_count) return false;
  return linear % lanes == 0 || strand.thread_idx[0] % lanes == 0;
}

} // namespace

FaultingThreads threads_of(const Worker &worker, const anychip_thread &strand) {
  const uint32_t *index = strand.thread_idx;
  if (!names_group(strand, *worker.launch)) return {{index[0], index[1], index[2]}, {index[0], index[1], index[2]}};
  const ThreadRange range = group_range(*worker.launch, strand, worker.block);
  return threads_between(worker.block, range.first, range.end - 1);
}

FaultingThreads find_faulting_thread(Worker &worker) {
  LaunchState &launch = *worker.launch;
  const anychip_thread &strand = *worker.strand;
  if (!names_group(strand, launch)) return threads_of(worker, strand);
  LaunchRequest request;
  request.module = launch.request.module;
  request.kernel = launch.kernel.by_thread;
  request.grid = launch.request.grid;
  request.block = launch.request.block;
  request.dynamic_shared_bytes = launch.request.dynamic_shared_bytes;
  request.parameters.assign(launch.parameters, launch.parameters + launch.kernel.parameter_bytes);
  Replay replay(worker, request, group_range(launch, strand, worker.block));
  replay.run();
  return replay.result();
}

} // namespace anychip
