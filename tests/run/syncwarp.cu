// __syncwarp orders shared memory between the lanes of a warp.
// EXPECT: 5 36 4
#include <cstdio>
__global__ void rotate(int *out) {
  __shared__ int tile[64];
  int t = threadIdx.x, base = t & ~31, lane = t & 31;
  tile[t] = t;
  __syncwarp();
  for (int round = 0; round < 5; round++) {
    int next = tile[base + (lane + 1) % 32];
    __syncwarp();
    tile[t] = next;
    __syncwarp();
  }
  out[t] = tile[t];
}
int main() {
  int h[64], *out;
  cudaMalloc(&out, sizeof h);
  rotate<<<1, 64>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%d %d %d\n", h[0], h[63], h[31]);
}
