// Barriers and shuffles inside functions that are not inlined, and inside recursion.
// EXPECT: 2016 496 4 10
#include <cstdio>
__device__ __noinline__ int block_sum(int v, int *tile) {
  tile[threadIdx.x] = v;
  __syncthreads();
  int sum = 0;
  for (int i = 0; i < blockDim.x; i++) sum += tile[i];
  __syncthreads();
  return sum;
}
__device__ __noinline__ int warp_sum(int v) {
  for (int s = 16; s; s /= 2) v += __shfl_xor_sync(~0u, v, s);
  return v;
}
__device__ __noinline__ int deep(int n, int v) {
  if (n == 0) return __shfl_sync(~0u, v, 4);
  int below = deep(n - 1, v);
  return below + __popc(__ballot_sync(~0u, v == n)) - 1;
}
__global__ void run(int *out) {
  __shared__ int tile[64];
  int t = threadIdx.x, mine = t * 3;
  int total = block_sum(t, tile), low = warp_sum(t % 32), four = deep(5, t % 32), again = block_sum(t < 4 ? t + 1 : 0, tile);
  if (t == 40 && mine == 120) { out[0] = total; out[1] = low; out[2] = four; out[3] = again; }
}
int main() {
  int h[4], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 64>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d %d\n", h[0], h[1], h[2], h[3]);
}
