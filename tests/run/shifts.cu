// Shift amounts of the width and more are clamped (PTX shl, shr).
// EXPECT: 0 0 -1 0 | 0 0 | 8 -2
#include <cstdio>
__global__ void shift(long long *out, int n, int wide, unsigned ones, int minus, long long big) {
  out[0] = ones << n; out[1] = ones >> n; out[2] = minus >> n; out[3] = 5 >> n;
  out[4] = big << wide; out[5] = (unsigned long long)big >> wide;
  out[6] = 1 << (n - 29); out[7] = minus << (n - 31);
}
int main() {
  long long h[8], *out;
  cudaMalloc(&out, sizeof h);
  shift<<<1, 1>>>(out, 32, 64, ~0u, -1, -1);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%lld %lld %lld %lld | %lld %lld | %lld %lld\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
}
