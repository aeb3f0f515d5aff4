// A write far outside any allocation: the CUDA error, with kernel, block, thread and line; the host goes on.
// EXPECT: 700 an illegal memory access was encountered
// EXPECT: sticky 700
// EXPECT: alive
// STDERR: poke
// STDERR: wild_pointer\.cu:10
// STDERR: block \(2, ?0, ?0\).*thread \(3, ?0, ?0\)
#include <cstdio>
__global__ void poke(int *p, long far) {
  if (blockIdx.x == 2 && threadIdx.x == 3) p[far] = 1;
}
int main() {
  int *p;
  cudaMalloc(&p, 4096);
  poke<<<4, 8>>>(p, 1L << 40);
  cudaError_t e = cudaDeviceSynchronize();
  printf("%d %s\n", e, cudaGetErrorString(e));
  printf("sticky %d\n", cudaMalloc(&p, 16));
  printf("alive\n");
}
