// 8- and 16-bit arithmetic, sign extension, bit fields, 128-bit products.
// EXPECT: -128 200 -1 65535 | 5 -3 | 4611686018427387903 1
#include <cstdio>
struct Bits { int low : 4; int high : 3; };
__global__ void small(long long *out, signed char c, unsigned char u, short s, unsigned long long big) {
  signed char wrapped = c + 1; unsigned char v = u * 2;
  out[0] = wrapped; out[1] = v; out[2] = s; out[3] = (unsigned short)s;
  Bits b; b.low = 5; b.high = c - 2; out[4] = b.low; out[5] = b.high;
  unsigned __int128 p = (unsigned __int128)big * big;
  out[6] = p >> 64; out[7] = (long long)p;
}
int main() {
  long long h[8], *out;
  cudaMalloc(&out, sizeof h);
  small<<<1, 1>>>(out, 127, 100, -1, 9223372036854775807ull);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%lld %lld %lld %lld | %lld %lld | %lld %lld\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
}
