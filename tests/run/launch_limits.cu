// Launches the hardware would refuse: too many threads, an empty grid or block, too much shared memory.
// EXPECT: 9 invalid configuration argument
// EXPECT: 9 9 9 1 0
#include <cstdio>
__global__ void nothing() {}
template <class... A> int attempt(dim3 g, dim3 b, size_t s) { nothing<<<g, b, s>>>(); cudaError_t e = cudaGetLastError(); return e; }
int main() {
  nothing<<<1, 1025>>>();
  cudaError_t e = cudaGetLastError();
  printf("%d %s\n", e, cudaGetErrorString(e));
  printf("%d %d %d %d %d\n", attempt(0, 1, 0), attempt(1, 0, 0), attempt(1, dim3(1, 1, 65), 0), attempt(1, 1, 1 << 20), attempt(1, 1024, 0));
}
