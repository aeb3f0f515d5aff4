// Direct and mutual recursion, several depths.
// EXPECT: 55 125 1 0
#include <cstdio>
__device__ int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
__device__ __noinline__ int ackermann(int m, int n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}
__device__ bool odd(int n);
__device__ __noinline__ bool even(int n) { return n == 0 || odd(n - 1); }
__device__ __noinline__ bool odd(int n) { return n != 0 && even(n - 1); }
__global__ void run(int *out, int a, int b) {
  out[0] = fib(a); out[1] = ackermann(3, b); out[2] = even(100 + 0 * a); out[3] = odd(a);
}
int main() {
  int h[4], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 1>>>(out, 10, 4);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d %d\n", h[0], h[1], h[2], h[3]);
}
