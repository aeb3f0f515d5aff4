// cuComplex on host and device: the same numbers.
// EXPECT: (3.0,-4.0) 5.0 (11.0,2.0) (-0.20,0.40) (4.0,-2.0) (2.0,-6.0) (3.0,4.0) (14.0,-2.0) same 1
#include <cstdio>
#include <cstring>
#include <cuComplex.h>
__host__ __device__ void compute(cuDoubleComplex *out, cuFloatComplex *single) {
  cuDoubleComplex a = make_cuDoubleComplex(3, -4), b = make_cuDoubleComplex(1, 2);
  out[0] = a;
  out[1] = make_cuDoubleComplex(cuCabs(a), cuCreal(a) + cuCimag(a));
  out[2] = cuCmul(a, b);
  out[3] = cuCdiv(b, cuCmul(b, make_cuDoubleComplex(-1, -2)));
  out[4] = cuCadd(a, b);
  out[5] = cuCsub(a, b);
  out[6] = cuConj(a);
  out[7] = cuCfma(a, b, a);
  single[0] = cuCfmaf(make_cuFloatComplex(1, 2), cuComplexDoubleToFloat(a), make_cuComplex(3, 4));
  single[1] = cuCdivf(single[0], cuConjf(cuCmulf(single[0], single[0])));
  single[2] = make_cuFloatComplex(cuCabsf(single[1]), cuCrealf(single[0]) - cuCimagf(single[1]));
  out[8] = cuComplexFloatToDouble(cuCsubf(cuCaddf(single[2], single[1]), single[0]));
}
__global__ void kernel(cuDoubleComplex *out, cuFloatComplex *single) { compute(out, single); }
int main() {
  cuDoubleComplex *d, h[9];
  cuFloatComplex *f, g[3];
  cudaMallocManaged(&d, sizeof h);
  cudaMallocManaged(&f, sizeof g);
  kernel<<<1, 1>>>(d, f);
  compute(h, g);
  cudaDeviceSynchronize();
  printf("(%.1f,%.1f) %.1f (%.1f,%.1f) (%.2f,%.2f) ", d[0].x, d[0].y, d[1].x, d[2].x, d[2].y, d[3].x, d[3].y);
  bool same = true;
  for (int i = 0; i < 9; ++i) same &= d[i].x - h[i].x < 1e-6 && h[i].x - d[i].x < 1e-6 && d[i].y - h[i].y < 1e-6 && h[i].y - d[i].y < 1e-6;
  for (int i = 4; i < 8; ++i) printf("(%.1f,%.1f) ", d[i].x, d[i].y);
  printf("same %d\n", same);
}
