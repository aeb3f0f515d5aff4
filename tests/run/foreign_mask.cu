// A lane that is not in its own mask: refused, with the line.
// EXPECT: 715 an illegal instruction was encountered
// STDERR: foreign_mask\.cu:5
#include <cstdio>
__global__ void wrong(int *p) { p[threadIdx.x] = __shfl_sync(0x0000ffff, threadIdx.x, 0); }
int main() {
  int *p;
  cudaMalloc(&p, 256);
  wrong<<<1, 32>>>(p);
  cudaError_t e = cudaDeviceSynchronize();
  printf("%d %s\n", e, cudaGetErrorString(e));
}
