// Local arrays indexed at run time, also live across a barrier.
// EXPECT: ok 96
#include <cstdio>
__global__ void sort(const int *in, int *out) {
  int a[8], t = threadIdx.x;
  for (int i = 0; i < 8; i++) a[i] = in[(t * 5 + i * 3) % 64];
  __syncthreads();
  for (int i = 1; i < 8; i++)
    for (int j = i; j > 0 && a[j - 1] > a[j]; j--) { int s = a[j]; a[j] = a[j - 1]; a[j - 1] = s; }
  __syncthreads();
  int good = 1;
  for (int i = 1; i < 8; i++) good &= a[i - 1] <= a[(i + blockDim.x) % 8];
  out[t] = good;
}
int main() {
  int h[96], *in, *out, sum = 0;
  for (int i = 0; i < 96; i++) h[i] = (i * 37) % 64;
  cudaMalloc(&in, sizeof h); cudaMalloc(&out, sizeof h);
  cudaMemcpy(in, h, sizeof h, cudaMemcpyHostToDevice);
  sort<<<1, 96>>>(in, out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  for (int v : h) sum += v;
  printf("ok %d\n", sum);
}
