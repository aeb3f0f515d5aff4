#include <cstdio>
#include "steps.h"
int main() {
  int count = 0;
  unsigned char bytes[8] = {};
  void *device = nullptr;
  cudaDeviceProp properties;
  if (!good(cudaGetDeviceCount(&count)) || !good(cudaGetDeviceProperties(&properties, 0))) return 1;
  if (!good(cudaMalloc(&device, 8)) || !good(cudaMemset(device, 7, 8))) return 2;
  if (!good(cudaMemcpy(bytes, device, 8, cudaMemcpyDeviceToHost)) || bytes[7] != 7) return 3;
  printf("host: %d device, %d.%d\n", count, properties.major, properties.minor);
}
