#include "anychip/event.h"
#include <unordered_map>
#include "anychip/error.h"
#include "anychip/executor.h"

namespace anychip {
namespace {

using Clock = std::chrono::steady_clock;

// One cudaEventRecord. A later record of the same event makes a new one; who waits for this one is not affected.
struct Record {
  StreamPoint point;
  std::atomic<Clock::rep> time{0};
};

struct Event {
  explicit Event(unsigned flags) : flags(flags) {}
  const unsigned flags;
  std::shared_ptr<Record> record; // guarded by the table's lock
};
using EventRef = std::shared_ptr<Event>;

struct EventTable {
  std::mutex mutex;
  std::unordered_map<const void *, EventRef> live;
};

EventTable &table() {
  static EventTable *instance = new EventTable;
  return *instance;
}

EventRef find_event(cudaEvent_t handle) {
  std::lock_guard lock(table().mutex);
  auto found = table().live.find(handle);
  return found == table().live.end() ? nullptr : found->second;
}

std::shared_ptr<Record> record_of(const EventRef &event) {
  std::lock_guard lock(table().mutex);
  return event->record;
}

template <typename Body> cudaError_t event_call(cudaEvent_t handle, Body &&body) {
  return device_call([&]() -> cudaError_t {
    EventRef event = find_event(handle);
    return event ? body(event) : cudaErrorInvalidResourceHandle;
  });
}

cudaError_t record_event(const EventRef &event, cudaStream_t handle) {
  StreamRef stream = find_stream(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  auto record = std::make_shared<Record>();
  record->point = submit_short(stream, [record] { record->time = Clock::now().time_since_epoch().count(); });
  std::lock_guard lock(table().mutex);
  event->record = record;
  return cudaSuccess;
}

cudaError_t elapsed(float *milliseconds, const EventRef &start, const EventRef &end) {
  if (!milliseconds) return cudaErrorInvalidValue;
  if ((start->flags | end->flags) & cudaEventDisableTiming) return cudaErrorInvalidResourceHandle;
  auto first = record_of(start), last = record_of(end);
  if (!first || !last) return cudaErrorInvalidResourceHandle;
  if (!first->point.poll() || !last->point.poll()) return cudaErrorNotReady;
  std::chrono::duration<float, std::milli> span = Clock::duration(last->time - first->time);
  *milliseconds = span.count();
  return cudaSuccess;
}

} // namespace

bool find_event_point(cudaEvent_t handle, StreamPoint &point) {
  EventRef event = find_event(handle);
  if (!event) return false;
  if (auto record = record_of(event)) point = record->point;
  return true;
}

void destroy_all_events() {
  std::lock_guard lock(table().mutex);
  table().live.clear();
}

} // namespace anychip

using namespace anychip;

extern "C" {

cudaError_t cudaEventCreateWithFlags(cudaEvent_t *event, unsigned int flags) {
  return device_call([&] {
    constexpr unsigned known = cudaEventBlockingSync | cudaEventDisableTiming | cudaEventInterprocess;
    const bool shared = flags & cudaEventInterprocess;
    if (!event || (flags & ~known) || (shared && !(flags & cudaEventDisableTiming))) return cudaErrorInvalidValue;
    if (shared) return cudaErrorNotSupported;
    auto created = std::make_shared<Event>(flags);
    *event = reinterpret_cast<cudaEvent_t>(created.get());
    std::lock_guard lock(table().mutex);
    table().live[created.get()] = created;
    return cudaSuccess;
  });
}

cudaError_t cudaEventCreate(cudaEvent_t *event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }

cudaError_t cudaEventDestroy(cudaEvent_t handle) {
  return device_call([&] {
    std::lock_guard lock(table().mutex);
    return table().live.erase(handle) ? cudaSuccess : cudaErrorInvalidResourceHandle;
  });
}

cudaError_t cudaEventRecord(cudaEvent_t handle, cudaStream_t stream) {
  return event_call(handle, [&](const EventRef &event) { return record_event(event, stream); });
}

cudaError_t cudaEventRecordWithFlags(cudaEvent_t handle, cudaStream_t stream, unsigned int flags) {
  return event_call(handle, [&](const EventRef &event) {
    // External records are for captures.
    return flags != cudaEventRecordDefault ? cudaErrorInvalidValue : record_event(event, stream);
  });
}

cudaError_t cudaEventQuery(cudaEvent_t handle) {
  return event_call(handle, [&](const EventRef &event) {
    auto record = record_of(event);
    if (record && !record->point.poll()) return cudaErrorNotReady;
    return take_asynchronous_error();
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t handle) {
  return event_call(handle, [&](const EventRef &event) {
    if (auto record = record_of(event)) record->point.wait();
    flush_device_output();
    return take_asynchronous_error();
  });
}

cudaError_t cudaEventElapsedTime(float *milliseconds, cudaEvent_t start, cudaEvent_t end) {
  return device_call([&] {
    EventRef first = find_event(start), last = find_event(end);
    return first && last ? elapsed(milliseconds, first, last) : cudaErrorInvalidResourceHandle;
  });
}

cudaError_t cudaEventElapsedTime_v2(float *milliseconds, cudaEvent_t start, cudaEvent_t end) {
  return cudaEventElapsedTime(milliseconds, start, end);
}

} // extern "C"
