// Lanes that have returned no longer take part; a partial last warp.
// EXPECT: 7 0000000f 00000007
#include <cstdio>
__global__ void early(unsigned *out) {
  int lane = threadIdx.x;
  if (lane >= 4 && lane < 32) return;
  unsigned m = __ballot_sync(0xffffffff, 1);
  if (lane == 0) out[1] = m;
  if (lane == 32) out[2] = m;
  unsigned v = __shfl_sync(0xffffffff, lane + 5u, 2);
  if (lane == 0) out[0] = v;
}
int main() {
  unsigned h[3], *out;
  cudaMalloc(&out, sizeof h);
  early<<<1, 35>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%u %08x %08x\n", h[0], h[1], h[2]);
}
