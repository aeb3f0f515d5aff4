// A kernel launched before main, from a constructor.
// EXPECT: 42 0
#include <cstdio>
__device__ int value;
__global__ void set(int v) { value = v; }
struct Early { int error; Early() { set<<<1, 1>>>(42); error = cudaDeviceSynchronize(); } } early;
int main() {
  int h;
  cudaMemcpyFromSymbol(&h, value, 4);
  printf("%d %d\n", h, early.error);
}
