// The threadfence pattern: the block that finishes last adds up what the others wrote.
// EXPECT: 2096128
#include <cstdio>
__device__ unsigned done;
__global__ void sum(const int *in, volatile int *partial, int *out) {
  __shared__ int tile[128];
  __shared__ bool last;
  int t = threadIdx.x;
  tile[t] = in[blockIdx.x * 128 + t];
  for (int s = 64; s; s /= 2) { __syncthreads(); if (t < s) tile[t] += tile[t + s]; }
  if (t == 0) {
    partial[blockIdx.x] = tile[0];
    __threadfence();
    last = atomicInc(&done, gridDim.x) == gridDim.x - 1;
  }
  __syncthreads();
  if (last && t == 0) { int total = 0; for (int i = 0; i < gridDim.x; i++) total += partial[i]; *out = total; done = 0; }
}
int main() {
  static int host[2048]; int *in, *partial, *out, h;
  for (int i = 0; i < 2048; i++) host[i] = i;
  cudaMalloc(&in, sizeof host); cudaMalloc(&partial, 64); cudaMalloc(&out, 4);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  sum<<<16, 128>>>(in, partial, out);
  cudaMemcpy(&h, out, 4, cudaMemcpyDeviceToHost);
  printf("%d\n", h);
}
