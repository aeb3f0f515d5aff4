// 64-bit and double shuffles.
// EXPECT: 123456789012 0.5 -7
#include <cstdio>
__global__ void wide(long long *out, double *real) {
  int lane = threadIdx.x;
  long long v = __shfl_sync(~0u, lane == 3 ? 123456789012LL : -1LL, 3);
  double d = __shfl_down_sync(~0u, 1.0 / (lane + 1), 1);
  long long u = __shfl_up_sync(~0u, (long long)-lane, 2);
  if (lane == 0) { out[0] = v; real[0] = d; }
  if (lane == 9) out[1] = u;
}
int main() {
  long long h[2], *out; double r, *real;
  cudaMalloc(&out, 16); cudaMalloc(&real, 8);
  wide<<<1, 32>>>(out, real);
  cudaMemcpy(h, out, 16, cudaMemcpyDeviceToHost); cudaMemcpy(&r, real, 8, cudaMemcpyDeviceToHost);
  printf("%lld %g %lld\n", h[0], r, h[1]);
}
