// fmin and fmax skip a NaN and order the zeros; comparisons with NaN are false.
// EXPECT: 2 2 nan | 80000000 00000000 | 0 1
#include <cmath>
#include <cstdio>
__global__ void extremes(float *out, int *bits, float nan, float two, float zero) {
  out[0] = fminf(nan, two); out[1] = fmaxf(two, nan); out[2] = fmaxf(nan, nan);
  bits[0] = __float_as_int(fminf(zero, -zero)); bits[1] = __float_as_int(fmaxf(-zero, zero));
  bits[2] = nan < two || nan >= two || nan == nan; bits[3] = nan != nan;
}
int main() {
  float h[3], *out; int g[4], *bits;
  cudaMalloc(&out, sizeof h); cudaMalloc(&bits, sizeof g);
  extremes<<<1, 1>>>(out, bits, NAN, 2, 0);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost); cudaMemcpy(g, bits, sizeof g, cudaMemcpyDeviceToHost);
  printf("%g %g %s | %08x %08x | %d %d\n", h[0], h[1], std::isnan(h[2]) ? "nan" : "number", g[0], g[1], g[2], g[3]);
}
