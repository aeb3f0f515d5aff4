// Loops over threads for the hand-written C++: a pool whose workers look for work for a moment and then sleep.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace bench {

class Pool {
 public:
  explicit Pool(int threads) : threads_(threads > 0 ? threads : default_threads()) {
    for (int id = 1; id < threads_; ++id) workers_.emplace_back([this, id] { work(id); });
  }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool() {
    stop_ = true;
    start();
    for (std::thread& worker : workers_) worker.join();
  }

  int threads() const { return threads_; }

  // Runs task(id) on every thread, the caller being thread 0, and waits for all.
  void run(const std::function<void(int)>& task) {
    task_ = &task;
    unfinished_.store(threads_ - 1, std::memory_order_relaxed);
    start();
    task(0);
    for (int tries = 0; unfinished_.load(std::memory_order_acquire); ++tries)
      tries < 2000 ? pause() : std::this_thread::yield();
  }

  // Equal shares of [0, count) in units of `grain`: body(begin, end).
  template <typename Body>
  void split(long count, long grain, const Body& body) {
    const long units = (count + grain - 1) / grain;
    run([&](int id) {
      const long begin = units * id / threads_ * grain, end = units * (id + 1) / threads_ * grain;
      if (begin < end) body(begin, end < count ? end : count);
    });
  }

  // Units of `grain` to whoever is free: for work of uneven size.
  template <typename Body>
  void share(long count, long grain, const Body& body) {
    std::atomic<long> next{0};
    run([&](int) {
      for (long begin; (begin = next.fetch_add(grain)) < count;) body(begin, begin + grain < count ? begin + grain : count);
    });
  }

 private:
  static int default_threads() { return static_cast<int>(std::thread::hardware_concurrency()); }
  static void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  void start() {
    epoch_.fetch_add(1, std::memory_order_release);
    epoch_.notify_all();
  }
  void work(int id) {
    for (unsigned seen = 0;;) {
      for (int tries = 0; tries < 2000 && epoch_.load(std::memory_order_acquire) == seen; ++tries) pause();
      epoch_.wait(seen, std::memory_order_acquire);
      seen = epoch_.load(std::memory_order_acquire);
      if (stop_) return;
      (*task_)(id);
      unfinished_.fetch_sub(1, std::memory_order_release);
    }
  }

  const int threads_;
  std::vector<std::thread> workers_;
  std::atomic<unsigned> epoch_{0};
  std::atomic<int> unfinished_{0};
  std::atomic<bool> stop_{false};
  const std::function<void(int)>* task_ = nullptr;
};

}  // namespace bench
