// __trap fails the launch; the host goes on.
// EXPECT: unspecified launch failure
// STDERR: stop
// STDERR: trap\.cu:7
#include <cstdio>
__global__ void stop(int n) {
  if (threadIdx.x == n) __trap();
}
int main() {
  stop<<<1, 32>>>(5);
  printf("%s\n", cudaGetErrorString(cudaDeviceSynchronize()));
}
