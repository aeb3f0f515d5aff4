#include "anychip/device.h"
#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdio>
#include <cstring>
#include <iterator>
#include "anychip/error.h"
#include "anychip/event.h"
#include "anychip/executor.h"
#include "anychip/initial_values.h"
#include "anychip/launch.h"
#include "anychip/managed.h"
#include "anychip/memory.h"
#include "anychip/module.h"
#include "anychip/pool.h"
#include "anychip/stream.h"

namespace anychip {
namespace {

constexpr int toolkit_version = 12090;
constexpr char pci_bus_id[] = "0000:00:00.0";

struct Limit {
  cudaLimit name;
  size_t initial, largest;
};
constexpr size_t largest_local_memory = size_t{512} << 10; // of a thread, as compute capability 8.0 has it
constexpr Limit limits[] = {
    {cudaLimitStackSize, 1024, largest_local_memory},
    {cudaLimitPrintfFifoSize, size_t{1} << 20, size_t{1} << 32},
    {cudaLimitMallocHeapSize, size_t{8} << 20, SIZE_MAX}, // device memory bounds it
    {cudaLimitDevRuntimeSyncDepth, 2, 24},
    {cudaLimitDevRuntimePendingLaunchCount, 2048, INT_MAX},
    {cudaLimitMaxL2FetchGranularity, 64, 128},
};
constexpr size_t limit_count = std::size(limits);

// The place of a limit in the table; limit_count for those that the device does not have.
size_t index_of(cudaLimit limit) {
  const auto has_name = [limit](const Limit &row) { return row.name == limit; };
  return static_cast<size_t>(std::find_if(std::begin(limits), std::end(limits), has_name) - std::begin(limits));
}

struct DeviceSettings {
  std::atomic<size_t> limit_values[limit_count];
  std::atomic<int> cache_config, shared_config;
  std::atomic<unsigned> flags;
  DeviceSettings() { restore(); }
  void restore();
};

void DeviceSettings::restore() {
  for (size_t i = 0; i < limit_count; ++i) limit_values[i] = limits[i].initial;
  set_device_output_limit(limits[index_of(cudaLimitPrintfFifoSize)].initial);
  cache_config = cudaFuncCachePreferNone;
  shared_config = cudaSharedMemBankSizeFourByte;
  flags = 0;
}

DeviceSettings &settings() {
  static DeviceSettings *instance = new DeviceSettings; // threads of streams may still ask while the process exits
  return *instance;
}

cudaError_t check_device(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }

cudaError_t reset_device() {
  cancel_all_launches();
  wait_for_device();
  flush_device_output();
  destroy_all_streams();
  destroy_all_events();
  destroy_all_pools();
  forget_all_advice();
  free_all_memory();
  empty_device_heap();
  restore_all_variables();
  reset_kernel_settings();
  settings().restore();
  clear_errors();
  return cudaSuccess;
}

} // namespace

size_t device_heap_limit() {
  static const size_t index = index_of(cudaLimitMallocHeapSize);
  return settings().limit_values[index];
}

} // namespace anychip

using namespace anychip;

extern "C" {

cudaError_t cudaGetDeviceCount(int *count) {
  if (!count) return remember_error(cudaErrorInvalidValue);
  *count = 1;
  return cudaSuccess;
}

cudaError_t cudaGetDevice(int *device) {
  if (!device) return remember_error(cudaErrorInvalidValue);
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaSetDevice(int device) { return remember_error(check_device(device)); }

cudaError_t cudaInitDevice(int device, unsigned int device_flags, unsigned int flags) {
  if (device != 0) return remember_error(cudaErrorInvalidDevice);
  if (flags == cudaInitDeviceFlagsAreValid) return cudaSetDeviceFlags(device_flags);
  return remember_error(flags ? cudaErrorInvalidValue : cudaSuccess);
}

cudaError_t cudaChooseDevice(int *device, const struct cudaDeviceProp *wanted) {
  return wanted ? cudaGetDevice(device) : remember_error(cudaErrorInvalidValue);
}

cudaError_t cudaSetValidDevices(int *devices, int count) {
  if (count < 0 || count > 1 || (count && !devices)) return remember_error(cudaErrorInvalidValue);
  for (int i = 0; i < count; ++i)
    if (devices[i] != 0) return remember_error(cudaErrorInvalidDevice);
  return cudaSuccess;
}

cudaError_t cudaSetDeviceFlags(unsigned int flags) {
  const unsigned schedule = flags & cudaDeviceScheduleMask;
  const bool several = schedule & (schedule - 1); // ways to wait, of which there can be one
  if (several || (flags & ~static_cast<unsigned>(cudaDeviceMask))) return remember_error(cudaErrorInvalidValue);
  settings().flags = flags;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceFlags(unsigned int *flags) {
  if (!flags) return remember_error(cudaErrorInvalidValue);
  *flags = settings().flags | cudaDeviceMapHost;
  return cudaSuccess;
}

cudaError_t cudaDeviceGetPCIBusId(char *text, int length, int device) {
  if (!text || length < static_cast<int>(sizeof pci_bus_id)) return remember_error(cudaErrorInvalidValue);
  if (device != 0) return remember_error(cudaErrorInvalidDevice);
  std::memcpy(text, pci_bus_id, sizeof pci_bus_id);
  return cudaSuccess;
}

cudaError_t cudaDeviceGetByPCIBusId(int *device, const char *text) {
  if (!device || !text) return remember_error(cudaErrorInvalidValue);
  if (std::strcmp(text, pci_bus_id) != 0) return remember_error(cudaErrorInvalidDevice);
  *device = 0;
  return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize(void) {
  return device_call([] {
    wait_for_device();
    flush_device_output();
    return take_asynchronous_error();
  });
}

// Unlike a GPU's, this device is sound again after a kernel's fault: resetting clears the error.
cudaError_t cudaDeviceReset(void) {
  if (HostFunctionScope::active()) return remember_error(cudaErrorNotPermitted);
  return reset_device();
}

cudaError_t cudaDeviceSetLimit(enum cudaLimit limit, size_t value) {
  return device_call([&] {
    const size_t index = index_of(limit);
    if (index == limit_count) return cudaErrorUnsupportedLimit;
    const size_t largest = limit == cudaLimitMallocHeapSize ? device_memory_total() : limits[index].largest;
    if (value > largest) return cudaErrorInvalidValue;
    settings().limit_values[index] = value;
    if (limit == cudaLimitPrintfFifoSize) set_device_output_limit(value);
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetLimit(size_t *value, enum cudaLimit limit) {
  return device_call([&] {
    const size_t index = index_of(limit);
    if (!value) return cudaErrorInvalidValue;
    if (index == limit_count) return cudaErrorUnsupportedLimit;
    *value = settings().limit_values[index];
    return cudaSuccess;
  });
}

// Preferences about caches and banks: kept and reported; a processor's caches need no such advice.
cudaError_t cudaDeviceSetCacheConfig(enum cudaFuncCache config) {
  if (config < cudaFuncCachePreferNone || config > cudaFuncCachePreferEqual)
    return remember_error(cudaErrorInvalidValue);
  settings().cache_config = config;
  return remember_error(take_asynchronous_error());
}

cudaError_t cudaDeviceGetCacheConfig(enum cudaFuncCache *config) {
  if (!config) return remember_error(cudaErrorInvalidValue);
  *config = static_cast<cudaFuncCache>(settings().cache_config.load());
  return cudaSuccess;
}

cudaError_t cudaDeviceSetSharedMemConfig(enum cudaSharedMemConfig config) {
  if (config < cudaSharedMemBankSizeDefault || config > cudaSharedMemBankSizeEightByte)
    return remember_error(cudaErrorInvalidValue);
  settings().shared_config = config;
  return remember_error(take_asynchronous_error());
}

cudaError_t cudaDeviceGetSharedMemConfig(enum cudaSharedMemConfig *config) {
  if (!config) return remember_error(cudaErrorInvalidValue);
  *config = static_cast<cudaSharedMemConfig>(settings().shared_config.load());
  return cudaSuccess;
}

cudaError_t cudaCtxResetPersistingL2Cache(void) { return remember_error(take_asynchronous_error()); }

cudaError_t cudaThreadSynchronize(void) { return cudaDeviceSynchronize(); }
cudaError_t cudaThreadExit(void) { return cudaDeviceReset(); }
cudaError_t cudaThreadSetLimit(enum cudaLimit limit, size_t value) { return cudaDeviceSetLimit(limit, value); }
cudaError_t cudaThreadGetLimit(size_t *value, enum cudaLimit limit) { return cudaDeviceGetLimit(value, limit); }
cudaError_t cudaThreadSetCacheConfig(enum cudaFuncCache config) { return cudaDeviceSetCacheConfig(config); }
cudaError_t cudaThreadGetCacheConfig(enum cudaFuncCache *config) { return cudaDeviceGetCacheConfig(config); }

cudaError_t cudaDriverGetVersion(int *version) {
  if (!version) return remember_error(cudaErrorInvalidValue);
  *version = toolkit_version;
  return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int *version) { return cudaDriverGetVersion(version); }

cudaError_t cudaProfilerStart(void) { return remember_error(take_asynchronous_error()); }
cudaError_t cudaProfilerStop(void) { return remember_error(take_asynchronous_error()); }

} // extern "C"
