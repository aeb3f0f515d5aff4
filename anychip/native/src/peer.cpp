// Other devices and other processes: there is one device, which has no peers, and memory is not shared.
#include "anychip/error.h"

using namespace anychip;

extern "C" {

cudaError_t cudaDeviceCanAccessPeer(int *possible, int device, int peer) {
  if (!possible) return remember_error(cudaErrorInvalidValue);
  if (device != 0 || peer != 0) return remember_error(cudaErrorInvalidDevice);
  *possible = 0;
  return cudaSuccess;
}

// A device is not its own peer.
cudaError_t cudaDeviceEnablePeerAccess(int, unsigned int flags) {
  return remember_error(flags ? cudaErrorInvalidValue : cudaErrorInvalidDevice);
}

cudaError_t cudaDeviceDisablePeerAccess(int peer) {
  return remember_error(peer == 0 ? cudaErrorPeerAccessNotEnabled : cudaErrorInvalidDevice);
}

// The documentation asks for two different devices.
cudaError_t cudaDeviceGetP2PAttribute(int *value, enum cudaDeviceP2PAttr attribute, int, int) {
  const bool known = attribute >= cudaDevP2PAttrPerformanceRank && attribute <= cudaDevP2PAttrCudaArrayAccessSupported;
  return remember_error(value && known ? cudaErrorInvalidDevice : cudaErrorInvalidValue);
}

cudaError_t cudaIpcGetEventHandle(cudaIpcEventHandle_t *handle, cudaEvent_t event) {
  return device_call([&] { return handle && event ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaIpcOpenEventHandle(cudaEvent_t *event, cudaIpcEventHandle_t) {
  return device_call([&] { return event ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaIpcGetMemHandle(cudaIpcMemHandle_t *handle, void *pointer) {
  return device_call([&] { return handle && pointer ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaIpcOpenMemHandle(void **pointer, cudaIpcMemHandle_t, unsigned int flags) {
  const bool valid = pointer && flags <= cudaIpcMemLazyEnablePeerAccess;
  return device_call([&] { return valid ? cudaErrorNotSupported : cudaErrorInvalidValue; });
}

cudaError_t cudaIpcCloseMemHandle(void *) {
  return device_call([] { return cudaErrorInvalidValue; }); // no call opens one
}

cudaError_t cudaDeviceFlushGPUDirectRDMAWrites(enum cudaFlushGPUDirectRDMAWritesTarget,
                                               enum cudaFlushGPUDirectRDMAWritesScope) {
  return device_call([] { return cudaErrorNotSupported; });
}

} // extern "C"
