// What programs ask of the device.
// EXPECT: 1 32 1024 1 1 1 1 1
#include <cstdio>
#include <cstring>
int main() {
  cudaDeviceProp p; int n, v, warp; size_t free, total;
  cudaGetDeviceCount(&n); cudaGetDeviceProperties(&p, 0); cudaRuntimeGetVersion(&v); cudaMemGetInfo(&free, &total);
  cudaDeviceGetAttribute(&warp, cudaDevAttrWarpSize, 0);
  printf("%d %d %d %d %d %d %d %d\n", n, warp, p.maxThreadsPerBlock, p.multiProcessorCount > 0, strlen(p.name) > 0,
         p.totalGlobalMem == total && free <= total, v >= 12000, p.sharedMemPerBlock >= 49152);
}
