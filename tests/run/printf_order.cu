// Output of kernels comes out when the host waits, kernels in order.
// EXPECT: host first
// EXPECT: kernel 1
// EXPECT: kernel 2
// EXPECT: host last
#include <cstdio>
__global__ void say(int k) { printf("kernel %d\n", k); }
int main() {
  say<<<1, 1>>>(1);
  say<<<1, 1>>>(2);
  printf("host first\n");
  cudaDeviceSynchronize();
  printf("host last\n");
}
