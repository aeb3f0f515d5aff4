// a*b+c is fused as nvcc does by default; the _rn intrinsics keep two roundings.
// EXPECT: fused 1 separate 1
#include <cmath>
#include <cstdio>
__global__ void multiply_add(float *out, float a, float b, float c) {
  out[0] = a * b + c;
  out[1] = __fadd_rn(__fmul_rn(a, b), c);
}
int main() {
  volatile float a = 1.0f + 1.0f / 8192, b = 1.0f - 1.0f / 8192, c = -1.0f;
  float h[2], *out;
  cudaMalloc(&out, sizeof h);
  multiply_add<<<1, 1>>>(out, a, b, c);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  volatile float product = a * b, sum = product + c;
  printf("fused %d separate %d\n", h[0] == fmaf(a, b, c) && h[0] != sum, h[1] == sum);
}
