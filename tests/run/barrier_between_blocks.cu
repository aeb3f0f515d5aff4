// A block that waits for others between its own barriers leaves them their turn.
// REFERENCE: skip, it runs one block after the other
// EXPECT: 64 64
#include <cstdio>

constexpr int blocks = 64;

__global__ void meet(volatile unsigned *arrived, unsigned *seen) {
  __shared__ unsigned count;
  if (threadIdx.x == 0) atomicAdd((unsigned *)arrived, 1);
  do {
    if (threadIdx.x == 0) count = *arrived;
    __syncthreads();
    const unsigned now = count;
    __syncthreads();
    if (now == gridDim.x) break;
  } while (true);
  if (threadIdx.x == 33) atomicAdd(seen, 1);
}

int main() {
  unsigned *counts;
  cudaMallocManaged(&counts, 2 * sizeof(unsigned));
  counts[0] = counts[1] = 0;
  meet<<<blocks, 64>>>(counts, counts + 1);
  cudaDeviceSynchronize();
  printf("%u %u\n", counts[0], counts[1]);
}
