// Threads that have returned do not hold up a barrier.
// EXPECT: 45 55
#include <cstdio>
__global__ void partial(int *out, int n) {
  __shared__ int tile[64];
  if (threadIdx.x >= n) return;
  tile[threadIdx.x] = threadIdx.x;
  __syncthreads();
  int sum = 0;
  for (int i = 0; i < n; i++) sum += tile[i];
  __syncthreads();
  tile[threadIdx.x] = sum + threadIdx.x;
  __syncthreads();
  out[threadIdx.x] = tile[(threadIdx.x + 1) % n] + (threadIdx.x == 9 ? 10 : 0);
}
int main() {
  int host[64], *out;
  cudaMalloc(&out, sizeof host);
  partial<<<1, 64>>>(out, 10);
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  printf("%d %d\n", host[9] - 10, host[9]);
}
