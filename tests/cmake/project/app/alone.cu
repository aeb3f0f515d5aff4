#include <cstdio>
__global__ void find(int *answer) { *answer = 42; }
int main() {
  int *answer = nullptr;
  if (cudaMallocManaged(&answer, sizeof(int)) != cudaSuccess) return 1;
  find<<<1, 1>>>(answer);
  if (cudaDeviceSynchronize() != cudaSuccess || *answer != 42) return 2;
  puts("alone: right");
}
