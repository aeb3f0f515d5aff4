// __match_any_sync and __match_all_sync.
// EXPECT: 11111111 88888888 | ffffffff 1 | 00000000 0
#include <cstdio>
__global__ void match(unsigned *out) {
  int lane = threadIdx.x, pred;
  unsigned same = __match_any_sync(~0u, lane % 4);
  if (lane == 0) out[0] = same;
  if (lane == 31) out[1] = same;
  unsigned all = __match_all_sync(~0u, 17LL, &pred);
  if (lane == 5) { out[2] = all; out[3] = pred; }
  all = __match_all_sync(~0u, lane / 31, &pred);
  if (lane == 5) { out[4] = all; out[5] = pred; }
}
int main() {
  unsigned h[6], *out;
  cudaMalloc(&out, sizeof h);
  match<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%08x %08x | %08x %u | %08x %u\n", h[0], h[1], h[2], h[3], h[4], h[5]);
}
