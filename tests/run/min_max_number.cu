// fmin and fmax of a NaN and what the compiler knows to be a number: a converted integer, an absolute value.
// EXPECT: 5 5 5 5 | 7 7 | 3 3
#include <cmath>
#include <cstdio>
__global__ void extremes(double *out, float *outf, double nan, float nanf, int five, double number) {
  out[0] = fmin(nan, (double)five); out[1] = fmax(nan, (double)five);
  out[2] = fmin((double)five, nan); out[3] = fmax((double)five, nan);
  out[4] = fmin(nan, fabs(number)); out[5] = fmax(-nan, fabs(number) == fabs(number) ? fabs(number) : 7.0);
  outf[0] = fminf(nanf, (float)(five - 2)); outf[1] = fmaxf(-nanf, (float)(five - 2));
}
int main() {
  double h[6], *out; float hf[2], *outf;
  cudaMalloc(&out, sizeof h); cudaMalloc(&outf, sizeof hf);
  extremes<<<1, 1>>>(out, outf, NAN, NAN, 5, -7.0);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost); cudaMemcpy(hf, outf, sizeof hf, cudaMemcpyDeviceToHost);
  printf("%g %g %g %g | %g %g | %g %g\n", h[0], h[1], h[2], h[3], h[4], h[5], hf[0], hf[1]);
}
