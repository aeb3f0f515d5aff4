#include <algorithm>
#include "anychip/error.h"
#include "anychip/event.h"
#include "anychip/executor.h"
#include "anychip/memory.h"
#include "stream_registry.h"

using namespace anychip;

namespace {

template <typename Body> cudaError_t stream_call(cudaStream_t handle, Body &&body) {
  return device_call([&]() -> cudaError_t {
    StreamRef stream = find_stream(handle);
    return stream ? body(stream) : cudaErrorInvalidResourceHandle;
  });
}

// Like Stream, a handle is the object's address.
cudaStream_t handle_of(const StreamRef &stream) { return reinterpret_cast<cudaStream_t>(stream.get()); }

} // namespace

extern "C" {

cudaError_t cudaStreamCreateWithPriority(cudaStream_t *stream, unsigned int flags, int priority) {
  return device_call([&] {
    if (!stream || (flags & ~static_cast<unsigned>(cudaStreamNonBlocking))) return cudaErrorInvalidValue;
    *stream = handle_of(create_stream(flags, std::clamp(priority, greatest_priority, least_priority)));
    return cudaSuccess;
  });
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t *stream, unsigned int flags) {
  return cudaStreamCreateWithPriority(stream, flags, 0);
}

cudaError_t cudaStreamCreate(cudaStream_t *stream) { return cudaStreamCreateWithPriority(stream, cudaStreamDefault, 0); }

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return device_call([&] { return destroy_stream(stream) ? cudaSuccess : cudaErrorInvalidResourceHandle; });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  return stream_call(handle, [](const StreamRef &stream) {
    wait_for_stream(stream);
    flush_device_output();
    return take_asynchronous_error();
  });
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  return stream_call(handle, [](const StreamRef &stream) {
    if (!is_stream_idle(stream)) return cudaErrorNotReady;
    return take_asynchronous_error();
  });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned int flags) {
  return stream_call(handle, [&](const StreamRef &stream) {
    StreamPoint point;
    if (flags != cudaEventWaitDefault) return cudaErrorInvalidValue; // external waits are for captures
    if (!find_event_point(event, point)) return cudaErrorInvalidResourceHandle;
    if (!point.reached()) submit_task(stream, {[] {}, {point}, false});
    return cudaSuccess;
  });
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void *data) {
  return stream_call(handle, [&](const StreamRef &stream) {
    if (!function) return cudaErrorInvalidValue;
    auto run = [function, data] {
      HostFunctionScope scope;
      if (!device_has_failed()) function(data);
    };
    submit_task(stream, {run, {}, true});
    return cudaSuccess;
  });
}

cudaError_t cudaStreamAddCallback(cudaStream_t handle, cudaStreamCallback_t callback, void *data, unsigned int flags) {
  return stream_call(handle, [&](const StreamRef &stream) {
    if (!callback || flags != 0) return cudaErrorInvalidValue;
    auto run = [=] {
      HostFunctionScope scope;
      callback(handle, take_asynchronous_error(), data);
    };
    submit_task(stream, {run, {}, true});
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetFlags(cudaStream_t handle, unsigned int *flags) {
  return stream_call(handle, [&](const StreamRef &stream) {
    if (!flags) return cudaErrorInvalidValue;
    *flags = stream->flags;
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetPriority(cudaStream_t handle, int *priority) {
  return stream_call(handle, [&](const StreamRef &stream) {
    if (!priority) return cudaErrorInvalidValue;
    *priority = stream->priority();
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetId(cudaStream_t handle, unsigned long long *id) {
  return stream_call(handle, [&](const StreamRef &stream) {
    if (!id) return cudaErrorInvalidValue;
    *id = stream->id;
    return cudaSuccess;
  });
}

cudaError_t cudaStreamGetDevice(cudaStream_t handle, int *device) {
  return stream_call(handle, [&](const StreamRef &) {
    if (!device) return cudaErrorInvalidValue;
    *device = 0;
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetStreamPriorityRange(int *least, int *greatest) {
  return device_call([&] {
    if (least) *least = least_priority;
    if (greatest) *greatest = greatest_priority;
    return cudaSuccess;
  });
}

// All memory is visible to all streams, so attaching it changes nothing. Length 0 stands for the whole allocation.
cudaError_t cudaStreamAttachMemAsync(cudaStream_t handle, void *memory, size_t length, unsigned int flags) {
  return stream_call(handle, [&](const StreamRef &stream) {
    MemoryRange range;
    const bool known = flags == cudaMemAttachGlobal || flags == cudaMemAttachHost || flags == cudaMemAttachSingle;
    if (!known || !find_memory(memory, range)) return cudaErrorInvalidValue;
    if (range.kind != MemoryKind::Managed && range.kind != MemoryKind::ManagedVariable) return cudaErrorInvalidValue;
    if (!range.contains(reinterpret_cast<uintptr_t>(memory), length)) return cudaErrorInvalidValue;
    if (flags == cudaMemAttachSingle && stream == default_stream()) return cudaErrorInvalidValue;
    return cudaSuccess;
  });
}

} // extern "C"
