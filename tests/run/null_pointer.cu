// Reading address 0 in a kernel that waits at barriers.
// EXPECT: 700
// STDERR: null_pointer\.cu:8
#include <cstdio>
__global__ void read(const int *p, int *out) {
  __shared__ int tile[32];
  __syncthreads();
  tile[threadIdx.x] = p[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = tile[31 - threadIdx.x];
}
int main() {
  int *out;
  cudaMalloc(&out, 128);
  read<<<1, 32>>>(nullptr, out);
  printf("%d\n", cudaDeviceSynchronize());
}
