// Bit counting, reversal, permutation, wide products, funnel shifts.
// EXPECT: 4 31 0 32 5 0 | 80000000 0000000f | 12345678 78123456 | 2 1 | 21 9
#include <cstdio>
__global__ void run(unsigned *o, unsigned x, unsigned y, int z) {
  o[0] = __popc(x); o[1] = __clz(1 + z); o[2] = __clz(x << 28); o[3] = __clz(z); o[4] = __ffs(16 + z); o[5] = __ffs(z);
  o[6] = __brev(1 + z); o[7] = __brev(0xf0000000u + z);
  o[8] = __byte_perm(y, 0, 0x3210); o[9] = __funnelshift_r(y, y, 8);
  o[10] = __umulhi(0x80000000u + z, 4); o[11] = __mulhi(0x40000000 + z, 4);
  o[12] = __mul24(3 + z, 7); o[13] = __sad(5 + z, 10, 4u);
}
int main() {
  unsigned h[14], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 1>>>(out, 15, 0x12345678, 0);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%u %u %u %u %u %u | %08x %08x | %x %x | %u %u | %u %u\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7],
         h[8], h[9], h[10], h[11], h[12], h[13]);
}
