// float and double atomicAdd, 64-bit atomics, and a CAS loop on the bits of a float.
// EXPECT: 512 1024 1099511627776 511
#include <cstdio>
__device__ void atomicMaxFloat(float *p, float v) {
  int old = __float_as_int(*p), seen;
  while (__int_as_float(old) < v && (seen = atomicCAS((int *)p, old, __float_as_int(v))) != old) old = seen;
}
__global__ void atomics(float *f, double *d, unsigned long long *u, float *m) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  atomicAdd(f, 1.0f); atomicAdd(d, 2.0); atomicAdd(u, 1ull << 31); atomicMaxFloat(m, i);
}
int main() {
  float f = 0, m = -1, *df, *dm; double d = 0, *dd; unsigned long long u = 0, *du;
  cudaMalloc(&df, 4); cudaMalloc(&dm, 4); cudaMalloc(&dd, 8); cudaMalloc(&du, 8);
  cudaMemcpy(df, &f, 4, cudaMemcpyDefault); cudaMemcpy(dm, &m, 4, cudaMemcpyDefault);
  cudaMemcpy(dd, &d, 8, cudaMemcpyDefault); cudaMemcpy(du, &u, 8, cudaMemcpyDefault);
  atomics<<<4, 128>>>(df, dd, du, dm);
  cudaMemcpy(&f, df, 4, cudaMemcpyDefault); cudaMemcpy(&m, dm, 4, cudaMemcpyDefault);
  cudaMemcpy(&d, dd, 8, cudaMemcpyDefault); cudaMemcpy(&u, du, 8, cudaMemcpyDefault);
  printf("%g %g %llu %g\n", f, d, u, m);
}
