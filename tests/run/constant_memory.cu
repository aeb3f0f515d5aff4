// __constant__ variables: initialised, set by the host, read by another kernel; also with an offset.
// EXPECT: 3 1.5 | 8 9
#include <cstdio>
__constant__ int fixed[3] = {1, 2, 3};
__constant__ float scale;
__constant__ int table[4];
__global__ void run(float *out) {
  int i = threadIdx.x;
  out[i] = i == 0 ? fixed[2] : i == 1 ? scale : table[i];
}
int main() {
  float s = 1.5f, h[4], *out; int t[2] = {8, 9};
  cudaMalloc(&out, sizeof h);
  cudaMemcpyToSymbol(scale, &s, sizeof s);
  cudaMemcpyToSymbol(table, t, sizeof t, 2 * sizeof(int));
  run<<<1, 4>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%g %g | %g %g\n", h[0], h[1], h[2], h[3]);
}
