// __trap fails the launch; the host goes on.
// EXPECT: unspecified launch failure
// STDERR: stop.*trap\.cu:6
#include <cstdio>
__global__ void stop(int n) {
  if (threadIdx.x == n) __trap();
}
int main() {
  stop<<<1, 32>>>(5);
  printf("%s\n", cudaGetErrorString(cudaDeviceSynchronize()));
}
