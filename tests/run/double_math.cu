// The bits of common double functions: no expectation but that all executors and processors agree.
// SAME
#include <cstdio>
__global__ void run(double *o, double x) {
  double y = x + threadIdx.x * 0.37;
  double v[12] = {exp(y), log(y), sin(y), cos(y), tan(y), pow(y, 1.7), sqrt(y), atan(y), hypot(y, 2.0), tanh(y), floor(y * 9), y / 3};
  for (int i = 0; i < 12; i++) o[threadIdx.x * 12 + i] = v[i];
}
int main() {
  double h[48], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 4>>>(out, 0.1);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  for (int i = 0; i < 48; i++) printf("%016llx%c", __builtin_bit_cast(unsigned long long, h[i]), i % 12 == 11 ? '\n' : ' ');
}
