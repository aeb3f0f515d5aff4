// A failed assert ends the launch, not the process, and every later call reports it.
// EXPECT: device-side assert triggered
// EXPECT: again 710
// STDERR: assert_fails\.cu:\d+: .*check.*: block: \[1,0,0\], thread: \[3,0,0\] Assertion `.*x != 7.*` failed\.
#include <cassert>
#include <cstdio>
__global__ void check() {
  int x = blockIdx.x * 4 + threadIdx.x;
  assert(x != 7);
}
int main() {
  check<<<2, 4>>>();
  printf("%s\n", cudaGetErrorString(cudaDeviceSynchronize()));
  void *p;
  printf("again %d\n", (int)cudaMalloc(&p, 4));
}
