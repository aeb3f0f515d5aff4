// threadIdx, blockIdx, blockDim and gridDim in three dimensions.
// EXPECT: ok 720
#include <cstdio>
__global__ void mark(int *out) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  int z = blockIdx.z * blockDim.z + threadIdx.z;
  int w = gridDim.x * blockDim.x, h = gridDim.y * blockDim.y;
  out[(z * h + y) * w + x] = x + 100 * y + 10000 * z;
}
int main() {
  const int w = 6, h = 10, d = 12;
  static int host[w * h * d];
  int *out, right = 0;
  cudaMalloc(&out, sizeof host);
  mark<<<dim3(2, 5, 3), dim3(3, 2, 4)>>>(out);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  for (int i = 0; i < w * h * d; i++) right += host[i] == i % w + 100 * (i / w % h) + 10000 * (i / w / h);
  printf("ok %d\n", right);
}
