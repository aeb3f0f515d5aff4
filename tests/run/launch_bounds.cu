// More threads than __launch_bounds__ allows.
// EXPECT: 701 0
#include <cstdio>
__global__ void __launch_bounds__(64) small(int *p) { if (p) *p = 1; }
int main() {
  small<<<1, 128>>>(nullptr);
  printf("%d ", cudaGetLastError());
  small<<<1, 64>>>(nullptr);
  printf("%d\n", cudaGetLastError());
}
