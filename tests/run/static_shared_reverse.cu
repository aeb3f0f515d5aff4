// Static shared memory, one barrier.
// EXPECT: 63 0 1
#include <cstdio>
__global__ void reverse(int *data) {
  __shared__ int tile[64];
  tile[threadIdx.x] = data[threadIdx.x];
  __syncthreads();
  data[threadIdx.x] = tile[63 - threadIdx.x];
}
int main() {
  int host[64], *data;
  for (int i = 0; i < 64; i++) host[i] = i;
  cudaMalloc(&data, sizeof host);
  cudaMemcpy(data, host, sizeof host, cudaMemcpyHostToDevice);
  reverse<<<1, 64>>>(data);
  cudaMemcpy(host, data, sizeof host, cudaMemcpyDeviceToHost);
  printf("%d %d %d\n", host[0], host[63], host[62]);
}
