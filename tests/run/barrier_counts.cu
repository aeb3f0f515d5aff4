// __syncthreads_count, _and, _or.
// EXPECT: 34 0 1 1 0
#include <cstdio>
__global__ void votes(int *out) {
  int t = threadIdx.x;
  int count = __syncthreads_count(t % 3 == 0);
  int all = __syncthreads_and(t < 99), any = __syncthreads_or(t == 99);
  int every = __syncthreads_and(t < 100), none = __syncthreads_or(t > 99);
  if (t == 57) { out[0] = count; out[1] = all; out[2] = any != 0; out[3] = every != 0; out[4] = none; }
}
int main() {
  int host[5], *out;
  cudaMalloc(&out, sizeof host);
  votes<<<1, 100>>>(out);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  printf("%d %d %d %d %d\n", host[0], host[1], host[2], host[3], host[4]);
}
