// Code of before Volta: the lanes of a warp talk through volatile shared memory without any barrier.
// EXPECT: sums 8128 8128 scan 496 120 turned 24 31 7 parts 276
#include <cstdio>

__device__ void last_warp(volatile int *s, int t) {
  s[t] += s[t + 32];
  s[t] += s[t + 16];
  s[t] += s[t + 8];
  s[t] += s[t + 4];
  s[t] += s[t + 2];
  s[t] += s[t + 1];
}

__global__ void sum(const int *in, int *out) {
  __shared__ int s[128];
  int t = threadIdx.x;
  s[t] = in[t];
  __syncthreads();
  if (t < 64) s[t] += s[t + 64];
  __syncthreads();
  if (t < 32) last_warp(s, t);
  if (t == 0) out[blockIdx.x] = s[0];
}

__global__ void scan(const int *in, int *out) {
  __shared__ volatile int s[64];
  int t = threadIdx.x;
  s[t] = 0;
  s[t + 32] = in[t];
  for (int d = 1; d < 32; d *= 2) s[t + 32] = s[t + 32] + s[t + 32 - d];
  out[t] = s[t + 32];
}

__global__ void turn(const int *in, int *out) {
  __shared__ volatile int s[32];
  int t = threadIdx.x;
  s[t] = in[t];
  int v = s[31 - t];
  s[t] = v;
  if (t < 24) v = s[(t + 7) % 24];
  out[t] = v;
}

int main() {
  int *in, *out, h[128], sums[2];
  for (int i = 0; i < 128; i++) h[i] = i;
  cudaMalloc(&in, sizeof h);
  cudaMalloc(&out, sizeof h);
  cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
  sum<<<2, 128>>>(in, out);
  cudaMemcpy(sums, out, sizeof sums, cudaMemcpyDeviceToHost);
  printf("sums %d %d", sums[0], sums[1]);
  scan<<<1, 32>>>(in, out);
  cudaMemcpy(h, out, 128, cudaMemcpyDeviceToHost);
  printf(" scan %d %d", h[31], h[15]);
  turn<<<1, 32>>>(in, out);
  cudaMemcpy(h, out, 128, cudaMemcpyDeviceToHost);
  printf(" turned %d %d %d", h[0], h[17], h[24]);
  scan<<<1, 24>>>(in, out);  // part of a warp
  cudaMemcpy(h, out, 128, cudaMemcpyDeviceToHost);
  printf(" parts %d\n", h[23]);
}
