// Freed memory is unmapped.
// EXPECT: 0 700
// STDERR: freed
#include <cstdio>
__global__ void touch(int *p) { *p = 1; }
int main() {
  int *p;
  cudaMalloc(&p, 100);
  touch<<<1, 1>>>(p);
  printf("%d ", cudaDeviceSynchronize());
  cudaFree(p);
  touch<<<1, 1>>>(p);
  printf("%d\n", cudaDeviceSynchronize());
}
