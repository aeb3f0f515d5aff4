// idx, up, down, xor; segments by width; lanes out of range keep their own value.
// EXPECT: idx 5 5 5 | up 0 1 0 | down 3 31 31 | xor 1 0 30
// EXPECT: width idx 10 26 | up 8 8 | down 15 9
#include <cstdio>
__global__ void shuffle(int *out) {
  int lane = threadIdx.x;
  out[lane] = __shfl_sync(~0u, lane, 5);
  out[32 + lane] = __shfl_up_sync(~0u, lane, 1);
  out[64 + lane] = __shfl_down_sync(~0u, lane, 3);
  out[96 + lane] = __shfl_xor_sync(~0u, lane, 1);
  out[128 + lane] = __shfl_sync(~0u, lane, 2, 8);
  out[160 + lane] = __shfl_up_sync(~0u, lane, 1, 8);
  out[192 + lane] = __shfl_down_sync(~0u, lane, 1, 8);
}
int main() {
  int h[224], *out;
  cudaMalloc(&out, sizeof h);
  shuffle<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("idx %d %d %d | up %d %d %d | down %d %d %d | xor %d %d %d\n", h[0], h[5], h[31], h[32], h[34], h[33],
         h[64], h[64 + 28], h[64 + 31], h[96], h[97], h[96 + 31]);
  printf("width idx %d %d | up %d %d | down %d %d\n", h[128 + 9], h[128 + 31], h[160 + 9], h[160 + 8], h[192 + 15],
         h[192 + 8]);
}
