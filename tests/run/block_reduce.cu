// The usual sum over a block: by warps, then by the first warp. Rows of whole warps, a single row, and neither.
// EXPECT: 528 528 528 528 528
#include <cstdio>
__device__ int warp_sum(int v) {
  for (int offset = 16; offset > 0; offset /= 2) v += __shfl_down_sync(0xffffffff, v, offset);
  return v;
}
__global__ void block_sum(int *out) {
  __shared__ int part[32];
  int t = threadIdx.x + blockDim.x * threadIdx.y, count = blockDim.x * blockDim.y;
  int v = t < 33 ? t : 0;
  v = warp_sum(v);
  if (t % 32 == 0) part[t / 32] = v;
  __syncthreads();
  v = t < count / 32 ? part[t] : 0;
  if (t / 32 == 0) v = warp_sum(v);
  if (t == 0) *out = v;
}
int main() {
  int *out;
  cudaMallocManaged(&out, sizeof *out);
  for (dim3 shape : {dim3(64), dim3(256), dim3(64, 4), dim3(16, 8), dim3(48, 2)}) {
    block_sum<<<1, shape>>>(out);
    cudaDeviceSynchronize();
    printf("%d%s", *out, shape.x == 48 ? "\n" : " ");
  }
}
