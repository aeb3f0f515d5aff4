// Threads that can never meet: named with their lines instead of hanging.
// EXPECT: 719 unspecified launch failure
// STDERR: deadlock\.cu:9
// STDERR: deadlock\.cu:11
#include <cstdio>
__global__ void stuck(int *p) {
  // the first half of this warp waits for lanes that have gone to the barrier
  if (threadIdx.x < 16) {
    p[threadIdx.x] = __shfl_sync(0xffffffff, 1, 3);
  } else {
    __syncthreads();
  }
}
int main() {
  int *p;
  cudaMalloc(&p, 256);
  stuck<<<1, 32>>>(p);
  cudaError_t e = cudaDeviceSynchronize();
  printf("%d %s\n", e, cudaGetErrorString(e));
}
