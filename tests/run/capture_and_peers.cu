// Questions about graphs, peers and other processes have true answers.
// EXPECT: capture 0 0 | 801 900 401 | mode 0 1
// EXPECT: peer 0 0 | 101 705 101 | ipc 801 801 801 | external 1 1
// EXPECT: graph 801
// EXPECT: 1 1 1 -1
#include <cstdio>
int main() {
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  cudaStreamCaptureStatus status = cudaStreamCaptureStatusActive;
  int error = cudaStreamIsCapturing(stream, &status);
  cudaGraph_t graph = nullptr;
  printf("capture %d %d | ", error, status);
  error = cudaStreamBeginCapture(stream, cudaStreamCaptureModeGlobal);
  int legacy = cudaStreamBeginCapture(0, cudaStreamCaptureModeGlobal);
  printf("%d %d %d | ", error, legacy, cudaStreamEndCapture(stream, &graph));
  cudaStreamCaptureMode mode = cudaStreamCaptureModeThreadLocal;
  cudaThreadExchangeStreamCaptureMode(&mode);
  printf("mode %d ", mode);
  cudaThreadExchangeStreamCaptureMode(&mode);
  printf("%d\n", mode);
  int possible = 9;
  error = cudaDeviceCanAccessPeer(&possible, 0, 0);
  printf("peer %d %d | ", error, possible);
  printf("%d %d ", cudaDeviceEnablePeerAccess(0, 0), cudaDeviceDisablePeerAccess(0));
  printf("%d | ", cudaDeviceEnablePeerAccess(1, 0));
  void *p;
  cudaMalloc(&p, 64);
  cudaIpcMemHandle_t memory = {};
  cudaEvent_t event;
  printf("ipc %d %d ", cudaIpcGetMemHandle(&memory, p), cudaIpcOpenMemHandle(&p, memory, cudaIpcMemLazyEnablePeerAccess));
  printf("%d | ", cudaEventCreateWithFlags(&event, cudaEventInterprocess | cudaEventDisableTiming));
  cudaEventCreate(&event);
  error = cudaEventRecordWithFlags(event, stream, cudaEventRecordExternal);
  printf("external %d %d\n", error, cudaStreamWaitEvent(stream, event, cudaEventWaitExternal));
  printf("graph %d\n", cudaGraphCreate(&graph, 0));
  cudaDeviceProp device;
  cudaGetDeviceProperties(&device, 0);
  int pools = 0, numa = 0;
  cudaDeviceGetAttribute(&pools, cudaDevAttrMemoryPoolsSupported, 0);
  cudaDeviceGetAttribute(&numa, cudaDevAttrHostNumaId, 0);
  printf("%d %d %d %d\n", device.memoryPoolsSupported, pools, device.streamPrioritiesSupported, numa);
}
