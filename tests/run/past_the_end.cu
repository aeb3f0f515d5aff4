// One element past the end of an allocation whose size is a multiple of 256 bytes lies on the guard page.
// ENVIRONMENT: ANYCHIP_STRICT_MEMORY=1
// EXPECT: 0 700
#include <cstdio>
__global__ void touch(char *p, int i) { p[i] = 1; }
int main() {
  char *p, *q;
  cudaMalloc(&p, 512); cudaMalloc(&q, 512);
  touch<<<1, 1>>>(p, 511);
  printf("%d ", cudaDeviceSynchronize());
  touch<<<1, 1>>>(p, 512);
  printf("%d\n", cudaDeviceSynchronize());
}
