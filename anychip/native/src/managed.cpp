// Advice about managed memory. One memory serves host and device: the calls check their arguments and move nothing.
#include "anychip/error.h"
#include "anychip/memory.h"
#include "anychip/stream.h"

using namespace anychip;

namespace {

bool is_device_or_host(int device) { return device == 0 || device == cudaCpuDeviceId; }

} // namespace

extern "C" {

cudaError_t cudaMemPrefetchAsync(const void *pointer, size_t bytes, int device, cudaStream_t stream) {
  return device_call([&] {
    if (!find_stream(stream)) return cudaErrorInvalidResourceHandle;
    if (!is_device_or_host(device)) return cudaErrorInvalidDevice;
    return bytes && is_device_range(pointer, bytes) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

cudaError_t cudaMemAdvise(const void *pointer, size_t bytes, enum cudaMemoryAdvise advice, int device) {
  return device_call([&] {
    bool known = advice >= cudaMemAdviseSetReadMostly && advice <= cudaMemAdviseUnsetAccessedBy;
    bool any_device = advice == cudaMemAdviseSetReadMostly || advice == cudaMemAdviseUnsetReadMostly ||
                      advice == cudaMemAdviseUnsetPreferredLocation;
    if (!any_device && !is_device_or_host(device)) return cudaErrorInvalidDevice;
    return known && bytes && is_device_range(pointer, bytes) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

} // extern "C"
