// __activemask on both sides of a branch and after it.
// EXPECT: 000000ff ffffff00 ffffffff
#include <cstdio>
__global__ void masks(unsigned *out) {
  int lane = threadIdx.x;
  unsigned m;
  if (lane < 8) m = __activemask(); else m = __activemask();
  out[lane] = m;
  __syncwarp();
  out[32 + lane] = __activemask();
}
int main() {
  unsigned h[64], *out;
  cudaMalloc(&out, sizeof h);
  masks<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%08x %08x %08x\n", h[3], h[20], h[40]);
}
