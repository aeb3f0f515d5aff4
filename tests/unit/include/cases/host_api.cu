// The C++ side of the runtime API, in the argument lists of CUDA 12 and 13.
#include <cuda.h>
#include <cuda_profiler_api.h>

#include <vector>

__constant__ double coefficients[4];
__device__ int flag;
__global__ void kernel(float *p, int n) {}
static void CUDART_CB done(cudaStream_t, cudaError_t, void *) {}

cudaError_t memory(cudaStream_t stream) {
  float *p, *q;
  int2 *h;
  size_t pitch;
  cudaMalloc(&p, 4), cudaMallocPitch(&p, &pitch, 4, 4), cudaMallocManaged(&q, 4), cudaMallocHost(&h, 8);
  cudaMallocAsync(&p, 4, stream), cudaFreeAsync(p, stream), cudaMallocHost((void **)&h, 8, cudaHostAllocMapped);
  cudaHostAlloc(&h, 8, cudaHostAllocDefault), cudaHostGetDevicePointer(&q, h, 0), cudaHostRegister(h, 8, 0);
  cudaMemcpy(p, h, 4, cudaMemcpyHostToDevice), cudaMemcpyAsync(p, h, 4, cudaMemcpyDefault);
  cudaMemset2D(p, pitch, 0, 4, 4), cudaMemcpy2D(p, pitch, h, 4, 4, 4, cudaMemcpyHostToDevice);
  cudaPitchedPtr pitched = make_cudaPitchedPtr(p, pitch, 4, 4);
  cudaMalloc3D(&pitched, make_cudaExtent(4, 4, 4));
  cudaMemcpy3DParms copy = {};
  copy.srcPtr = pitched, copy.dstPos = make_cudaPos(0, 0, 0), cudaMemcpy3D(&copy);
  cudaMemcpyToSymbol(coefficients, h, 8), cudaMemcpyFromSymbol(h, coefficients, 8, 8, cudaMemcpyDeviceToHost);
  cudaMemcpyToSymbolAsync(flag, h, 4, 0, cudaMemcpyHostToDevice, stream);
  cudaGetSymbolAddress((void **)&p, flag), cudaGetSymbolAddress(&q, coefficients), cudaGetSymbolSize(&pitch, flag);
  cudaMemPrefetchAsync(q, 4, 0), cudaMemPrefetchAsync(q, 4, cudaCpuDeviceId, stream);
  cudaMemLocation location = {cudaMemLocationTypeDevice, 0};
  cudaMemPrefetchAsync(q, 4, location, 0, stream), cudaMemAdvise(q, 4, cudaMemAdviseSetReadMostly, location);
  cudaMemAdvise(q, 4, cudaMemAdviseSetReadMostly, 0);
  return cudaFree(p);
}

cudaError_t execution(cudaStream_t stream) {
  float *p = nullptr;
  int n = 0, grid, block;
  void *arguments[] = {&p, &n};
  cudaLaunchKernel(kernel, dim3(1), dim3(32), arguments, 0, stream);
  cudaLaunchKernel((const void *)kernel, 1, 32, arguments, 0, stream);
  cudaLaunchKernel((void *)kernel, 1, 32, arguments);
  cudaLaunchCooperativeKernel(kernel, 1, 32, arguments);
  cudaLaunchConfig_t config = {};
  config.gridDim = 1, config.blockDim = 32;
  cudaLaunchKernelEx(&config, kernel, p, 3);
  cudaFuncAttributes attributes;
  cudaFuncGetAttributes(&attributes, kernel);
  cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, 1 << 16);
  cudaFuncSetCacheConfig(kernel, cudaFuncCachePreferL1);
  cudaOccupancyMaxPotentialBlockSize(&grid, &block, kernel);
  cudaOccupancyMaxPotentialBlockSizeVariableSMem(&grid, &block, kernel, [](int size) { return size * sizeof(float); });
  cudaOccupancyMaxActiveBlocksPerMultiprocessor(&n, kernel, 128, 0);
  return cudaGetLastError();
}

int main() {
  cudaDeviceProp properties;
  cudaGetDeviceProperties(&properties, 0);
  int value = properties.clockRate + properties.memoryBusWidth + properties.cooperativeLaunch;
  cudaDeviceGetAttribute(&value, cudaDevAttrClockRate, 0);
  cudaStream_t stream;
  cudaEvent_t event;
  cudaStreamCreateWithPriority(&stream, cudaStreamNonBlocking, 0), cudaStreamAddCallback(stream, done, nullptr, 0);
  cudaLaunchHostFunc(stream, [](void *) {}, nullptr);
  cudaEventCreate(&event), cudaEventCreate(&event, cudaEventDisableTiming), cudaEventRecord(event);
  cudaStreamWaitEvent(stream, event), cudaStreamWaitEvent(stream, event, 0);
  cudaDeviceSetLimit(cudaLimitPrintfFifoSize, 1 << 20), cudaThreadSynchronize(), cudaProfilerStart();
  cudaChannelFormatDesc format = cudaCreateChannelDesc<float4>();
  format = cudaCreateChannelDesc(32, 0, 0, 0, cudaChannelFormatKindFloat);
  CUcontext context;
  cuCtxCreate(&context, 0, 0), cuCtxCreate(&context, nullptr, 0, 0);
  return memory(stream) + execution(stream) + CUDART_VERSION + CUDA_VERSION + format.x;
}
