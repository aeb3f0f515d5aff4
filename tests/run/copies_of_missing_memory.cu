// Host memory that is not there: the copy's error, not the process's end.
// EXPECT: 1 1 1 1 | 1 1 0 | 0 42
#include <cstdint>
#include <cstdio>
#include <sys/mman.h>
int main() {
  const size_t bytes = 1 << 20;
  char *gone = (char *)mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *device;
  munmap(gone, bytes);
  cudaMalloc(&device, bytes);
  printf("%d ", cudaMemcpy(device, gone, bytes, cudaMemcpyHostToDevice));
  printf("%d ", cudaMemcpy(device, gone, 16, cudaMemcpyHostToDevice));
  printf("%d ", cudaMemcpyAsync(gone, device, 16, cudaMemcpyDeviceToHost));
  printf("%d | ", cudaMemcpy2D(device, 64, gone, 64, 64, 64, cudaMemcpyDefault));
  int value = 42, back = 0;
  printf("%d %d ", cudaMemcpy(&back, &value, SIZE_MAX - 64, cudaMemcpyHostToHost), cudaHostRegister(gone, bytes, 0));
  cudaGetLastError();
  printf("%d | ", cudaDeviceSynchronize());
  cudaMemcpy(device, &value, 4, cudaMemcpyHostToDevice);
  printf("%d ", cudaMemcpy(&back, device, 4, cudaMemcpyDeviceToHost));
  printf("%d\n", back);
}
