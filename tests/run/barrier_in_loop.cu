// A tree reduction: a barrier in a uniform loop, values live across it.
// EXPECT: 32640 8386560
#include <cstdio>
__global__ void reduce(const int *in, int *out) {
  __shared__ int tile[256];
  int mine = in[blockIdx.x * 256 + threadIdx.x], seen = mine;
  tile[threadIdx.x] = mine;
  for (int step = 128; step > 0; step /= 2) {
    __syncthreads();
    if (threadIdx.x < step) tile[threadIdx.x] += tile[threadIdx.x + step];
    seen ^= step;
  }
  if (threadIdx.x == 0 && (seen ^ 255) == mine) atomicAdd(&out[1], out[blockIdx.x + 2] = tile[0]);
}
int main() {
  const int blocks = 16;
  static int host[256 * blocks];
  int *in, *out;
  for (int i = 0; i < 256 * blocks; i++) host[i] = i;
  cudaMalloc(&in, sizeof host); cudaMalloc(&out, sizeof host); cudaMemset(out, 0, sizeof host);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  reduce<<<blocks, 256>>>(in, out);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  printf("%d %d\n", host[2], host[1]);
}
