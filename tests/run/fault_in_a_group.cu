// What faults is one thread of those that run together: it is the one named, whatever the others do before and after.
// ENVIRONMENT: ANYCHIP_STRICT_MEMORY=1
// EXPECT: along a row: an illegal memory access was encountered
// EXPECT: across rows: an illegal memory access was encountered
// EXPECT: behind a barrier: an illegal memory access was encountered
// EXPECT: behind shuffles: an illegal memory access was encountered
// EXPECT: in a loop: an illegal memory access was encountered
// STDERR: a_group\.cu:32\b.*block \(10, ?0, ?0\), thread \(64, ?0, ?0\)
// STDERR: a_group\.cu:37\b.*block \(0, ?0, ?0\), thread \(3, ?0, ?2\)
// STDERR: a_group\.cu:45\b.*block \(0, ?0, ?0\), thread \(203, ?0, ?0\)
// STDERR: a_group\.cu:52\b.*block \(0, ?0, ?0\), thread \(45, ?0, ?0\)
// STDERR: a_group\.cu:58\b.*block \(0, ?0, ?0\), thread \(13, ?0, ?0\)
#include <cstdio>

constexpr int far = 1 << 20;

void report(const char *where) {
  printf("%s: %s\n", where, cudaGetErrorString(cudaDeviceSynchronize()));
  cudaDeviceReset();
}

int *numbers() {
  int *memory;
  cudaMalloc(&memory, 4096);
  cudaMemset(memory, 0, 4096);
  return memory;
}

__global__ void along_a_row(int *x) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;

  x[i] += 7;
}

__global__ void across_rows(int *x) {
  int i = threadIdx.x + threadIdx.y * blockDim.x + threadIdx.z * blockDim.x * blockDim.y;
  x[i == 43 ? far : i] = 7;
}

__global__ void behind_a_barrier(int *x) {
  __shared__ int part[256];
  part[threadIdx.x] = threadIdx.x;
  __syncthreads();
  int other = part[255 - threadIdx.x];
  x[other == 52 ? far : other] = 7;
}

__global__ void behind_shuffles(int *x) {
  int sum = threadIdx.x;
  for (int distance = 1; distance < 32; distance *= 2)
    sum += __shfl_xor_sync(~0u, sum, distance);
  x[threadIdx.x == 45 ? far : sum % 64] = 7;
}

__global__ void in_a_loop(int *x) {
  int sum = 0;
  for (int i = 0; i < threadIdx.x; ++i)
    sum += x[i == 12 ? far : i];
  x[threadIdx.x] = sum;
}

int main() {
  along_a_row<<<11, 96>>>(numbers());
  report("along a row");
  across_rows<<<1, dim3(10, 2, 4)>>>(numbers());
  report("across rows");
  behind_a_barrier<<<1, 256>>>(numbers());
  report("behind a barrier");
  behind_shuffles<<<1, 64>>>(numbers());
  report("behind shuffles");
  in_a_loop<<<1, 32>>>(numbers());
  report("in a loop");
}
