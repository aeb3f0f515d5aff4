// Advice about managed memory and prefetches. One memory serves host and device: nothing moves, and what was advised is
// kept for the questions about it.
#include "anychip/managed.h"
#include <algorithm>
#include <map>
#include <mutex>
#include <utility>
#include "anychip/error.h"
#include "anychip/executor.h"
#include "anychip/guarded_access.h"
#include "anychip/memory.h"
#include "anychip/stream.h"

namespace anychip {
namespace {

constexpr cudaMemLocation no_location{cudaMemLocationTypeInvalid, cudaInvalidDeviceId};

bool same(const cudaMemLocation &a, const cudaMemLocation &b) { return a.type == b.type && a.id == b.id; }

struct Advice {
  bool read_mostly = false, by_device = false, by_host = false;
  cudaMemLocation preferred = no_location, prefetched = no_location;
};

struct Segment {
  uintptr_t end = 0;
  Advice advice;
};

// Ranges with advice; they do not overlap.
class AdviceTable {
public:
  static AdviceTable &instance() {
    static AdviceTable *table = new AdviceTable;
    return *table;
  }

  template <typename Change> void change(uintptr_t begin, uintptr_t end, Change &&change) {
    std::lock_guard lock(mutex_);
    split_at(begin);
    split_at(end);
    for (uintptr_t at = begin; at < end;) {
      auto segment = segments_.lower_bound(at);
      const uintptr_t gap_end = segment == segments_.end() ? end : std::min(segment->first, end);
      if (at < gap_end) segment = segments_.emplace(at, Segment{gap_end, {}}).first;
      change(segment->second.advice);
      at = segment->second.end;
    }
  }

  // Calls for every stretch of the range; where nothing was advised, with an empty advice.
  template <typename Visit> void visit(uintptr_t begin, uintptr_t end, Visit &&visit) {
    std::lock_guard lock(mutex_);
    split_at(begin);
    for (uintptr_t at = begin; at < end;) {
      auto segment = segments_.lower_bound(at);
      const bool gap = segment == segments_.end() || segment->first > at;
      visit(gap ? Advice{} : segment->second.advice);
      at = !gap ? segment->second.end : segment == segments_.end() ? end : segment->first;
    }
  }

  void erase(uintptr_t begin, uintptr_t end) {
    std::lock_guard lock(mutex_);
    if (segments_.empty()) return;
    split_at(begin);
    split_at(end);
    segments_.erase(segments_.lower_bound(begin), segments_.lower_bound(end));
  }

private:
  void split_at(uintptr_t address) {
    auto next = segments_.lower_bound(address);
    if (next == segments_.begin()) return;
    auto &[start, segment] = *std::prev(next);
    if (segment.end <= address) return;
    const Segment rest = segment;
    segment.end = address;
    segments_.emplace(address, rest);
  }

  std::mutex mutex_;
  std::map<uintptr_t, Segment> segments_;
};

// Managed memory, or ordinary host memory, which the device reaches as well.
bool can_be_advised(const void *pointer, size_t bytes) {
  MemoryRange range;
  if (!pointer || !bytes) return false;
  const auto begin = reinterpret_cast<uintptr_t>(pointer);
  if (!find_memory(pointer, range)) return !is_device_address(pointer) && is_host_mapped(pointer, bytes);
  return range.contains(begin, bytes) &&
         (range.kind == MemoryKind::Managed || range.kind == MemoryKind::ManagedVariable);
}

bool is_place(const cudaMemLocation &location) {
  switch (location.type) {
  case cudaMemLocationTypeDevice:
  case cudaMemLocationTypeHostNuma: return location.id == 0;
  case cudaMemLocationTypeHost:
  case cudaMemLocationTypeHostNumaCurrent: return true;
  default: return false;
  }
}

bool is_host(const cudaMemLocation &location) { return location.type != cudaMemLocationTypeDevice; }

cudaMemLocation location_of(int device) {
  if (device == cudaCpuDeviceId) return {cudaMemLocationTypeHost, 0};
  return {cudaMemLocationTypeDevice, device};
}

void set_accessed_by(Advice &advice, const cudaMemLocation &location, bool value) {
  (is_host(location) ? advice.by_host : advice.by_device) = value;
}

cudaError_t advise(const void *pointer, size_t bytes, cudaMemoryAdvise kind, const cudaMemLocation &location) {
  if (kind < cudaMemAdviseSetReadMostly || kind > cudaMemAdviseUnsetAccessedBy) return cudaErrorInvalidValue;
  const bool names_place = kind == cudaMemAdviseSetPreferredLocation || kind == cudaMemAdviseSetAccessedBy ||
                           kind == cudaMemAdviseUnsetAccessedBy;
  if (names_place && !is_place(location)) return cudaErrorInvalidDevice;
  if (!can_be_advised(pointer, bytes)) return cudaErrorInvalidValue;
  const auto begin = reinterpret_cast<uintptr_t>(pointer);
  AdviceTable::instance().change(begin, begin + bytes, [&](Advice &advice) {
    switch (kind) {
    case cudaMemAdviseSetReadMostly: advice.read_mostly = true; break;
    case cudaMemAdviseUnsetReadMostly: advice.read_mostly = false; break;
    case cudaMemAdviseSetPreferredLocation: advice.preferred = location; break;
    case cudaMemAdviseUnsetPreferredLocation: advice.preferred = no_location; break;
    case cudaMemAdviseSetAccessedBy: set_accessed_by(advice, location, true); break;
    case cudaMemAdviseUnsetAccessedBy: set_accessed_by(advice, location, false); break;
    }
  });
  return cudaSuccess;
}

cudaError_t prefetch(const void *pointer, size_t bytes, const cudaMemLocation &location, cudaStream_t stream) {
  if (!find_stream(stream)) return cudaErrorInvalidResourceHandle;
  if (!is_place(location)) return cudaErrorInvalidDevice;
  if (!can_be_advised(pointer, bytes)) return cudaErrorInvalidValue;
  const auto begin = reinterpret_cast<uintptr_t>(pointer);
  AdviceTable::instance().change(begin, begin + bytes, [&](Advice &advice) { advice.prefetched = location; });
  return cudaSuccess;
}

// What holds for all of a range.
Advice common_advice(uintptr_t begin, uintptr_t end) {
  Advice common;
  bool first = true;
  AdviceTable::instance().visit(begin, end, [&](const Advice &advice) {
    if (std::exchange(first, false)) return void(common = advice);
    common.read_mostly &= advice.read_mostly;
    common.by_device &= advice.by_device;
    common.by_host &= advice.by_host;
    if (!same(common.preferred, advice.preferred)) common.preferred = no_location;
    if (!same(common.prefetched, advice.prefetched)) common.prefetched = no_location;
  });
  return common;
}

int device_of(const cudaMemLocation &location) {
  if (location.type == cudaMemLocationTypeInvalid) return cudaInvalidDeviceId;
  return is_host(location) ? cudaCpuDeviceId : location.id;
}

void list_accessors(const Advice &advice, int *devices, size_t count) {
  std::fill(devices, devices + count, cudaInvalidDeviceId);
  size_t at = 0;
  if (advice.by_device && at < count) devices[at++] = 0;
  if (advice.by_host && at < count) devices[at++] = cudaCpuDeviceId;
}

cudaError_t answer(const Advice &advice, cudaMemRangeAttribute attribute, void *data, size_t size) {
  if (!data || size < sizeof(int) || size % sizeof(int)) return cudaErrorInvalidValue;
  const bool list = attribute == cudaMemRangeAttributeAccessedBy;
  if (!list && size != sizeof(int)) return cudaErrorInvalidValue;
  int &value = *static_cast<int *>(data);
  switch (attribute) {
  case cudaMemRangeAttributeReadMostly: value = advice.read_mostly; break;
  case cudaMemRangeAttributePreferredLocation: value = device_of(advice.preferred); break;
  case cudaMemRangeAttributeAccessedBy: list_accessors(advice, &value, size / sizeof(int)); break;
  case cudaMemRangeAttributeLastPrefetchLocation: value = device_of(advice.prefetched); break;
  case cudaMemRangeAttributePreferredLocationType: value = advice.preferred.type; break;
  case cudaMemRangeAttributePreferredLocationId: value = advice.preferred.id; break;
  case cudaMemRangeAttributeLastPrefetchLocationType: value = advice.prefetched.type; break;
  case cudaMemRangeAttributeLastPrefetchLocationId: value = advice.prefetched.id; break;
  default: return cudaErrorInvalidValue;
  }
  return cudaSuccess;
}

} // namespace

void forget_advice(uintptr_t base, size_t size) { AdviceTable::instance().erase(base, base + size); }
void forget_all_advice() { AdviceTable::instance().erase(0, UINTPTR_MAX); }

} // namespace anychip

using namespace anychip;

extern "C" {

cudaError_t cudaMemPrefetchAsync(const void *pointer, size_t bytes, int device, cudaStream_t stream) {
  return device_call([&] { return prefetch(pointer, bytes, location_of(device), stream); });
}

cudaError_t cudaMemPrefetchAsync_v2(const void *pointer, size_t bytes, struct cudaMemLocation location,
                                    unsigned int flags, cudaStream_t stream) {
  return device_call([&] { return flags ? cudaErrorInvalidValue : prefetch(pointer, bytes, location, stream); });
}

cudaError_t cudaMemAdvise(const void *pointer, size_t bytes, enum cudaMemoryAdvise advice, int device) {
  return device_call([&] { return advise(pointer, bytes, advice, location_of(device)); });
}

cudaError_t cudaMemAdvise_v2(const void *pointer, size_t bytes, enum cudaMemoryAdvise advice,
                             struct cudaMemLocation location) {
  return device_call([&] { return advise(pointer, bytes, advice, location); });
}

cudaError_t cudaMemRangeGetAttributes(void **data, size_t *sizes, enum cudaMemRangeAttribute *attributes, size_t count,
                                      const void *pointer, size_t bytes) {
  return device_call([&] {
    if (!data || !sizes || !attributes || !count || !can_be_advised(pointer, bytes)) return cudaErrorInvalidValue;
    const auto begin = reinterpret_cast<uintptr_t>(pointer);
    const Advice advice = common_advice(begin, begin + bytes);
    for (size_t i = 0; i < count; ++i)
      if (cudaError_t error = answer(advice, attributes[i], data[i], sizes[i]); error != cudaSuccess) return error;
    return cudaSuccess;
  });
}

cudaError_t cudaMemRangeGetAttribute(void *data, size_t size, enum cudaMemRangeAttribute attribute, const void *pointer,
                                     size_t bytes) {
  return cudaMemRangeGetAttributes(&data, &size, &attribute, 1, pointer, bytes);
}

} // extern "C"
