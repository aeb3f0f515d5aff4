#include "anychip/cancellation.h"
#include "anychip/fault.h"
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <vector>

namespace anychip {
namespace {

constexpr auto tick = std::chrono::milliseconds(10);
constexpr uint32_t ticks_before_sleep = 20;

class Watch {
public:
  static Watch &instance();
  void add(Worker &worker);
  void remove(Worker &worker);
  void note_activity();

private:
  static void *thread_main(void *watch);
  static void before_fork() { instance().mutex_.lock(); }
  static void after_fork_in_parent() { instance().mutex_.unlock(); }
  static void after_fork_in_child();
  void start_thread();
  void run();
  bool signal_stuck_workers();
  void sleep_until_activity(std::unique_lock<std::mutex> &lock, uint64_t seen);

  std::mutex mutex_; // taken before a worker's launch_mutex
  std::condition_variable wake_;
  std::vector<Worker *> workers_;
  std::atomic<uint64_t> activity_{0};
  std::atomic<bool> asleep_{false};
  bool started_ = false;
};

std::atomic<Watch *> current_watch{nullptr};
std::mutex watch_creation;

Watch &Watch::instance() {
  if (Watch *watch = current_watch.load(std::memory_order_acquire)) return *watch;
  std::lock_guard lock(watch_creation);
  if (current_watch.load()) return *current_watch.load();
  current_watch.store(new Watch); // lives as long as the process
  static const bool registered = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child) == 0;
  (void)registered;
  return *current_watch.load();
}

// Only the forking thread exists in the child, and the watching thread does not: start afresh.
void Watch::after_fork_in_child() { current_watch.store(new Watch); }

void Watch::add(Worker &worker) {
  std::lock_guard lock(mutex_);
  if (!started_) start_thread();
  workers_.push_back(&worker);
  worker.watched_by = this;
}

void Watch::remove(Worker &worker) {
  std::lock_guard lock(mutex_);
  std::erase(workers_, &worker);
}

void Watch::note_activity() {
  activity_.fetch_add(1);
  if (!asleep_.load()) return;
  std::lock_guard lock(mutex_);
  wake_.notify_one();
}

void *Watch::thread_main(void *watch) {
  static_cast<Watch *>(watch)->run();
  return nullptr;
}

void Watch::start_thread() {
  started_ = true;
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  // Without it, cancelling works between blocks only; the next thread tries again.
  if (pthread_create(&thread, &attributes, thread_main, this) != 0) started_ = false;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
}

// Returns whether any worker is inside a launch.
bool Watch::signal_stuck_workers() {
  bool busy = false;
  for (Worker *worker : workers_) {
    std::lock_guard lock(worker->launch_mutex);
    if (!worker->launch) continue;
    busy = true;
    worker->launch->on_watch();
    if (worker->launch->should_stop()) pthread_kill(worker->thread, leave_signal());
  }
  return busy;
}

void Watch::sleep_until_activity(std::unique_lock<std::mutex> &lock, uint64_t seen) {
  asleep_.store(true);
  wake_.wait(lock, [&] { return activity_.load() != seen; });
  asleep_.store(false);
}

void Watch::run() {
  std::unique_lock lock(mutex_);
  uint64_t seen = activity_.load();
  for (uint32_t quiet_ticks = 0;;) {
    wake_.wait_for(lock, tick);
    const bool busy = signal_stuck_workers();
    const uint64_t now = activity_.load();
    quiet_ticks = busy || now != seen ? 0 : quiet_ticks + 1;
    seen = now;
    if (quiet_ticks < ticks_before_sleep) continue;
    sleep_until_activity(lock, seen);
    quiet_ticks = 0;
  }
}

} // namespace

WatchedSession::WatchedSession(Worker &worker, LaunchState &launch) : worker_(worker) {
  Watch &watch = Watch::instance();
  if (worker.watched_by != &watch) watch.add(worker);
  {
    std::lock_guard lock(worker.launch_mutex);
    worker.launch = &launch;
  }
  watch.note_activity();
}

WatchedSession::~WatchedSession() {
  std::lock_guard lock(worker_.launch_mutex);
  worker_.launch = nullptr;
}

void stop_watching(Worker &worker) {
  if (worker.watched_by) Watch::instance().remove(worker);
}

} // namespace anychip
