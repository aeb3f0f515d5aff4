// __device__ variables: initialised, changed by kernels, addressed from the host, pointing at each other.
// EXPECT: 12 20 4 400 | 7 7
#include <cstdio>
__device__ int counter = 2;
__device__ int *link = &counter;
__device__ float grid[100];
__global__ void bump(int k) { atomicAdd(&counter, k); grid[threadIdx.x] = k; }
__global__ void through() { *link = *link + 8; }
int main() {
  int a, b; size_t size; void *where; float g;
  bump<<<1, 10>>>(1);
  cudaMemcpyFromSymbol(&a, counter, sizeof a);
  through<<<1, 1>>>();
  cudaMemcpyFromSymbol(&b, counter, sizeof b);
  cudaGetSymbolSize(&size, grid);
  cudaGetSymbolAddress(&where, grid);
  float seven = 7;
  cudaMemcpy((float *)where + 5, &seven, 4, cudaMemcpyHostToDevice);
  cudaMemcpyFromSymbol(&g, grid, 4, 20);
  printf("%d %d %zu %zu | %g ", a, b, sizeof *grid, size, g);
  cudaMemcpy(&g, (float *)where + 5, 4, cudaMemcpyDeviceToHost);
  printf("%g\n", g);
}
