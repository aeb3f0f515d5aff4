// More blocks than 65535 in x, two-dimensional grid, each block once.
// REFERENCE: skip, 70,000 blocks take it minutes
// EXPECT: 70000 1 1
#include <cstdio>
__global__ void count(unsigned *total, unsigned char *seen) {
  if (threadIdx.x == 0) { atomicAdd(total, 1u); seen[blockIdx.y * gridDim.x + blockIdx.x]++; }
}
int main() {
  static unsigned char h[70000]; unsigned char *seen; unsigned *total, n;
  cudaMalloc(&seen, sizeof h); cudaMalloc(&total, 4); cudaMemset(seen, 0, sizeof h); cudaMemset(total, 0, 4);
  count<<<dim3(35000, 2), 2>>>(total, seen);
  cudaMemcpy(h, seen, sizeof h, cudaMemcpyDeviceToHost); cudaMemcpy(&n, total, 4, cudaMemcpyDeviceToHost);
  int low = 255, high = 0;
  for (int v : h) { low = v < low ? v : low; high = v > high ? v : high; }
  printf("%u %d %d\n", n, low, high);
}
