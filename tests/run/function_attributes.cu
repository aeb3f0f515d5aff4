// Attributes of a kernel and occupancy.
// EXPECT: 1024 400 1 | 1 1
#include <cstdio>
__global__ void use(int *p) { __shared__ int tile[100]; tile[threadIdx.x] = 1; __syncthreads(); p[0] = tile[99 - threadIdx.x]; }
int main() {
  cudaFuncAttributes a; int blocks = 0, grid = 0, size = 0;
  cudaFuncGetAttributes(&a, use);
  cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, use, 256, 0);
  cudaOccupancyMaxPotentialBlockSize(&grid, &size, use);
  printf("%d %zu %d | %d %d\n", a.maxThreadsPerBlock, a.sharedSizeBytes, a.binaryVersion >= 70, blocks >= 1, grid >= 1 && size >= 32 && size <= 1024);
}
