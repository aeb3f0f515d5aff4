// __reduce_{add,min,max,and,or,xor}_sync, signed and unsigned.
// EXPECT: 496 -16 15 4294967280 | 0 31 0
#include <cstdio>
__global__ void reduce(long long *out) {
  int lane = threadIdx.x;
  unsigned u = lane;
  long long r[7] = {(long long)__reduce_add_sync(~0u, u), __reduce_min_sync(~0u, lane - 16),
                    __reduce_max_sync(~0u, lane - 16), (long long)__reduce_max_sync(~0u, (unsigned)(-16 - lane)),
                    __reduce_and_sync(~0u, u), __reduce_or_sync(~0u, u), __reduce_xor_sync(~0u, u)};
  if (lane == 11) for (int i = 0; i < 7; i++) out[i] = r[i];
}
int main() {
  long long h[7], *out;
  cudaMalloc(&out, sizeof h);
  reduce<<<1, 32>>>(out);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%lld %lld %lld %lld | %lld %lld %lld\n", h[0], h[1], h[2], h[3], h[4], h[5], h[6]);
}
