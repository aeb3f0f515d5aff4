#include "anychip/device.h"
#include <atomic>
#include <cstdio>
#include <cstring>
#include "anychip/error.h"
#include "anychip/event.h"
#include "anychip/executor.h"
#include "anychip/launch.h"
#include "anychip/memory.h"
#include "anychip/stream.h"

namespace anychip {
namespace {

constexpr int toolkit_version = 12090;
constexpr char pci_bus_id[] = "0000:00:00.0";

struct DeviceSettings {
  std::atomic<size_t> stack_limit{1024};
  std::atomic<size_t> heap_limit{size_t{8} << 20};
  std::atomic<size_t> sync_depth{2}, pending_launches{2048};
  std::atomic<int> cache_config{cudaFuncCachePreferNone};
  std::atomic<int> shared_config{cudaSharedMemBankSizeFourByte};
  std::atomic<unsigned> flags{0};
};
DeviceSettings settings;

// The limits that are plain numbers; null for the others.
std::atomic<size_t> *limit_setting(cudaLimit limit) {
  switch (limit) {
  case cudaLimitStackSize: return &settings.stack_limit;
  case cudaLimitMallocHeapSize: return &settings.heap_limit;
  case cudaLimitDevRuntimeSyncDepth: return &settings.sync_depth;
  case cudaLimitDevRuntimePendingLaunchCount: return &settings.pending_launches;
  default: return nullptr;
  }
}

cudaError_t check_device(int device) { return device == 0 ? cudaSuccess : cudaErrorInvalidDevice; }

cudaError_t reset_device() {
  cancel_all_launches();
  wait_for_device();
  flush_device_output();
  destroy_all_streams();
  destroy_all_events();
  free_all_memory();
  clear_errors();
  return cudaSuccess;
}

} // namespace

size_t device_heap_limit() { return settings.heap_limit; }
size_t device_stack_limit() { return settings.stack_limit; }

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

cudaError_t cudaInitDevice(int device, unsigned int, unsigned int) { return remember_error(check_device(device)); }

cudaError_t cudaChooseDevice(int *device, const struct cudaDeviceProp *wanted) {
  return wanted ? cudaGetDevice(device) : remember_error(cudaErrorInvalidValue);
}

cudaError_t cudaSetValidDevices(int *devices, int count) {
  if (count < 0 || (count && !devices)) return remember_error(cudaErrorInvalidValue);
  for (int i = 0; i < count; ++i)
    if (devices[i] != 0) return remember_error(cudaErrorInvalidDevice);
  return cudaSuccess;
}

cudaError_t cudaSetDeviceFlags(unsigned int flags) {
  if (flags & ~static_cast<unsigned>(cudaDeviceMask)) return remember_error(cudaErrorInvalidValue);
  settings.flags = flags;
  return cudaSuccess;
}

cudaError_t cudaGetDeviceFlags(unsigned int *flags) {
  if (!flags) return remember_error(cudaErrorInvalidValue);
  *flags = settings.flags | cudaDeviceMapHost;
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
    if (limit == cudaLimitPrintfFifoSize) {
      set_device_output_limit(value);
      return cudaSuccess;
    }
    std::atomic<size_t> *setting = limit_setting(limit);
    if (!setting) return cudaErrorUnsupportedLimit;
    *setting = value;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetLimit(size_t *value, enum cudaLimit limit) {
  return device_call([&] {
    std::atomic<size_t> *setting = limit_setting(limit);
    if (!value) return cudaErrorInvalidValue;
    if (!setting && limit != cudaLimitPrintfFifoSize) return cudaErrorUnsupportedLimit;
    *value = setting ? setting->load() : device_output_limit();
    return cudaSuccess;
  });
}

// Preferences about caches and banks: kept and reported; a processor's caches need no such advice.
cudaError_t cudaDeviceSetCacheConfig(enum cudaFuncCache config) {
  settings.cache_config = config;
  return remember_error(take_asynchronous_error());
}

cudaError_t cudaDeviceGetCacheConfig(enum cudaFuncCache *config) {
  if (!config) return remember_error(cudaErrorInvalidValue);
  *config = static_cast<cudaFuncCache>(settings.cache_config.load());
  return cudaSuccess;
}

cudaError_t cudaDeviceSetSharedMemConfig(enum cudaSharedMemConfig config) {
  settings.shared_config = config;
  return remember_error(take_asynchronous_error());
}

cudaError_t cudaDeviceGetSharedMemConfig(enum cudaSharedMemConfig *config) {
  if (!config) return remember_error(cudaErrorInvalidValue);
  *config = static_cast<cudaSharedMemConfig>(settings.shared_config.load());
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

// There is one device, so it has no peers.
cudaError_t cudaDeviceCanAccessPeer(int *possible, int device, int peer) {
  if (!possible) return remember_error(cudaErrorInvalidValue);
  if (device != 0 || peer != 0) return remember_error(cudaErrorInvalidDevice);
  *possible = 0;
  return cudaSuccess;
}

cudaError_t cudaDeviceEnablePeerAccess(int, unsigned int) { return remember_error(cudaErrorInvalidDevice); }
cudaError_t cudaDeviceDisablePeerAccess(int) { return remember_error(cudaErrorInvalidDevice); }

cudaError_t cudaProfilerStart(void) { return remember_error(take_asynchronous_error()); }
cudaError_t cudaProfilerStop(void) { return remember_error(take_asynchronous_error()); }

} // extern "C"
