// Blocks that all fit on the device at once may wait for each other, also for ones with a higher index.
// REFERENCE: skip, it runs one block after the other
// EXPECT: barrier: 32 blocks passed 3 times, 0 saw less
// EXPECT: agreement: 31 31
// EXPECT: chain: 32
#include <cstdio>

constexpr int blocks = 32, threads = 64;

// A barrier of the grid in software.
__global__ void pass_barriers(unsigned *arrived, unsigned *passed, unsigned *wrong) {
  for (unsigned round = 1; round <= 3; ++round) {
    __syncthreads();
    if (threadIdx.x == 0) {
      __threadfence();
      atomicAdd(arrived, 1);
      while (*(volatile unsigned *)arrived < round * blocks) {}
      if (*(volatile unsigned *)arrived < round * blocks) atomicAdd(wrong, 1);
      atomicAdd(passed, 1);
    }
    __syncthreads();
  }
}

// Every block repeats a step until its warps see that no neighbour changes any more: no loop spins on one location.
__global__ void spread_maximum(volatile int *value) {
  const int next = (blockIdx.x + 1) % blocks;
  bool again;
  do {
    const int mine = value[blockIdx.x], theirs = value[next];
    if (threadIdx.x == 0 && theirs > mine) value[blockIdx.x] = theirs;
    again = mine < blocks - 1;
  } while (__any_sync(~0u, again));
}

// Each block waits for the one after it.
__global__ void chain(volatile int *done) {
  if (threadIdx.x != 0) return;
  if (blockIdx.x + 1 < gridDim.x)
    while (done[blockIdx.x + 1] == 0) {}
  done[blockIdx.x] = blockIdx.x + 1 < gridDim.x ? done[blockIdx.x + 1] + 1 : 1;
}

int main() {
  unsigned *counts;
  int *values;
  cudaMallocManaged(&counts, 3 * sizeof(unsigned));
  cudaMallocManaged(&values, blocks * sizeof(int));
  for (int i = 0; i < 3; ++i) counts[i] = 0;
  pass_barriers<<<blocks, threads>>>(counts, counts + 1, counts + 2);
  cudaDeviceSynchronize();
  printf("barrier: %d blocks passed %u times, %u saw less\n", blocks, counts[1] / blocks, counts[2]);
  for (int i = 0; i < blocks; ++i) values[i] = i;
  spread_maximum<<<blocks, threads>>>(values);
  cudaDeviceSynchronize();
  printf("agreement: %d %d\n", values[0], values[blocks / 2]);
  for (int i = 0; i < blocks; ++i) values[i] = 0;
  chain<<<blocks, threads>>>(values);
  cudaDeviceSynchronize();
  printf("chain: %d\n", values[0]);
}
