// A warp sum by shuffles in a loop, several warps and blocks, then one atomic per warp.
// EXPECT: 130816
#include <cstdio>
__global__ void reduce(const float *in, float *out) {
  float v = in[blockIdx.x * blockDim.x + threadIdx.x];
  for (int step = 16; step > 0; step /= 2) v += __shfl_down_sync(0xffffffff, v, step);
  if (threadIdx.x % 32 == 0) atomicAdd(out, v);
}
int main() {
  float host[512], *in, *out;
  for (int i = 0; i < 512; i++) host[i] = i;
  cudaMalloc(&in, sizeof host); cudaMalloc(&out, 4); cudaMemset(out, 0, 4);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  reduce<<<4, 128>>>(in, out);
  cudaMemcpy(host, out, 4, cudaMemcpyDeviceToHost);
  printf("%g\n", host[0]);
}
