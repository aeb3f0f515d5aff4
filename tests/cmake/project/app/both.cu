#include <cstdio>
#include <vector>
#include "steps.h"
__global__ void square_kernel(float *values, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) values[i] *= values[i];
}
int main() {
  const int count = 1000;
  std::vector<float> host(count);
  for (int i = 0; i < count; i++) host[i] = i;
  float *device = nullptr;
  if (!good(cudaMalloc(&device, count * sizeof(float)))) return 1;
  cudaMemcpy(device, host.data(), count * sizeof(float), cudaMemcpyHostToDevice);
  scale(device, count, 2);
  shift(device, count, 1);
  square_kernel<<<(count + 63) / 64, 64>>>(device, count);
  cudaMemcpy(host.data(), device, count * sizeof(float), cudaMemcpyDeviceToHost);
  for (int i = 0; i < count; i++)
    if (host[i] != (2.0f * i + 1) * (2.0f * i + 1)) return printf("wrong at %d: %g\n", i, host[i]), 2;
  if (!good(cudaFree(device)) || !good(cudaGetLastError())) return 3;
  puts("both: right");
}
