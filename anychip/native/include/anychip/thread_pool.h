// The threads that help a launching thread to run its blocks.
//
// The launching thread always works itself, so a launch needs no free worker to make progress. Workers spin for about
// 20 us after their last job and then sleep. The pool is never destroyed: at process exit its threads just end with the
// process. After fork() the child gets a new pool when it launches.
#pragma once
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>

namespace anychip {

// Work that several threads can enter: `run_share` returns when nothing is left to take.
class PoolJob {
public:
  virtual void run_share() = 0;

protected:
  explicit PoolJob(int priority) : priority_(priority) {}
  ~PoolJob() = default;

private:
  friend class ThreadPool;
  const int priority_;                   // the least number is helped first
  uint32_t helpers_wanted_ = 0;          // under the pool's mutex
  std::atomic<uint32_t> helpers_inside_{0}; // changed under the pool's mutex, read by the spinning caller
  std::condition_variable left_;
};

class ThreadPool {
public:
  static ThreadPool &instance();
  // Lets up to `helpers` workers enter the job.
  void publish(PoolJob &job, uint32_t helpers);
  // Lets up to `helpers` more in, by new threads where all are busy. For a published job, from a thread inside it.
  void reinforce(PoolJob &job, uint32_t helpers);
  // Admits no one any more and returns when all helpers have left.
  void retire(PoolJob &job);

private:
  static void *thread_main(void *pool);
  static uint32_t create_threads(ThreadPool *pool, uint32_t count);
  void work();
  PoolJob *take_job(std::unique_lock<std::mutex> &lock);
  void leave(PoolJob &job);
  void add(PoolJob &job);
  void remove(PoolJob &job);
  void spin_for_jobs(uint64_t seen) const;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<PoolJob *> jobs_;
  std::atomic<uint64_t> published_{0};
  uint32_t sleeping_ = 0;
  bool started_ = false;
};

} // namespace anychip
