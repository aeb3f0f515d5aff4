// Device function pointers: chosen per thread, from a table in device memory, and as a kernel argument.
// EXPECT: choose 7 12 -1 7 | table 7 12 -1 | argument 12
#include <cstdio>
typedef int (*Op)(int, int);
__device__ int add(int a, int b) { return a + b; }
__device__ int mul(int a, int b) { return a * b; }
__device__ int sub(int a, int b) { return a - b; }
__device__ Op table[3] = {add, mul, sub};
__device__ Op chosen = mul;
__global__ void apply(int *out, Op op) {
  int i = threadIdx.x;
  Op local = i % 3 == 0 ? add : i % 3 == 1 ? mul : sub;
  out[i] = local(3, 4);
  out[4 + i] = table[i % 3](3, 4);
  if (i == 0) out[8] = op(3, 4);
}
int main() {
  int h[9], *out; Op op;
  cudaMalloc(&out, sizeof h);
  cudaMemcpyFromSymbol(&op, chosen, sizeof op);
  apply<<<1, 4>>>(out, op);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("choose %d %d %d %d | table %d %d %d | argument %d\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[8]);
}
