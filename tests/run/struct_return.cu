// Functions that return large structures, arrays of structures in global memory.
// EXPECT: 10 20 30 40 | 7 14
#include <cstdio>
struct Big { int v[4]; double d; };
__device__ __noinline__ Big make(int k) { Big b; for (int i = 0; i < 4; i++) b.v[i] = (i + 1) * k; b.d = k / 2.0; return b; }
__global__ void run(Big *out) { out[threadIdx.x] = make(threadIdx.x ? 14 : 10); }
int main() {
  Big h[2], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 2>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d %d | %g %d\n", h[0].v[0], h[0].v[1], h[0].v[2], h[0].v[3], h[1].d, h[1].v[0]);
}
