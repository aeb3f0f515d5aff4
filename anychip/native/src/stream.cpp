#include "anychip/stream.h"
#include <system_error>
#include <thread>

namespace anychip {
namespace {

// How long a waiting thread looks before it sleeps: about the cost of being woken.
constexpr int spin_rounds = 2000;
// A stream's thread looks at the queue this often while the stream is in use, and sleeps when it is not: a launch that
// a host thread waits for at once needs no system call then, and one that nobody waits for still starts soon.
constexpr std::chrono::microseconds nap{100};
constexpr int quiet_naps_before_sleep = 10;

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __builtin_arm_yield();
#endif
}

std::atomic<uint64_t> last_stream_id{0};

bool may_spin() {
  static const bool several = std::thread::hardware_concurrency() > 1;
  return several;
}

} // namespace

Stream::Stream(unsigned flags, int priority) : flags(flags), id(++last_stream_id), priority_(priority) {}

bool StreamPoint::reached() const { return !stream || stream->completed() >= sequence; }

bool StreamPoint::poll() const {
  if (reached()) return true;
  stream->start_waiting_tasks();
  return false;
}

void StreamPoint::wait() const {
  if (stream) stream->wait(sequence);
}

StreamPoint Stream::submit(Task task, bool wake) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(task));
  uint64_t sequence = submitted_.fetch_add(1, std::memory_order_acq_rel) + 1;
  const bool looks_soon = napping_ && !call_at_once_;
  if (wake && !running_ && !looks_soon) wake_thread();
  return {shared_from_this(), sequence};
}

// Called with the lock held. Without a thread (the system refused one) waiting hosts still run the tasks.
void Stream::wake_thread() {
  if (called_) return;
  called_ = true;
  if (has_thread_) return work_.notify_one();
  try {
    std::thread([self = shared_from_this()] { self->thread_main(); }).detach();
    has_thread_ = true;
  } catch (const std::system_error &) {
    called_ = false;
  }
}

void Stream::thread_main() {
  std::unique_lock lock(mutex_);
  while (!closing_ || !queue_.empty()) {
    if (has_waiting_task()) run_queue(lock, UINT64_MAX, true);
    else rest(lock);
  }
  has_thread_ = called_ = false;
}

// Naps, then sleeps. Whoever leaves a task that nobody runs calls the thread, or finds it napping.
void Stream::rest(std::unique_lock<std::mutex> &lock) {
  const auto called = [this] { return called_ || (closing_ && queue_.empty()); };
  uint64_t seen = submitted();
  for (int quiet = 0; quiet < quiet_naps_before_sleep && !called(); ++quiet) {
    napping_ = true;
    work_.wait_for(lock, nap, called);
    napping_ = false;
    if (!called() && has_waiting_task()) call_at_once_ = true; // the host does not wait at once
    if (has_waiting_task()) break;
    if (submitted() != seen) quiet = 0;
    seen = submitted();
  }
  if (!has_waiting_task()) work_.wait(lock, called);
  if (called_ && !has_waiting_task()) call_at_once_ = false; // a host thread waits, and was faster
  called_ = false;
}

// Runs tasks in order until `target` of the stream's tasks have ended; the lock is free while a task runs.
void Stream::run_queue(std::unique_lock<std::mutex> &lock, uint64_t target, bool own_thread) {
  running_ = true;
  while (completed() < target && !queue_.empty() && (own_thread || !queue_.front().host_function)) {
    Task task = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    for (const StreamPoint &point : task.after) point.wait();
    task.run();
    task = {}; // what it holds goes before it counts as ended
    lock.lock();
    completed_.fetch_add(1, std::memory_order_acq_rel);
    progress_.notify_all();
  }
  running_ = false;
}

void Stream::wait(uint64_t sequence) {
  if (completed() >= sequence) return;
  std::unique_lock lock(mutex_);
  while (completed() < sequence) {
    if (has_waiting_task() && !queue_.front().host_function) {
      run_queue(lock, sequence, false);
      if (!queue_.empty() || closing_) wake_thread();
      progress_.notify_all(); // another waiter may take over
      continue;
    }
    lock.unlock();
    for (int round = 0; may_spin() && round < spin_rounds && completed() < sequence; ++round) relax();
    lock.lock();
    progress_.wait(lock, [&] {
      return completed() >= sequence || (has_waiting_task() && !queue_.front().host_function);
    });
  }
}

void Stream::start_waiting_tasks() {
  std::lock_guard lock(mutex_);
  if (has_waiting_task()) wake_thread();
}

bool Stream::wait_for(uint64_t sequence, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  if (completed() < sequence && has_waiting_task()) wake_thread();
  return progress_.wait_for(lock, time, [&] { return completed() >= sequence; });
}

void Stream::close() {
  std::lock_guard lock(mutex_);
  closing_ = true;
  work_.notify_all();
}

} // namespace anychip
