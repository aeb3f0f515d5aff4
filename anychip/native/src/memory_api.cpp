// cudaMalloc and relatives, pinned and registered host memory, questions about pointers.
#include <cstring>
#include "anychip/error.h"
#include "anychip/executor.h"
#include "anychip/guarded_access.h"
#include "anychip/memory.h"
#include "anychip/stream.h"

using namespace anychip;

namespace {

constexpr size_t pitch_alignment = 512;
constexpr size_t largest_pitch = 0x7fffffff;

cudaError_t allocate_pitched(void **pointer, size_t *pitch, size_t width, size_t rows) {
  if (!pointer || !pitch) return cudaErrorInvalidValue;
  if (width > largest_pitch) return cudaErrorMemoryAllocation;
  *pitch = (width + pitch_alignment - 1) / pitch_alignment * pitch_alignment;
  size_t bytes = 0;
  if (__builtin_mul_overflow(*pitch, rows, &bytes)) return cudaErrorMemoryAllocation;
  return allocate_memory(pointer, bytes, MemoryKind::Device);
}

// Work that uses the memory ends first, as cudaFree promises; its errors come before the free.
cudaError_t free_after_work(void *pointer, MemoryKind kind) {
  if (!pointer) return cudaSuccess;
  wait_for_device();
  if (cudaError_t error = take_asynchronous_error(); error != cudaSuccess) return error;
  return free_memory(pointer, kind);
}

cudaMemoryType type_of(MemoryKind kind) {
  switch (kind) {
  case MemoryKind::Managed:
  case MemoryKind::ManagedVariable: return cudaMemoryTypeManaged;
  case MemoryKind::PinnedHost:
  case MemoryKind::RegisteredHost: return cudaMemoryTypeHost;
  default: return cudaMemoryTypeDevice;
  }
}

cudaPointerAttributes attributes_of(const void *pointer) {
  cudaPointerAttributes attributes{};
  MemoryRange range;
  void *address = const_cast<void *>(pointer);
  if (!find_memory(pointer, range)) {
    attributes.type = cudaMemoryTypeUnregistered;
    attributes.device = -2; // as the documentation of cudaInvalidDeviceId says for unregistered memory
    attributes.hostPointer = address;
    return attributes;
  }
  attributes.type = type_of(range.kind);
  attributes.devicePointer = address;
  attributes.hostPointer = attributes.type == cudaMemoryTypeDevice ? nullptr : address;
  return attributes;
}

} // namespace

extern "C" {

cudaError_t cudaMalloc(void **pointer, size_t bytes) {
  return device_call([&] { return allocate_memory(pointer, bytes, MemoryKind::Device); });
}

cudaError_t cudaMallocManaged(void **pointer, size_t bytes, unsigned int flags) {
  return device_call([&] {
    bool known = flags == cudaMemAttachGlobal || flags == cudaMemAttachHost;
    if (!known || bytes == 0) return cudaErrorInvalidValue;
    return allocate_memory(pointer, bytes, MemoryKind::Managed, flags);
  });
}

cudaError_t cudaFree(void *pointer) {
  return device_call([&] { return free_after_work(pointer, MemoryKind::Device); });
}

cudaError_t cudaMallocPitch(void **pointer, size_t *pitch, size_t width, size_t height) {
  return device_call([&] { return allocate_pitched(pointer, pitch, width, height); });
}

cudaError_t cudaMalloc3D(struct cudaPitchedPtr *pitched, struct cudaExtent extent) {
  return device_call([&] {
    size_t rows = 0;
    if (!pitched || __builtin_mul_overflow(extent.height, extent.depth, &rows)) return cudaErrorInvalidValue;
    pitched->xsize = extent.width;
    pitched->ysize = extent.height;
    return allocate_pitched(&pitched->ptr, &pitched->pitch, extent.width, rows);
  });
}

cudaError_t cudaHostAlloc(void **pointer, size_t bytes, unsigned int flags) {
  return device_call([&] {
    constexpr unsigned known = cudaHostAllocPortable | cudaHostAllocMapped | cudaHostAllocWriteCombined;
    if (flags & ~known) return cudaErrorInvalidValue;
    return allocate_memory(pointer, bytes, MemoryKind::PinnedHost, flags);
  });
}

cudaError_t cudaMallocHost(void **pointer, size_t bytes) { return cudaHostAlloc(pointer, bytes, cudaHostAllocDefault); }

cudaError_t cudaFreeHost(void *pointer) {
  return device_call([&] { return free_after_work(pointer, MemoryKind::PinnedHost); });
}

cudaError_t cudaHostRegister(void *pointer, size_t bytes, unsigned int flags) {
  return device_call([&] {
    constexpr unsigned known =
        cudaHostRegisterPortable | cudaHostRegisterMapped | cudaHostRegisterIoMemory | cudaHostRegisterReadOnly;
    if (!pointer || bytes == 0 || (flags & ~known)) return cudaErrorInvalidValue;
    if (is_device_address(pointer) || !is_host_mapped(pointer, bytes)) return cudaErrorInvalidValue;
    const MemoryRange range{reinterpret_cast<uintptr_t>(pointer), bytes, MemoryKind::RegisteredHost, flags};
    return add_range(range) ? cudaSuccess : cudaErrorHostMemoryAlreadyRegistered;
  });
}

cudaError_t cudaHostUnregister(void *pointer) {
  return device_call([&] {
    if (!pointer) return cudaErrorInvalidValue;
    wait_for_device();
    return remove_range(pointer, MemoryKind::RegisteredHost) ? cudaSuccess : cudaErrorHostMemoryNotRegistered;
  });
}

cudaError_t cudaHostGetDevicePointer(void **device, void *host, unsigned int flags) {
  return device_call([&] {
    MemoryRange range;
    if (!device || flags != 0 || !find_memory(host, range)) return cudaErrorInvalidValue;
    if (type_of(range.kind) == cudaMemoryTypeDevice) return cudaErrorInvalidValue;
    *device = host; // one address space
    return cudaSuccess;
  });
}

cudaError_t cudaHostGetFlags(unsigned int *flags, void *host) {
  return device_call([&] {
    MemoryRange range;
    if (!flags || !find_memory(host, range) || range.kind != MemoryKind::PinnedHost) return cudaErrorInvalidValue;
    *flags = range.flags | cudaHostAllocMapped; // unified addressing maps all of it
    return cudaSuccess;
  });
}

cudaError_t cudaPointerGetAttributes(struct cudaPointerAttributes *attributes, const void *pointer) {
  return device_call([&] {
    if (!attributes) return cudaErrorInvalidValue;
    *attributes = attributes_of(pointer);
    return cudaSuccess;
  });
}

cudaError_t cudaMemGetInfo(size_t *free, size_t *total) {
  return device_call([&] {
    if (!free || !total) return cudaErrorInvalidValue;
    *total = device_memory_total();
    *free = device_memory_free();
    return cudaSuccess;
  });
}

} // extern "C"
