// One thread per element, the last block partly idle.
// EXPECT: max 2997 sum 1498500
#include <cstdio>
__global__ void add(const int *a, const int *b, int *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}
int main() {
  const int n = 1000;
  int host[n], *a, *b, *c;
  for (int i = 0; i < n; i++) host[i] = i;
  cudaMalloc(&a, sizeof host); cudaMalloc(&b, sizeof host); cudaMalloc(&c, sizeof host);
  cudaMemcpy(a, host, sizeof host, cudaMemcpyHostToDevice);
  for (int i = 0; i < n; i++) host[i] = 2 * i;
  cudaMemcpy(b, host, sizeof host, cudaMemcpyHostToDevice);
  add<<<(n + 127) / 128, 128>>>(a, b, c, n);
  cudaMemcpy(host, c, sizeof host, cudaMemcpyDeviceToHost);
  int max = 0, sum = 0;
  for (int v : host) { max = v > max ? v : max; sum += v; }
  printf("max %d sum %d\n", max, sum);
}
