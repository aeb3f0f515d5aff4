// Generic pointers into shared, global and local memory through one function.
// EXPECT: 6 15 24 | 1 0 0
#include <cstdio>
__device__ __noinline__ int sum3(const int *p) { return p[0] + p[1] + p[2]; }
__device__ int global[3] = {4, 5, 6};
__global__ void run(int *o) {
  __shared__ int shared[3];
  int local[3];
  for (int i = 0; i < 3; i++) { shared[i] = 1 + i; local[i] = 7 + i; }
  o[0] = sum3(shared); o[1] = sum3(global); o[2] = sum3(local);
  o[3] = __isShared(shared); o[4] = __isShared(global); o[5] = __isShared(local);
}
int main() {
  int h[6], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 1>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d | %d %d %d\n", h[0], h[1], h[2], h[3], h[4], h[5]);
}
