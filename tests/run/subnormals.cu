// Subnormal numbers are kept by default.
// EXPECT: 00000001 00400000 1
#include <cstdio>
__global__ void run(unsigned *o, float tiny, float low) {
  o[0] = __float_as_uint(tiny * 0.75f); o[1] = __float_as_uint(low * 0.5f); o[2] = tiny + tiny > tiny;
}
int main() {
  unsigned h[3], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 1>>>(out, 1.4e-45f, 1.17549435e-38f);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%08x %08x %u\n", h[0], h[1], h[2]);
}
