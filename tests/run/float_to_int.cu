// Conversions saturate; NaN gives 0, or the top bit where 64 bits are involved (PTX cvt).
// EXPECT: 2147483647 -2147483648 0 | 4294967295 0 0 | -3 3
// EXPECT: 9223372036854775807 -9223372036854775808 | -9223372036854775808 -2147483648
#include <cmath>
#include <cstdio>
__global__ void convert(long long *out, float big, float nan, float x, double wide) {
  out[0] = (int)big; out[1] = (int)-big; out[2] = (int)nan;
  out[3] = (unsigned)big; out[4] = (unsigned)-big; out[5] = (unsigned)nan;
  out[6] = (int)-x; out[7] = (unsigned)x;
  out[8] = (long long)big; out[9] = (long long)-big; out[10] = (long long)nan; out[11] = (int)wide;
}
int main() {
  long long h[12], *out;
  cudaMalloc(&out, sizeof h);
  convert<<<1, 1>>>(out, 1e30f, NAN, 3.99f, NAN);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%lld %lld %lld | %lld %lld %lld | %lld %lld\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]);
  printf("%lld %lld | %lld %lld\n", h[8], h[9], h[10], h[11]);
}
