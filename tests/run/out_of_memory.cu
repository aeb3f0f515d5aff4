// More than the device has.
// EXPECT: 2 out of memory 0
#include <cstdio>
int main() {
  void *p = nullptr; size_t free, total;
  cudaMemGetInfo(&free, &total);
  cudaError_t e = cudaMalloc(&p, total * 4);
  printf("%d %s ", e, cudaGetErrorString(e));
  cudaGetLastError();
  printf("%d\n", cudaMalloc(&p, 1 << 20));
}
