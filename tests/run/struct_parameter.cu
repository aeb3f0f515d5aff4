// Structures by value: read in place, changed by the kernel, mixed with scalars of every alignment.
// EXPECT: 6.5 3 -2 | 1 1 42
#include <cstdio>
struct Config { char tag; double scale; short offsets[3]; float *unused; };
__device__ __noinline__ double use(Config c, int i) { c.scale += c.offsets[i]; return c.scale; }
__global__ void run(double *out, char first, Config c, short s, Config d, long long last) {
  int i = threadIdx.x;
  d.offsets[i] += i;
  out[i] = use(c, i) * (first == 'f');
  if (i == 0) out[3] = d.offsets[0] == c.offsets[0] && s == -5;
  if (i == 1) out[4] = d.offsets[1] == c.offsets[1] + 1;
  if (i == 2) out[5] = last;
}
int main() {
  Config c = {'t', 2.5, {4, 1, -4}, nullptr};
  double h[6], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 3>>>(out, 'f', c, -5, c, 42);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%g %g %g | %g %g %g\n", h[0], h[1] - 0.5, h[2] - 0.5, h[3], h[4], h[5]);
}
