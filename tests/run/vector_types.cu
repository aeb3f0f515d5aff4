// float4, int2, double2 loads and stores, make_ functions, alignment.
// EXPECT: 1 2 3 4 | 30 | 5 6 | 16 8
#include <cstdio>
__global__ void run(float4 *f, int2 *i, double2 *d) {
  float4 v = f[0];
  f[1] = make_float4(v.x * 1, v.y * 1, v.z * 1, v.w * 1);
  i[0] = make_int2(v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w, 0);
  d[0].x = 5; d[0].y = d[0].x + 1;
}
int main() {
  float4 h[2] = {{1, 2, 3, 4}, {}}, *f; int2 g, *i; double2 e, *d;
  cudaMalloc(&f, sizeof h); cudaMalloc(&i, 8); cudaMalloc(&d, 16);
  cudaMemcpy(f, h, sizeof h, cudaMemcpyHostToDevice);
  run<<<1, 1>>>(f, i, d);
  cudaMemcpy(h, f, sizeof h, cudaMemcpyDeviceToHost); cudaMemcpy(&g, i, 8, cudaMemcpyDeviceToHost); cudaMemcpy(&e, d, 16, cudaMemcpyDeviceToHost);
  printf("%g %g %g %g | %d | %g %g | %zu %zu\n", h[1].x, h[1].y, h[1].z, h[1].w, g.x, e.x, e.y, alignof(float4), alignof(int2));
}
