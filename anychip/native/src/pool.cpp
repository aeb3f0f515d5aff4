// Pools and allocation in stream order. Freed memory goes back to the system at once, whatever the release threshold:
// a pool reserves what it uses.
#include "anychip/pool.h"
#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>
#include "anychip/error.h"
#include "anychip/memory.h"
#include "anychip/stream.h"

namespace anychip {
namespace {

struct Pool {
  explicit Pool(size_t limit) : usage(new PoolUsage(limit)) {}
  ~Pool() { usage->close(); }
  PoolUsage *const usage;
  bool on_host = false;
  // cudaMemPoolReuseFollowEventDependencies and the two behind it.
  int reuse[3] = {1, 1, 1};
  uint64_t release_threshold = 0;
};

struct PoolTable {
  std::mutex mutex;
  std::unordered_map<const void *, std::unique_ptr<Pool>> created;
  std::unique_ptr<Pool> standard = std::make_unique<Pool>(SIZE_MAX); // the device's default
  Pool *current = standard.get();
};

PoolTable &table() {
  static PoolTable *instance = new PoolTable;
  return *instance;
}

cudaMemPool_t handle_of(const Pool *pool) { return reinterpret_cast<cudaMemPool_t>(const_cast<Pool *>(pool)); }

// The table is locked.
Pool *find_pool(cudaMemPool_t handle) {
  if (handle == handle_of(table().standard.get())) return table().standard.get();
  auto found = table().created.find(handle);
  return found == table().created.end() ? nullptr : found->second.get();
}

template <typename Body> cudaError_t pool_call(cudaMemPool_t handle, Body &&body) {
  return device_call([&]() -> cudaError_t {
    std::lock_guard lock(table().mutex);
    Pool *pool = find_pool(handle);
    return pool ? body(*pool) : cudaErrorInvalidValue;
  });
}

// Runs with the table locked, so that the pool lives.
cudaError_t allocate_from(Pool &pool, void **pointer, size_t bytes, cudaStream_t stream) {
  if (!pointer) return cudaErrorInvalidValue;
  if (!find_stream(stream)) return cudaErrorInvalidResourceHandle;
  return allocate_memory(pointer, bytes, MemoryKind::Device, 0, pool.usage);
}

cudaError_t free_in_order(void *pointer, cudaStream_t handle) {
  StreamRef stream = find_stream(handle);
  MemoryRange range;
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (!pointer) return cudaSuccess;
  bool valid = find_memory(pointer, range) && range.base == reinterpret_cast<uintptr_t>(pointer) &&
               range.kind == MemoryKind::Device;
  if (!valid) return cudaErrorInvalidValue;
  submit_short(stream, [pointer] { free_memory(pointer, MemoryKind::Device); });
  return cudaSuccess;
}

bool is_reuse_policy(cudaMemPoolAttr attribute) {
  return attribute >= cudaMemPoolReuseFollowEventDependencies && attribute <= cudaMemPoolReuseAllowInternalDependencies;
}

bool is_device_location(const cudaMemLocation &location) {
  return location.type == cudaMemLocationTypeDevice && location.id == 0;
}

cudaError_t create(cudaMemPool_t *handle, const cudaMemPoolProps *properties) {
  if (!handle || !properties || properties->allocType != cudaMemAllocationTypePinned) return cudaErrorInvalidValue;
  const bool on_host = properties->location.type == cudaMemLocationTypeHost ||
                       properties->location.type == cudaMemLocationTypeHostNuma ||
                       properties->location.type == cudaMemLocationTypeHostNumaCurrent;
  if (!on_host && properties->location.type != cudaMemLocationTypeDevice) return cudaErrorInvalidValue;
  if (properties->location.id != 0) return cudaErrorInvalidDevice;
  if (properties->handleTypes != cudaMemHandleTypeNone) return cudaErrorNotSupported; // no sharing between processes
  auto pool = std::make_unique<Pool>(properties->maxSize ? properties->maxSize : SIZE_MAX);
  pool->on_host = on_host;
  *handle = handle_of(pool.get());
  std::lock_guard lock(table().mutex);
  table().created[*handle] = std::move(pool);
  return cudaSuccess;
}

cudaError_t set_attribute(Pool &pool, cudaMemPoolAttr attribute, const void *value) {
  if (!value) return cudaErrorInvalidValue;
  if (is_reuse_policy(attribute)) {
    pool.reuse[attribute - cudaMemPoolReuseFollowEventDependencies] = *static_cast<const int *>(value) != 0;
    return cudaSuccess;
  }
  const uint64_t number = *static_cast<const uint64_t *>(value);
  if (attribute == cudaMemPoolAttrReleaseThreshold) {
    pool.release_threshold = number;
    return cudaSuccess;
  }
  const bool high = attribute == cudaMemPoolAttrReservedMemHigh || attribute == cudaMemPoolAttrUsedMemHigh;
  if (!high || number != 0) return cudaErrorInvalidValue; // high-water marks can only be reset
  pool.usage->reset_high();
  return cudaSuccess;
}

cudaError_t get_attribute(const Pool &pool, cudaMemPoolAttr attribute, void *value) {
  if (!value) return cudaErrorInvalidValue;
  if (is_reuse_policy(attribute)) {
    *static_cast<int *>(value) = pool.reuse[attribute - cudaMemPoolReuseFollowEventDependencies];
    return cudaSuccess;
  }
  auto &number = *static_cast<uint64_t *>(value);
  switch (attribute) {
  case cudaMemPoolAttrReleaseThreshold: number = pool.release_threshold; return cudaSuccess;
  case cudaMemPoolAttrReservedMemCurrent:
  case cudaMemPoolAttrUsedMemCurrent: number = pool.usage->used(); return cudaSuccess;
  case cudaMemPoolAttrReservedMemHigh:
  case cudaMemPoolAttrUsedMemHigh: number = pool.usage->high(); return cudaSuccess;
  default: return cudaErrorInvalidValue;
  }
}

// One device, which always reaches all memory: access to its own pools cannot be taken away.
cudaError_t set_access(const Pool &pool, const cudaMemAccessDesc *list, size_t count) {
  if (!list && count) return cudaErrorInvalidValue;
  for (size_t i = 0; i < count; ++i) {
    if (list[i].location.type != cudaMemLocationTypeDevice) return cudaErrorInvalidValue;
    if (list[i].location.id != 0) return cudaErrorInvalidDevice;
    if (list[i].flags != cudaMemAccessFlagsProtReadWrite && !pool.on_host) return cudaErrorInvalidValue;
  }
  return cudaSuccess;
}

cudaError_t give_pool(cudaMemPool_t *handle, int device, bool standard) {
  if (!handle) return cudaErrorInvalidValue;
  if (device != 0) return cudaErrorInvalidDevice;
  std::lock_guard lock(table().mutex);
  *handle = handle_of(standard ? table().standard.get() : table().current);
  return cudaSuccess;
}

} // namespace

void destroy_all_pools() {
  std::lock_guard lock(table().mutex);
  table().created.clear();
  Pool &standard = *table().standard;
  table().current = &standard;
  standard.release_threshold = 0;
  std::fill(std::begin(standard.reuse), std::end(standard.reuse), 1);
}

} // namespace anychip

using namespace anychip;

extern "C" {

cudaError_t cudaMallocAsync(void **pointer, size_t bytes, cudaStream_t stream) {
  return device_call([&] {
    std::lock_guard lock(table().mutex);
    return allocate_from(*table().current, pointer, bytes, stream);
  });
}

cudaError_t cudaMallocFromPoolAsync(void **pointer, size_t bytes, cudaMemPool_t handle, cudaStream_t stream) {
  return pool_call(handle, [&](Pool &pool) { return allocate_from(pool, pointer, bytes, stream); });
}

cudaError_t cudaFreeAsync(void *pointer, cudaStream_t stream) {
  return device_call([&] { return free_in_order(pointer, stream); });
}

cudaError_t cudaMemPoolCreate(cudaMemPool_t *handle, const struct cudaMemPoolProps *properties) {
  return device_call([&] { return create(handle, properties); });
}

// What was allocated from it stays until it is freed.
cudaError_t cudaMemPoolDestroy(cudaMemPool_t handle) {
  return pool_call(handle, [&](Pool &pool) {
    if (&pool == table().standard.get()) return cudaErrorInvalidValue;
    if (table().current == &pool) table().current = table().standard.get();
    table().created.erase(handle);
    return cudaSuccess;
  });
}

cudaError_t cudaMemPoolSetAttribute(cudaMemPool_t handle, enum cudaMemPoolAttr attribute, void *value) {
  return pool_call(handle, [&](Pool &pool) { return set_attribute(pool, attribute, value); });
}

cudaError_t cudaMemPoolGetAttribute(cudaMemPool_t handle, enum cudaMemPoolAttr attribute, void *value) {
  return pool_call(handle, [&](Pool &pool) { return get_attribute(pool, attribute, value); });
}

cudaError_t cudaMemPoolTrimTo(cudaMemPool_t handle, size_t) {
  return pool_call(handle, [](Pool &) { return cudaSuccess; }); // nothing is held back
}

cudaError_t cudaMemPoolSetAccess(cudaMemPool_t handle, const struct cudaMemAccessDesc *list, size_t count) {
  return pool_call(handle, [&](Pool &pool) { return set_access(pool, list, count); });
}

cudaError_t cudaMemPoolGetAccess(enum cudaMemAccessFlags *flags, cudaMemPool_t handle,
                                 struct cudaMemLocation *location) {
  return pool_call(handle, [&](Pool &) {
    if (!flags || !location || location->type != cudaMemLocationTypeDevice) return cudaErrorInvalidValue;
    if (!is_device_location(*location)) return cudaErrorInvalidDevice;
    *flags = cudaMemAccessFlagsProtReadWrite;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetDefaultMemPool(cudaMemPool_t *handle, int device) {
  return device_call([&] { return give_pool(handle, device, true); });
}

cudaError_t cudaDeviceGetMemPool(cudaMemPool_t *handle, int device) {
  return device_call([&] { return give_pool(handle, device, false); });
}

cudaError_t cudaDeviceSetMemPool(int device, cudaMemPool_t handle) {
  return pool_call(handle, [&](Pool &pool) {
    if (device != 0) return cudaErrorInvalidDevice;
    table().current = &pool;
    return cudaSuccess;
  });
}

// Memory is not shared with other processes.
cudaError_t cudaMemPoolExportToShareableHandle(void *shared, cudaMemPool_t handle, enum cudaMemAllocationHandleType,
                                               unsigned int flags) {
  return pool_call(handle, [&](Pool &) { return shared && !flags ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaMemPoolImportFromShareableHandle(cudaMemPool_t *handle, void *shared, enum cudaMemAllocationHandleType,
                                                 unsigned int flags) {
  return device_call([&] { return handle && shared && !flags ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaMemPoolExportPointer(struct cudaMemPoolPtrExportData *data, void *pointer) {
  return device_call([&] { return data && pointer ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaMemPoolImportPointer(void **pointer, cudaMemPool_t handle, struct cudaMemPoolPtrExportData *data) {
  return pool_call(handle, [&](Pool &) { return pointer && data ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

} // extern "C"
