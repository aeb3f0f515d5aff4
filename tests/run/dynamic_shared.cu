// Dynamic shared memory behind static, split into two arrays by hand, seen under two types.
// EXPECT: 190 1 aligned 1
#include <cstdio>
extern __shared__ float pool[];
__global__ void sums(float *out, int n) {
  __shared__ int fixed[3];
  float *values = pool;
  int *counts = (int *)(pool + n);
  if (threadIdx.x < 3) fixed[threadIdx.x] = 1;
  values[threadIdx.x] = threadIdx.x;
  counts[threadIdx.x] = 1;
  __syncthreads();
  if (threadIdx.x) return;
  float sum = 0; int count = 0;
  for (int i = 0; i < n; i++) { sum += values[i]; count += counts[i]; }
  out[0] = sum; out[1] = count == n && fixed[2] == 1; out[2] = (size_t)pool % 16 == 0;
}
int main() {
  float host[3], *out;
  cudaMalloc(&out, sizeof host);
  sums<<<1, 20, 20 * (sizeof(float) + sizeof(int))>>>(out, 20);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  printf("%g %g aligned %g\n", host[0], host[1], host[2]);
}
