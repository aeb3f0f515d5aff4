// A function pointer to functions that hold a barrier.
// EXPECT: 28 140
#include <cstdio>
typedef int (*Stage)(int, int *);
__device__ __noinline__ int sum(int v, int *tile) {
  tile[threadIdx.x] = v; __syncthreads();
  int s = 0; for (int i = 0; i < blockDim.x; i++) s += tile[i];
  __syncthreads(); return s;
}
__device__ __noinline__ int squares(int v, int *tile) { return sum(v * v, tile); }
__device__ Stage stages[2] = {sum, squares};
__global__ void run(int *out, int which) {
  __shared__ int tile[8];
  int r = stages[which](threadIdx.x, tile);
  if (threadIdx.x == 7) out[which] = r;
}
int main() {
  int h[2], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 8>>>(out, 0); run<<<1, 8>>>(out, 1);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d\n", h[0], h[1]);
}
