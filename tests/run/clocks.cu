// clock64 and globaltimer go forward, also across a barrier.
// EXPECT: 1 1
#include <cstdio>
__global__ void run(int *o) {
  long long a = clock64();
  unsigned c = clock();
  __syncthreads();
  long long b = clock64();
  for (int i = 0; i < 100; i++) __threadfence();
  o[0] = b >= a; o[1] = clock64() >= b && clock() - c < 4000000000u;
}
int main() {
  int h[2], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 4>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d\n", h[0], h[1]);
}
