// Output of kernels comes out when the host waits, kernels in order.
// EXPECT: host first
// EXPECT: kernel 1
// EXPECT: kernel 2
// EXPECT: host last
// EXPECT: kernel 3
// EXPECT: copied 7
#include <cstdio>
__device__ int value = 7;
__global__ void say(int k) { printf("kernel %d\n", k); }
int main() {
  say<<<1, 1>>>(1);
  say<<<1, 1>>>(2);
  printf("host first\n");
  cudaDeviceSynchronize();
  printf("host last\n");
  say<<<1, 1>>>(3);
  int copy = 0;
  cudaMemcpyFromSymbol(&copy, value, sizeof copy);
  printf("copied %d\n", copy);
}
