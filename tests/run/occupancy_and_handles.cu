// Occupancy, attributes of kernels and their limits, launches by handle and with attributes, the driver's entry points.
// EXPECT: 2048 128 2048 | 16 | 1 1 1
// EXPECT: attributes 128 256 1 | 1 1 0 232192 1
// EXPECT: handle 0 6 | 0 7 | 0 8 | 0 9 | 801 801
// EXPECT: parameters 0 8 8 4 1 | name _Z3addPii | entry 0 1 1
// EXPECT: errors cudaErrorInvalidValue cudaErrorIllegalAddress unrecognized error code | 0
#include <cstdio>
#include <cstring>
__global__ void add(int *p, int v) { *p += v; }
__global__ void __launch_bounds__(128) bounded(int *p) {
  __shared__ int tile[64];
  tile[threadIdx.x % 64] = threadIdx.x;
  __syncthreads();
  if (p) *p = tile[5];
}
struct PerThread { size_t operator()(int size) const { return size * 64; } };
int main() {
  int grid = 0, block = 0, blocks = 0;
  cudaDeviceProp device;
  cudaGetDeviceProperties(&device, 0);
  cudaOccupancyMaxPotentialBlockSize(&grid, &block, add);
  printf("%d ", grid / device.multiProcessorCount * block);
  cudaOccupancyMaxPotentialBlockSize(&grid, &block, bounded, 0, 0);
  printf("%d ", block);
  cudaOccupancyMaxPotentialBlockSizeVariableSMem(&grid, &block, add, PerThread());
  printf("%d | ", grid / device.multiProcessorCount * block);
  cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, bounded, 128, 0);
  size_t shared = 0;
  cudaOccupancyAvailableDynamicSMemPerBlock(&shared, bounded, 2, 128);
  printf("%d | %d %d %d\n", blocks, shared > 100000, cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&blocks, add, 64, 0, 5),
         cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, add, -1, 0));
  cudaFuncAttributes a;
  cudaFuncGetAttributes(&a, bounded);
  printf("attributes %d %zu %d | ", a.maxThreadsPerBlock, a.sharedSizeBytes, a.numRegs > 0);
  printf("%d %d ", cudaFuncSetAttribute(bounded, cudaFuncAttributeMaxDynamicSharedMemorySize, 232448),
         cudaFuncSetAttribute(bounded, cudaFuncAttributePreferredSharedMemoryCarveout, 101));
  printf("%d ", cudaFuncSetAttribute(bounded, cudaFuncAttributeMaxDynamicSharedMemorySize, 232192));
  cudaFuncGetAttributes(&a, bounded);
  bounded<<<1, 64, 232193>>>(nullptr);
  printf("%d %d\n", a.maxDynamicSharedSizeBytes, cudaGetLastError());
  int *p;
  cudaMallocManaged(&p, 4);
  *p = 5;
  cudaKernel_t kernel;
  cudaFunction_t function;
  int one = 1;
  void *arguments[] = {&p, &one};
  cudaGetKernel(&kernel, add);
  cudaGetFuncBySymbol(&function, add);
  int error = cudaLaunchKernel((const void *)kernel, dim3(1), dim3(1), arguments, 0, 0);
  cudaDeviceSynchronize();
  printf("handle %d %d | ", error, *p);
  cudaLaunchConfig_t config = {};
  config.gridDim = config.blockDim = dim3(1);
  error = cudaLaunchKernelEx(&config, add, p, 1);
  cudaDeviceSynchronize();
  printf("%d %d | ", error, *p);
  cudaLaunchAttribute attribute[2] = {};
  attribute[0].id = cudaLaunchAttributeCooperative;
  attribute[0].val.cooperative = 1;
  attribute[1].id = cudaLaunchAttributePriority;
  attribute[1].val.priority = -1;
  config.attrs = attribute;
  config.numAttrs = 2;
  error = cudaLaunchKernelExC(&config, (const void *)add, arguments);
  cudaDeviceSynchronize();
  printf("%d %d | ", error, *p);
  error = cudaLaunchCooperativeKernel(add, dim3(1), dim3(1), arguments);
  cudaDeviceSynchronize();
  printf("%d %d | ", error, *p);
  config.numAttrs = 1;
  attribute[0].id = cudaLaunchAttributeClusterDimension;
  attribute[0].val.clusterDim = {2, 1, 1};
  config.gridDim = dim3(2);
  error = cudaLaunchKernelExC(&config, (const void *)add, arguments);
  cudaLibrary_t library;
  printf("%d %d\n", error, cudaLibraryLoadData(&library, "image", nullptr, nullptr, 0, nullptr, nullptr, 0));
  size_t offset[2], size[2];
  cudaFuncGetParamInfo((const void *)add, 0, &offset[0], &size[0]);
  cudaFuncGetParamInfo((const void *)add, 1, &offset[1], &size[1]);
  const char *name = "";
  cudaFuncGetName(&name, add);
  printf("parameters %zu %zu %zu %zu %d | name %s | ", offset[0], size[0], offset[1], size[1],
         cudaFuncGetParamInfo((const void *)add, 2, &offset[0], &size[0]), name);
  void *entry = &entry;
  cudaDriverEntryPointQueryResult found;
  error = cudaGetDriverEntryPoint("cuNoSuchFunction", &entry, cudaEnableDefault, &found);
  printf("entry %d %d %d\n", error, entry == nullptr, found);
  printf("errors %s %s %s | ", cudaGetErrorName(cudaErrorInvalidValue), cudaGetErrorName(cudaErrorIllegalAddress),
         cudaGetErrorString((cudaError_t)12345));
  cudaGetLastError();
  printf("%d\n", cudaDeviceSynchronize());
}
