// A warp repeats a vote until another warp of the block has written what it waits for: warps take turns.
// EXPECT: 7 7 7 7
#include <cstdio>

__global__ void wait_by_vote(volatile int *flag, int *seen) {
  const int warp = threadIdx.x / 32;
  if (warp == 3) {
    flag[0] = 7;
  } else {
    while (__any_sync(~0u, flag[0] == 0)) {}
  }
  if (threadIdx.x % 32 == 0) seen[warp] = flag[0];
}

int main() {
  int *flag, *seen;
  cudaMallocManaged(&flag, sizeof(int));
  cudaMallocManaged(&seen, 4 * sizeof(int));
  *flag = 0;
  wait_by_vote<<<1, 128>>>(flag, seen);
  cudaDeviceSynchronize();
  printf("%d %d %d %d\n", seen[0], seen[1], seen[2], seen[3]);
}
