// Every integer atomic, contended by 256 threads.
// EXPECT: add 256 sub -256 min -255 max 255 and 15 or 255 xor 0 inc 6 dec 4 exch 1 cas 256
#include <cstdio>
__global__ void atomics(int *v, unsigned *u) {
  int i = threadIdx.x;
  atomicAdd(&v[0], 1); atomicSub(&v[1], 1); atomicMin(&v[2], -i); atomicMax(&v[3], i);
  atomicAnd(&v[4], i | 15); atomicOr(&v[5], i); atomicXor(&v[6], i);
  atomicInc(&u[0], 9); atomicDec(&u[1], 9);
  atomicExch(&v[7], i);
  for (int old = v[8], seen; (seen = atomicCAS(&v[8], old, old + 1)) != old;) old = seen;
}
int main() {
  int h[9] = {0, 0, 0, 0, -1, 0, 0, -1, 0}, *v; unsigned g[2] = {0, 0}, *u;
  cudaMalloc(&v, sizeof h); cudaMalloc(&u, sizeof g);
  cudaMemcpy(v, h, sizeof h, cudaMemcpyHostToDevice); cudaMemcpy(u, g, sizeof g, cudaMemcpyHostToDevice);
  atomics<<<1, 256>>>(v, u);
  cudaMemcpy(h, v, sizeof h, cudaMemcpyDeviceToHost); cudaMemcpy(g, u, sizeof g, cudaMemcpyDeviceToHost);
  printf("add %d sub %d min %d max %d and %d or %d xor %d inc %u dec %u exch %d cas %d\n", h[0], h[1], h[2], h[3],
         h[4], h[5], h[6], g[0], g[1], h[7] >= 0, h[8]);
}
