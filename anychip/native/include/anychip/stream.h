// Streams: queues of tasks, each run in order by a thread of its own or by a host thread that waits for them.
//
// At most one thread runs a stream's tasks at a time. A host thread that waits takes over what has not begun. While the
// stream is in use its own thread naps and finds tasks by itself within about 150 us; it is called at once if the host
// was seen to go on with other work, and if it sleeps. It sleeps when the stream was not used for about a millisecond.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>
#include "cuda_runtime_api.h"

namespace anychip {

class Stream;
using StreamRef = std::shared_ptr<Stream>;

// A place in a stream's order: reached when that many of its tasks have ended.
struct StreamPoint {
  StreamRef stream;
  uint64_t sequence = 0;
  bool reached() const;
  bool poll() const; // the same for a host that looks again and again: what is before it starts at once
  void wait() const;
};

struct Task {
  std::function<void()> run;
  std::vector<StreamPoint> after; // what must be reached before it runs
  bool host_function = false;     // user code: only the stream's own thread runs it
};

class Stream : public std::enable_shared_from_this<Stream> {
public:
  Stream(unsigned flags, int priority);
  const unsigned flags;
  const uint64_t id; // of no other stream of the process
  int priority() const { return priority_.load(std::memory_order_relaxed); }
  void set_priority(int priority) { priority_ = priority; } // of what is submitted from now on
  std::map<int, cudaLaunchAttributeValue> attributes;       // for stream_attributes.cpp, guarded by its lock

  // Appends a task. With `wake` false the caller promises to wait for it at once, and will run it itself.
  StreamPoint submit(Task task, bool wake = true);
  uint64_t submitted() const { return submitted_.load(std::memory_order_acquire); }
  uint64_t completed() const { return completed_.load(std::memory_order_acquire); }
  bool idle() const { return completed() == submitted(); }

  // Waits until `sequence` tasks have ended, running queued ones here when no other thread does.
  void wait(uint64_t sequence);
  // Only waits; false if the time ran out first.
  bool wait_for(uint64_t sequence, std::chrono::milliseconds time);
  void start_waiting_tasks(); // at once, on the stream's own thread
  void close();               // its thread ends when the queue is empty

private:
  void wake_thread();
  void thread_main();
  void rest(std::unique_lock<std::mutex> &lock);
  bool has_waiting_task() const { return !running_ && !queue_.empty(); }
  void run_queue(std::unique_lock<std::mutex> &lock, uint64_t target, bool own_thread);

  std::atomic<int> priority_;
  std::mutex mutex_;
  std::condition_variable work_, progress_;
  std::deque<Task> queue_;
  std::atomic<uint64_t> submitted_{0}, completed_{0};
  bool running_ = false; // some thread runs tasks of this stream: there is at most one
  bool has_thread_ = false, closing_ = false;
  bool called_ = false;       // the thread was told to look at the queue and has not yet done so
  bool napping_ = false;      // the thread will look by itself before long
  bool call_at_once_ = false; // the host goes on after a launch, so the thread is worth a call even then
};

// The stream a handle names; null if it is not a live stream. 0 names the default stream, which is the legacy one but
// inside a PerThreadDefault the thread's own.
StreamRef find_stream(cudaStream_t handle);
StreamRef default_stream();

// While it lives, 0 means cudaStreamPerThread to the calling thread: for calls compiled with a default stream per thread.
class PerThreadDefault {
public:
  PerThreadDefault();
  ~PerThreadDefault();
  PerThreadDefault(const PerThreadDefault &) = delete;
  PerThreadDefault &operator=(const PerThreadDefault &) = delete;
};

// Appends a task under the default stream's rule: it waits for all blocking streams, and they wait for it.
// `wait` true: returns when the task has run.
StreamPoint submit_task(const StreamRef &stream, Task task, bool wait = false);
// For short work: done here and now if nothing is before it in the stream, else appended.
StreamPoint submit_short(const StreamRef &stream, std::function<void()> work);

// Under the same rule: the default stream includes what blocking streams were given before.
void wait_for_stream(const StreamRef &stream);
bool is_stream_idle(const StreamRef &stream);
std::vector<StreamPoint> pending_points(const StreamRef &stream);

void wait_for_device();                             // every task submitted so far, in all streams
bool wait_for_device(std::chrono::milliseconds time); // the same with a time limit
void destroy_all_streams();                         // cudaDeviceReset

} // namespace anychip
