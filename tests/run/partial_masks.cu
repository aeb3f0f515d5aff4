// Warp operations among some of the lanes: on masks of halves, tiles, ballots and active lanes, in loops and branches.
// EXPECT: halves 120 376 tiles 28 92 156 220 28 1
// EXPECT: votes 0000ffff ffff0000 1 0 match 00000011 00110000 0000ffff 0
// EXPECT: bound 190 ends 00000007 loop 248 112 nested 13 26
#include <cooperative_groups.h>
#include <cstdio>
namespace cg = cooperative_groups;

__global__ void parts(int *out) {
  int lane = threadIdx.x;
  unsigned half = 0xffffu << (lane & 16);
  int sum = lane;
  for (int d = 8; d; d /= 2) sum += __shfl_xor_sync(half, sum, d);
  if (lane % 16 == 3) out[lane / 16] = sum;
  auto tile = cg::tiled_partition<8>(cg::this_thread_block());
  int part = lane;
  for (int d = 4; d; d /= 2) part += tile.shfl_down(part, d);
  if (tile.thread_rank() == 0) out[2 + lane / 8] = part;
  if (lane < 16) {  // two of the tiles
    int low = lane;
    for (int d = 4; d; d /= 2) low += tile.shfl_xor(low, d);
    int first = tile.any(lane == 2);
    if (lane == 5) out[6] = low;
    if (lane == 5) out[7] = first;
  }
  unsigned seen = __ballot_sync(half, true);
  int all = __all_sync(half, lane < 16), any = __any_sync(half, lane == 3 && sum == 0);
  if (lane == 1) { out[8] = seen; out[10] = all; out[11] = any; }
  if (lane == 30) out[9] = seen;
  unsigned same = __match_any_sync(half, lane % 4 == 0 && lane % 16 < 8);
  int equal;
  unsigned agreed = __match_all_sync(half, lane / 16, &equal);
  if (lane == 4) { out[12] = same; out[14] = agreed; }
  if (lane == 20) out[13] = same;
  __match_all_sync(half, lane, &equal);
  if (lane == 7) out[15] = equal;
}

__global__ void found(const int *in, int *out, int n) {
  int lane = threadIdx.x & 31, i = threadIdx.x;
  unsigned inside = __ballot_sync(0xffffffff, i < n);
  if (i < n) {
    int v = in[i];
    for (int d = 16; d; d /= 2) {
      int other = __shfl_down_sync(inside, v, d);
      if (lane + d < n) v += other;
    }
    if (lane == 0) out[0] = v;
  }
  int rounds = 0, total = 0;
  for (int k = 0; k < 4; k++) {
    unsigned odd = __ballot_sync(0xffffffff, in[lane] % 4 == k);
    if (in[lane] % 4 == k) total += __reduce_add_sync(odd, lane);
    rounds += __popc(odd);
  }
  total = __reduce_add_sync(0xffffffff, lane % 8 < 4 ? total : 0);
  if (lane == 0) { out[2] = total / 8 + rounds - 32; out[3] = __popc(inside) * 4 + rounds; }
  if (lane < 8) {
    int v = lane;
    if (lane < 4) v += __shfl_xor_sync(0xf, v, 3); else v += __shfl_xor_sync(0xf0, v + 1, 1);
    v = __shfl_sync(0xff, v, lane ^ 4) + __popc(__activemask());
    if (lane == 1) out[4] = v - 5;
    if (lane == 5) out[5] = v + 15;
  }
  if (lane >= 3) return;
  unsigned left = __ballot_sync(0xffffffff, 1);
  if (lane == 0) out[1] = left;
}

int main() {
  int *in, *out, h[16], g[6], numbers[32];
  for (int i = 0; i < 32; i++) numbers[i] = i;
  cudaMalloc(&in, sizeof numbers);
  cudaMalloc(&out, sizeof h);
  cudaMemcpy(in, numbers, sizeof numbers, cudaMemcpyHostToDevice);
  parts<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  found<<<1, 32>>>(in, out, 20);
  cudaMemcpy(g, out, sizeof g, cudaMemcpyDeviceToHost);
  printf("halves %d %d tiles %d %d %d %d %d %d\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
  printf("votes %08x %08x %d %d match %08x %08x %08x %d\n", h[8], h[9], h[10], h[11], h[12], h[13], h[14], h[15]);
  printf("bound %d ends %08x loop %d %d nested %d %d\n", g[0], g[1], g[2], g[3], g[4], g[5]);
}
