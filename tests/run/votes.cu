// __all_sync, __any_sync, __ballot_sync with full and partial masks.
// EXPECT: 55555555 1 0 1 | 00000005 1
#include <cstdio>
__global__ void vote(unsigned *out) {
  int lane = threadIdx.x;
  unsigned even = __ballot_sync(~0u, lane % 2 == 0);
  int all = __all_sync(~0u, lane < 32), none = __any_sync(~0u, lane > 31), any = __any_sync(~0u, lane == 31);
  if (lane == 8) { out[0] = even; out[1] = all; out[2] = none; out[3] = any; }
  if (lane < 4) {
    unsigned low = __ballot_sync(0xf, lane % 2 == 0);
    int both = __all_sync(0xf, lane < 4);
    if (lane == 3) { out[4] = low; out[5] = both; }
  }
}
int main() {
  unsigned h[6], *out;
  cudaMalloc(&out, sizeof h);
  vote<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%08x %u %u %u | %08x %u\n", h[0], h[1], h[2], h[3], h[4], h[5]);
}
