// Stream capture: there are no graphs yet, so no stream captures, and the questions are answered so.
#include "anychip/error.h"
#include "anychip/stream.h"

using namespace anychip;

namespace {

constinit thread_local cudaStreamCaptureMode capture_mode = cudaStreamCaptureModeGlobal;

bool is_mode(cudaStreamCaptureMode mode) {
  return mode >= cudaStreamCaptureModeGlobal && mode <= cudaStreamCaptureModeRelaxed;
}

cudaError_t begin(cudaStream_t handle, cudaStreamCaptureMode mode) {
  StreamRef stream = find_stream(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (!is_mode(mode)) return cudaErrorInvalidValue;
  if (stream == default_stream()) return cudaErrorStreamCaptureUnsupported; // on no device
  explain_error("streams cannot be captured yet");
  return cudaErrorNotSupported;
}

} // namespace

extern "C" {

cudaError_t cudaStreamBeginCapture(cudaStream_t handle, enum cudaStreamCaptureMode mode) {
  return device_call([&] { return begin(handle, mode); });
}

cudaError_t cudaStreamBeginCaptureToGraph(cudaStream_t handle, cudaGraph_t graph, const cudaGraphNode_t *, const void *,
                                          size_t, enum cudaStreamCaptureMode mode) {
  return device_call([&] { return graph ? begin(handle, mode) : cudaErrorInvalidValue; });
}

cudaError_t cudaStreamEndCapture(cudaStream_t handle, cudaGraph_t *graph) {
  return device_call([&] {
    if (!find_stream(handle)) return cudaErrorInvalidResourceHandle;
    if (!graph) return cudaErrorInvalidValue;
    *graph = nullptr;
    return cudaErrorIllegalState; // it does not capture
  });
}

cudaError_t cudaStreamIsCapturing(cudaStream_t handle, enum cudaStreamCaptureStatus *status) {
  return device_call([&] {
    if (!find_stream(handle)) return cudaErrorInvalidResourceHandle;
    if (!status) return cudaErrorInvalidValue;
    *status = cudaStreamCaptureStatusNone;
    return cudaSuccess;
  });
}

// What a capture would fill is left alone, as documented for streams that do not capture.
cudaError_t cudaStreamGetCaptureInfo(cudaStream_t handle, enum cudaStreamCaptureStatus *status, unsigned long long *id,
                                     cudaGraph_t *, const cudaGraphNode_t **, size_t *) {
  if (id) *id = 0;
  return cudaStreamIsCapturing(handle, status);
}

cudaError_t cudaStreamUpdateCaptureDependencies(cudaStream_t handle, cudaGraphNode_t *, size_t, unsigned int) {
  return device_call([&] { return find_stream(handle) ? cudaErrorIllegalState : cudaErrorInvalidResourceHandle; });
}

cudaError_t cudaThreadExchangeStreamCaptureMode(enum cudaStreamCaptureMode *mode) {
  if (!mode || !is_mode(*mode)) return remember_error(cudaErrorInvalidValue);
  const cudaStreamCaptureMode previous = capture_mode;
  capture_mode = *mode;
  *mode = previous;
  return cudaSuccess;
}

} // extern "C"
