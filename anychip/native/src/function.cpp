// Attributes of kernels and occupancy.
#include <algorithm>
#include "anychip/device.h"
#include "anychip/error.h"
#include "anychip/module.h"

using namespace anychip;

namespace {

constexpr int registers_of_thread = 32; // a processor has no such budget; programs divide by it
constexpr int code_version = 80;
constexpr size_t shared_granularity = 128;

template <typename Body> cudaError_t kernel_call(const void *function, Body &&body) {
  return device_call([&]() -> cudaError_t {
    Kernel *kernel = nullptr;
    if (cudaError_t error = find_kernel(function, kernel); error != cudaSuccess) return error;
    return body(*kernel);
  });
}

void describe(const Kernel &kernel, cudaFuncAttributes &attributes) {
  attributes = {};
  attributes.sharedSizeBytes = kernel.code->static_shared_bytes;
  attributes.localSizeBytes = kernel.code->local_bytes;
  attributes.maxThreadsPerBlock = static_cast<int>(kernel.code->max_threads);
  attributes.numRegs = registers_of_thread;
  attributes.ptxVersion = attributes.binaryVersion = code_version;
  attributes.maxDynamicSharedSizeBytes = static_cast<int>(kernel.dynamic_shared_limit);
  attributes.preferredShmemCarveout = kernel.carveout;
}

cudaError_t set_dynamic_shared_limit(Kernel &kernel, int value) {
  uint32_t used = std::min(kernel.code->static_shared_bytes, largest_shared_bytes);
  if (value < 0 || static_cast<uint32_t>(value) > largest_shared_bytes - used) return cudaErrorInvalidValue;
  kernel.dynamic_shared_limit = static_cast<uint32_t>(value);
  return cudaSuccess;
}

// How many blocks a multiprocessor's threads, block slots and shared memory admit at once.
int resident_blocks(const Kernel &kernel, int block_size, size_t dynamic_shared) {
  const cudaDeviceProp &device = device_properties();
  if (block_size > static_cast<int>(kernel.code->max_threads) || dynamic_shared > largest_shared_bytes) return 0;
  int warps = (block_size + device.warpSize - 1) / device.warpSize;
  int by_threads = device.maxThreadsPerMultiProcessor / (warps * device.warpSize);
  size_t shared = reserved_shared_bytes + kernel.code->static_shared_bytes + dynamic_shared;
  int by_shared = static_cast<int>(multiprocessor_shared_bytes / shared);
  return std::min({by_threads, by_shared, device.maxBlocksPerMultiProcessor});
}

} // namespace

extern "C" {

cudaError_t cudaFuncGetAttributes(struct cudaFuncAttributes *attributes, const void *function) {
  return kernel_call(function, [&](const Kernel &kernel) {
    if (!attributes) return cudaErrorInvalidValue;
    describe(kernel, *attributes);
    return cudaSuccess;
  });
}

cudaError_t cudaFuncSetAttribute(const void *function, enum cudaFuncAttribute attribute, int value) {
  return kernel_call(function, [&](Kernel &kernel) {
    if (attribute == cudaFuncAttributeMaxDynamicSharedMemorySize) return set_dynamic_shared_limit(kernel, value);
    if (attribute != cudaFuncAttributePreferredSharedMemoryCarveout) return cudaErrorInvalidValue;
    if (value < cudaSharedmemCarveoutDefault || value > cudaSharedmemCarveoutMaxShared) return cudaErrorInvalidValue;
    kernel.carveout = value;
    return cudaSuccess;
  });
}

// Advice about caches and banks, which a processor does not need.
cudaError_t cudaFuncSetCacheConfig(const void *function, enum cudaFuncCache config) {
  const bool known = config >= cudaFuncCachePreferNone && config <= cudaFuncCachePreferEqual;
  return kernel_call(function, [&](const Kernel &) { return known ? cudaSuccess : cudaErrorInvalidValue; });
}

cudaError_t cudaFuncSetSharedMemConfig(const void *function, enum cudaSharedMemConfig config) {
  const bool known = config >= cudaSharedMemBankSizeDefault && config <= cudaSharedMemBankSizeEightByte;
  return kernel_call(function, [&](const Kernel &) { return known ? cudaSuccess : cudaErrorInvalidValue; });
}

cudaError_t cudaFuncGetName(const char **name, const void *function) {
  return kernel_call(function, [&](const Kernel &kernel) {
    if (!name) return cudaErrorInvalidValue;
    *name = kernel.code->name;
    return cudaSuccess;
  });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *blocks, const void *function, int block_size,
                                                                   size_t dynamic_shared, unsigned int flags) {
  return kernel_call(function, [&](const Kernel &kernel) {
    if (!blocks || block_size <= 0 || flags > cudaOccupancyDisableCachingOverride) return cudaErrorInvalidValue;
    *blocks = resident_blocks(kernel, block_size, dynamic_shared);
    return cudaSuccess;
  });
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, const void *function, int block_size,
                                                          size_t dynamic_shared) {
  return cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(blocks, function, block_size, dynamic_shared,
                                                                cudaOccupancyDefault);
}

cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(size_t *bytes, const void *function, int blocks, int block_size) {
  return kernel_call(function, [&](const Kernel &kernel) {
    if (!bytes || blocks <= 0 || block_size <= 0) return cudaErrorInvalidValue;
    if (blocks > resident_blocks(kernel, block_size, 0)) return cudaErrorInvalidValue;
    size_t used = reserved_shared_bytes + kernel.code->static_shared_bytes;
    size_t share = multiprocessor_shared_bytes / static_cast<size_t>(blocks) / shared_granularity * shared_granularity;
    size_t most = largest_shared_bytes - std::min(kernel.code->static_shared_bytes, largest_shared_bytes);
    *bytes = std::min(share > used ? share - used : 0, most);
    return cudaSuccess;
  });
}

} // extern "C"
