// Old habits that nvcc with GCC accepts in C++17 with a warning.
// OPTIONS: -std=c++17
// EXPECT: 6 3
#include <cstdio>

__global__ void sum(int *result, int n) {
  register int total = 0;
  for (register int i = 0; i < n; ++i) total += i;
  *result = total;
}

int main() {
  register int n = 4;
  int *result;
  cudaMallocManaged(&result, sizeof(int));
  sum<<<1, 1>>>(result, n);
  cudaDeviceSynchronize();
  const unsigned short narrowed[] = {n - 1};
  printf("%d %d\n", *result, narrowed[0]);
}
