// switch with fall-through, nested loops with break and continue, goto into a shared tail, do-while.
// EXPECT: 1 23 3 99 99 | 16 | 111
#include <cstdio>
__device__ int choose(int k) {
  int r = 0;
  switch (k) {
    case 0: return 1;
    case 1: r += 20;
    case 2: r += 3; break;
    default: r = 99;
  }
  return r;
}
__global__ void run(int *o, int n) {
  int t = threadIdx.x;
  if (t < 5) o[t] = choose(t);
  if (t == 5) {
    int sum = 0;
    for (int i = 0; i < n; i++) {
      if (i % 3 == 0) continue;
      for (int j = 0;; j++) { if (j > i) break; if (j == 4) goto next; sum += j; }
    next:;
    }
    o[5] = sum;
  }
  if (t == 6) { int v = n, steps = 0; do { v = v % 2 ? 3 * v + 1 : v / 2; steps++; } while (v != 1); o[6] = steps; }
}
int main() {
  int h[7], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 8>>>(out, 7);
  run<<<1, 5>>>(out, 0);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  int inner = h[5];
  run<<<1, 8>>>(out, 27);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d %d %d | %d | %d\n", h[0], h[1], h[2], h[3], h[4], inner, h[6]);
}
