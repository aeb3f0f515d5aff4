// Division by zero and INT_MIN/-1 do not trap.
// EXPECT: -1 7 | 4294967295 7 | -2147483648 0 | -9223372036854775808 0 | -1
#include <cstdio>
__global__ void divide(long long *out, int zero, int seven, int lowest, int minus, long long low64) {
  out[0] = seven / zero; out[1] = seven % zero;
  out[2] = (unsigned)seven / (unsigned)zero; out[3] = (unsigned)seven % (unsigned)zero;
  out[4] = lowest / minus; out[5] = lowest % minus;
  out[6] = low64 / minus; out[7] = low64 % minus;
  out[8] = (long long)seven / zero;
}
int main() {
  long long h[9], *out;
  cudaMalloc(&out, sizeof h);
  divide<<<1, 1>>>(out, 0, 7, -2147483647 - 1, -1, -9223372036854775807LL - 1);
  printf("%s", cudaDeviceSynchronize() ? "failed\n" : "");
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%lld %lld | %lld %lld | %lld %lld | %lld %lld | %lld\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]);
}
