// Pitched two-dimensional copies, memset, device to device, default kind.
// EXPECT: pitch 1 | 11 -1 0 | 33
#include <cstdio>
__global__ void fill(char *p, size_t pitch, int w) {
  int y = blockIdx.x, x = threadIdx.x;
  if (x < w) ((int *)(p + y * pitch))[x] = 10 * y + x;
}
int main() {
  int h[5][8], *flat; char *p; size_t pitch;
  cudaMallocPitch(&p, &pitch, 8 * sizeof(int), 5);
  fill<<<5, 8>>>(p, pitch, 8);
  cudaMemset2D(p + 2 * pitch, pitch, 0xff, 4, 1);
  cudaMemcpy2D(h, sizeof h[0], p, pitch, sizeof h[0], 5, cudaMemcpyDeviceToHost);
  cudaMalloc(&flat, sizeof h);
  cudaMemset(flat, 0, sizeof h);
  cudaMemcpy2D(flat, 32, p + 3 * pitch, pitch, 32, 1, cudaMemcpyDeviceToDevice);
  int g[16];
  cudaMemcpy(g, flat, sizeof g, cudaMemcpyDefault);
  printf("pitch %d | %d %d %d | %d\n", pitch >= 32 && pitch % 256 == 0, h[1][1], h[2][0], g[8], g[3]);
}
