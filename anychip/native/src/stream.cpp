#include "anychip/stream.h"
#include <system_error>
#include <thread>

namespace anychip {
namespace {

// How long a waiting thread looks before it sleeps: about the cost of being woken.
constexpr int spin_rounds = 2000;

inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __builtin_arm_yield();
#endif
}

bool may_spin() {
  static const bool several = std::thread::hardware_concurrency() > 1;
  return several;
}

} // namespace

bool StreamPoint::reached() const { return !stream || stream->completed() >= sequence; }

void StreamPoint::wait() const {
  if (stream) stream->wait(sequence);
}

StreamPoint Stream::submit(Task task, bool wake) {
  std::lock_guard lock(mutex_);
  queue_.push_back(std::move(task));
  uint64_t sequence = submitted_.fetch_add(1, std::memory_order_acq_rel) + 1;
  if (wake && !running_) wake_thread();
  return {shared_from_this(), sequence};
}

// Called with the lock held. Without a thread (the system refused one) waiting hosts still run the tasks.
void Stream::wake_thread() {
  if (has_thread_) return work_.notify_one();
  try {
    std::thread([self = shared_from_this()] { self->thread_main(); }).detach();
    has_thread_ = true;
  } catch (const std::system_error &) {
  }
}

void Stream::thread_main() {
  std::unique_lock lock(mutex_);
  for (;;) {
    work_.wait(lock, [this] { return (!queue_.empty() && !running_) || (closing_ && queue_.empty()); });
    if (queue_.empty()) return;
    run_queue(lock, UINT64_MAX, true);
  }
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
    if (!running_ && !queue_.empty() && !queue_.front().host_function) {
      run_queue(lock, sequence, false);
      if (!queue_.empty()) wake_thread();
      progress_.notify_all(); // another waiter may take over
      continue;
    }
    lock.unlock();
    for (int round = 0; may_spin() && round < spin_rounds && completed() < sequence; ++round) relax();
    lock.lock();
    progress_.wait(lock, [&] {
      return completed() >= sequence || (!running_ && !queue_.empty() && !queue_.front().host_function);
    });
  }
}

bool Stream::wait_for(uint64_t sequence, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  if (completed() < sequence && !running_) wake_thread();
  return progress_.wait_for(lock, time, [&] { return completed() >= sequence; });
}

void Stream::close() {
  std::lock_guard lock(mutex_);
  closing_ = true;
  work_.notify_all();
}

} // namespace anychip
