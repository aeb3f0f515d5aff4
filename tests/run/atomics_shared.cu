// A histogram: shared atomics per block, global atomics at the end.
// EXPECT: 64 64 1024
#include <cstdio>
__global__ void histogram(const unsigned char *in, unsigned *bins, int n) {
  __shared__ unsigned local[16];
  if (threadIdx.x < 16) local[threadIdx.x] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) atomicAdd(&local[in[i] % 16], 1u);
  __syncthreads();
  if (threadIdx.x < 16) atomicAdd(&bins[threadIdx.x], local[threadIdx.x]);
}
int main() {
  unsigned char host[1024], *in; unsigned h[16], *bins, sum = 0;
  for (int i = 0; i < 1024; i++) host[i] = i * 7;
  cudaMalloc(&in, 1024); cudaMalloc(&bins, sizeof h); cudaMemset(bins, 0, sizeof h);
  cudaMemcpy(in, host, 1024, cudaMemcpyHostToDevice);
  histogram<<<3, 96>>>(in, bins, 1024);
  cudaMemcpy(h, bins, sizeof h, cudaMemcpyDeviceToHost);
  for (unsigned v : h) sum += v;
  printf("%u %u %u\n", h[0], h[15], sum);
}
