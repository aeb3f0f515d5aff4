// Which streams exist, and the order between the default stream and the others.
#include <algorithm>
#include <unordered_map>
#include "anychip/stream.h"
#include "stream_registry.h"

namespace anychip {
namespace {

struct Registry {
  std::mutex mutex;
  std::unordered_map<const void *, StreamRef> live;
  std::vector<StreamRef> all; // live ones, and destroyed ones that still have work
  std::atomic<size_t> count{0}; // of `all`: most programs have the default stream alone, and need no lock for it
  std::atomic<uint64_t> resets{0}; // per-thread streams of before the last one are gone
  StreamRef legacy = std::make_shared<Stream>(cudaStreamDefault, 0);
};

// Never destroyed: threads of streams outlive static objects.
Registry &registry() {
  static Registry *instance = new Registry;
  return *instance;
}

// A thread's own default stream; it ends with the thread, after its work.
struct PerThreadStream {
  StreamRef stream;
  uint64_t resets = 0;
  ~PerThreadStream() {
    if (stream) destroy_stream(reinterpret_cast<cudaStream_t>(stream.get()));
  }
};
thread_local PerThreadStream per_thread;
constinit thread_local bool default_is_per_thread = false;

const StreamRef &per_thread_stream() {
  const uint64_t resets = registry().resets;
  if (per_thread.stream && per_thread.resets == resets) return per_thread.stream;
  per_thread.stream = create_stream(cudaStreamDefault, 0);
  per_thread.resets = resets;
  return per_thread.stream;
}

bool is_blocking(const Stream &stream) { return !(stream.flags & cudaStreamNonBlocking); }

std::vector<StreamRef> snapshot() {
  std::lock_guard lock(registry().mutex);
  std::vector<StreamRef> streams = registry().all;
  streams.push_back(registry().legacy);
  return streams;
}

void add_point(std::vector<StreamPoint> &points, const StreamRef &stream) {
  uint64_t submitted = stream->submitted();
  if (stream->completed() < submitted) points.push_back({stream, submitted});
}

// Programming Guide, "Default Stream": the legacy default stream and blocking streams wait for each other.
void add_default_stream_rule(const StreamRef &stream, std::vector<StreamPoint> &after) {
  if (!is_blocking(*stream)) return;
  if (stream != registry().legacy) return add_point(after, registry().legacy);
  if (registry().count.load(std::memory_order_acquire) == 0) return;
  std::lock_guard lock(registry().mutex);
  for (const StreamRef &other : registry().all)
    if (is_blocking(*other)) add_point(after, other);
}

} // namespace

StreamRef default_stream() { return registry().legacy; }

PerThreadDefault::PerThreadDefault() { default_is_per_thread = true; }
PerThreadDefault::~PerThreadDefault() { default_is_per_thread = false; }

StreamRef create_stream(unsigned flags, int priority) {
  auto stream = std::make_shared<Stream>(flags, priority);
  std::lock_guard lock(registry().mutex);
  std::erase_if(registry().all, [](const StreamRef &old) { return !registry().live.count(old.get()) && old->idle(); });
  registry().live[stream.get()] = stream;
  registry().all.push_back(stream);
  registry().count = registry().all.size();
  return stream;
}

bool destroy_stream(cudaStream_t handle) {
  std::lock_guard lock(registry().mutex);
  auto found = registry().live.find(handle);
  if (found == registry().live.end()) return false;
  found->second->close();
  registry().live.erase(found);
  return true;
}

StreamRef find_stream(cudaStream_t handle) {
  if (handle == cudaStreamPerThread || (!handle && default_is_per_thread)) return per_thread_stream();
  if (handle == nullptr || handle == cudaStreamLegacy) return registry().legacy;
  std::lock_guard lock(registry().mutex);
  auto found = registry().live.find(handle);
  return found == registry().live.end() ? nullptr : found->second;
}

StreamPoint submit_task(const StreamRef &stream, Task task, bool wait) {
  add_default_stream_rule(stream, task.after);
  StreamPoint point = stream->submit(std::move(task), !wait);
  if (wait) point.wait();
  return point;
}

StreamPoint submit_short(const StreamRef &stream, std::function<void()> work) {
  Task task{std::move(work), {}, false};
  add_default_stream_rule(stream, task.after);
  bool now = task.after.empty() && stream->idle();
  StreamPoint point = stream->submit(std::move(task), !now);
  if (now) point.wait();
  return point;
}

std::vector<StreamPoint> pending_points(const StreamRef &stream) {
  std::vector<StreamPoint> points;
  add_point(points, stream);
  if (stream == registry().legacy) add_default_stream_rule(stream, points);
  return points;
}

void wait_for_stream(const StreamRef &stream) {
  for (const StreamPoint &point : pending_points(stream)) point.wait();
}

bool is_stream_idle(const StreamRef &stream) {
  const std::vector<StreamPoint> pending = pending_points(stream);
  for (const StreamPoint &point : pending) point.poll();
  return pending.empty();
}

void wait_for_device() {
  const StreamRef &legacy = registry().legacy;
  if (registry().count.load(std::memory_order_acquire) == 0) return legacy->wait(legacy->submitted());
  for (const StreamRef &stream : snapshot()) stream->wait(stream->submitted());
}

bool wait_for_device(std::chrono::milliseconds time) {
  auto end = std::chrono::steady_clock::now() + time;
  for (const StreamRef &stream : snapshot()) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (!stream->wait_for(stream->submitted(), std::max(left, std::chrono::milliseconds(0)))) return false;
  }
  return true;
}

void destroy_all_streams() {
  std::lock_guard lock(registry().mutex);
  ++registry().resets;
  for (auto &[handle, stream] : registry().live) stream->close();
  registry().live.clear();
  registry().all.clear();
  registry().count = 0;
}

} // namespace anychip
