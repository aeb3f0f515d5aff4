// Page-locked and mapped host memory, seen by a kernel; pointer attributes.
// EXPECT: 20 40 | 1 2
#include <cstdio>
__global__ void twice(int *p) { p[threadIdx.x] *= 2; }
int main() {
  int *pinned, *mapped, *device, *plain; cudaPointerAttributes a, b;
  cudaMallocHost(&pinned, 8); cudaHostAlloc(&mapped, 8, cudaHostAllocMapped); cudaMalloc(&plain, 8);
  mapped[0] = 10; mapped[1] = 20;
  cudaHostGetDevicePointer(&device, mapped, 0);
  twice<<<1, 2>>>(device);
  cudaDeviceSynchronize();
  cudaMemcpy(pinned, mapped, 8, cudaMemcpyHostToHost);
  cudaPointerGetAttributes(&a, pinned); cudaPointerGetAttributes(&b, plain);
  printf("%d %d | %d %d\n", pinned[0], pinned[1], a.type, b.type);
  cudaFreeHost(pinned); cudaFreeHost(mapped); cudaFree(plain);
}
