#include "anychip/thread_pool.h"
#include "anychip/executor.h"
#include "anychip/processor.h"
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

namespace anychip {

static constexpr uint64_t spin_ns = 20'000;
static constexpr size_t thread_stack_bytes = size_t(16) << 20; // recursion of device functions; touched lazily

// --- how many ---

static uint32_t affinity_count() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return uint32_t(std::max(1, CPU_COUNT(&set)));
  return uint32_t(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN))); // more than 1024 cores
}

// A container's share of the machine (cgroup v2): "quota period" in microseconds or "max period".
static uint32_t quota_count() {
  long quota = 0, period = 0;
  std::FILE *file = std::fopen("/sys/fs/cgroup/cpu.max", "re");
  if (!file) return UINT32_MAX;
  const int read = std::fscanf(file, "%ld %ld", &quota, &period);
  std::fclose(file);
  if (read != 2 || quota <= 0 || period <= 0) return UINT32_MAX;
  return uint32_t((quota + period - 1) / period);
}

static uint32_t configured_count() {
  const char *text = std::getenv("ANYCHIP_NUM_THREADS");
  if (!text) return 0;
  uint32_t count = 0;
  const char *end = text + std::strlen(text);
  const auto [rest, failure] = std::from_chars(text, end, count);
  if (failure == std::errc{} && rest == end && count >= 1 && count <= 4096) return count;
  std::fprintf(stderr, "anychip: ANYCHIP_NUM_THREADS=%s ignored: expected a number from 1 to 4096\n", text);
  return 0;
}

uint32_t worker_count() {
  static const uint32_t count = [] {
    const uint32_t configured = configured_count();
    return configured ? configured : std::min(affinity_count(), quota_count());
  }();
  return count;
}

// --- the pool ---

static std::atomic<ThreadPool *> current_pool{nullptr};
static std::mutex pool_creation;

// The child of fork() has none of the threads and perhaps a locked mutex: it starts with a new pool.
static void forget_pool() {
  current_pool.store(nullptr);
  new (&pool_creation) std::mutex;
}

ThreadPool &ThreadPool::instance() {
  if (ThreadPool *pool = current_pool.load(std::memory_order_acquire)) return *pool;
  std::lock_guard lock(pool_creation);
  static const bool registered = pthread_atfork(nullptr, nullptr, forget_pool) == 0;
  (void)registered;
  if (!current_pool.load()) current_pool.store(new ThreadPool); // lives as long as the process
  return *current_pool.load();
}

void *ThreadPool::thread_main(void *pool) {
  static_cast<ThreadPool *>(pool)->work();
  return nullptr;
}

// Workers take no signals of the program; faults and the leave signal are unblocked by the worker itself.
// Returns how many could be created: with fewer helpers the result is the same.
uint32_t ThreadPool::create_threads(ThreadPool *pool, uint32_t count) {
  sigset_t all, previous;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &previous);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, thread_stack_bytes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  uint32_t created = 0;
  pthread_t thread;
  while (created < count && pthread_create(&thread, &attributes, thread_main, pool) == 0) ++created;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &previous, nullptr);
  return created;
}

void ThreadPool::publish(PoolJob &job, uint32_t helpers) {
  uint32_t to_wake;
  {
    std::lock_guard lock(mutex_);
    if (!started_) create_threads(this, worker_count() - 1);
    started_ = true;
    job.helpers_wanted_ = helpers;
    add(job);
    published_.fetch_add(1, std::memory_order_release);
    to_wake = std::min(helpers, sleeping_);
  }
  if (to_wake > 1) wake_.notify_all();
  if (to_wake == 1) wake_.notify_one();
}

void ThreadPool::reinforce(PoolJob &job, uint32_t helpers) {
  std::lock_guard lock(mutex_);
  started_ = true;
  if (sleeping_ < helpers) create_threads(this, helpers - sleeping_);
  job.helpers_wanted_ += helpers;
  if (std::find(jobs_.begin(), jobs_.end(), &job) == jobs_.end()) add(job);
  published_.fetch_add(1, std::memory_order_release);
  wake_.notify_all();
}

// Behind those that come before it or have the same priority: of these, each gets helpers in turn.
void ThreadPool::add(PoolJob &job) {
  const auto later = [&](const PoolJob *other) { return other->priority_ > job.priority_; };
  jobs_.insert(std::find_if(jobs_.begin(), jobs_.end(), later), &job);
}

void ThreadPool::remove(PoolJob &job) {
  const auto position = std::find(jobs_.begin(), jobs_.end(), &job);
  if (position != jobs_.end()) jobs_.erase(position);
  job.helpers_wanted_ = 0;
}

void ThreadPool::retire(PoolJob &job) {
  std::unique_lock lock(mutex_);
  remove(job);
  if (job.helpers_inside_.load() == 0) return;
  lock.unlock();
  const uint64_t until = now_ns() + spin_ns;
  while (job.helpers_inside_.load(std::memory_order_acquire) != 0 && now_ns() < until) cpu_relax();
  lock.lock(); // also waits for the last helper to let go of the job
  job.left_.wait(lock, [&] { return job.helpers_inside_.load() == 0; });
}

void ThreadPool::leave(PoolJob &job) {
  remove(job); // a share ends only when nothing is left to take
  if (job.helpers_inside_.fetch_sub(1) == 1) job.left_.notify_all();
}

void ThreadPool::spin_for_jobs(uint64_t seen) const {
  const uint64_t until = now_ns() + spin_ns;
  while (published_.load(std::memory_order_acquire) == seen && now_ns() < until) cpu_relax();
}

// Jobs take turns, so that launches of several streams all get helpers.
PoolJob *ThreadPool::take_job(std::unique_lock<std::mutex> &lock) {
  if (jobs_.empty()) {
    const uint64_t seen = published_.load();
    lock.unlock();
    spin_for_jobs(seen);
    lock.lock();
  }
  ++sleeping_;
  wake_.wait(lock, [&] { return !jobs_.empty(); });
  --sleeping_;
  PoolJob *job = jobs_.front();
  jobs_.pop_front();
  job->helpers_inside_.fetch_add(1);
  if (--job->helpers_wanted_ > 0) add(*job);
  return job;
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    PoolJob *job = take_job(lock);
    lock.unlock();
    job->run_share();
    lock.lock();
    leave(*job);
  }
}

} // namespace anychip
