// Endless recursion ends the launch, not the process.
// EXPECT: 1
// STDERR: stack
#include <cstdio>
__device__ __noinline__ int endless(volatile int *p, int n) { int pad[64]; pad[n % 64] = *p; return endless(p, n + 1) + pad[(n + *p) % 64]; }
__global__ void run(int *p) { *p = endless(p, *p); }
int main() {
  int *p;
  cudaMalloc(&p, 4); cudaMemset(p, 0, 4);
  run<<<1, 1>>>(p);
  printf("%d\n", cudaDeviceSynchronize() != 0);
}
