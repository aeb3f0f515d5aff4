// The two halves of a warp shuffle on their own sides of a branch, with their own masks.
// EXPECT: 15 16 31 0
#include <cstdio>
__global__ void halves(int *out) {
  int lane = threadIdx.x, v;
  if (lane < 16) v = __shfl_xor_sync(0x0000ffff, lane, 15);
  else v = __shfl_sync(0xffff0000, lane * 1, (lane & 1) ? 31 : 16);
  out[lane] = v;
}
int main() {
  int h[32], *out;
  cudaMalloc(&out, sizeof h);
  halves<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d %d\n", h[0], h[20], h[21], h[15]);
}
