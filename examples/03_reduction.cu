// Sums an array three ways: a tree in shared memory, warp shuffles, and atomics; all must give the exact sum.
//
//     anychip run examples/03_reduction.cu
#include <cstdio>
#include <vector>

constexpr int kBlock = 256;

__global__ void sum_tree(const int *in, unsigned long long *total, int n) {
  __shared__ unsigned long long partial[kBlock];
  int i = blockIdx.x * kBlock + threadIdx.x;
  partial[threadIdx.x] = i < n ? in[i] : 0;
  for (int step = kBlock / 2; step > 0; step /= 2) {
    __syncthreads();
    if (threadIdx.x < step) partial[threadIdx.x] += partial[threadIdx.x + step];
  }
  if (threadIdx.x == 0) atomicAdd(total, partial[0]);
}

__global__ void sum_shuffle(const int *in, unsigned long long *total, int n) {
  unsigned long long mine = 0;
  for (int i = blockIdx.x * kBlock + threadIdx.x; i < n; i += gridDim.x * kBlock) mine += in[i];
  for (int step = warpSize / 2; step > 0; step /= 2) mine += __shfl_down_sync(0xffffffffu, mine, step);
  if (threadIdx.x % warpSize == 0) atomicAdd(total, mine);
}

__global__ void sum_atomic(const int *in, unsigned long long *total, int n) {
  int i = blockIdx.x * kBlock + threadIdx.x;
  if (i < n) atomicAdd(total, (unsigned long long)in[i]);
}

int main() {
  const int n = 1000000;
  std::vector<int> values(n);
  unsigned long long expected = 0;
  for (int i = 0; i < n; i++) expected += values[i] = (i * 7919LL) % 1000;

  int *in;
  unsigned long long *total, result;
  cudaMalloc(&in, n * sizeof(int));
  cudaMalloc(&total, sizeof *total);
  cudaMemcpy(in, values.data(), n * sizeof(int), cudaMemcpyHostToDevice);

  bool good = true;
  auto report = [&](const char *name) {
    cudaMemcpy(&result, total, sizeof result, cudaMemcpyDeviceToHost);
    cudaMemset(total, 0, sizeof result);
    std::printf("%-8s %llu %s\n", name, result, result == expected ? "PASS" : "FAIL");
    good &= result == expected;
  };
  const int blocks = (n + kBlock - 1) / kBlock;
  cudaMemset(total, 0, sizeof result);
  sum_tree<<<blocks, kBlock>>>(in, total, n);
  report("tree");
  sum_shuffle<<<64, kBlock>>>(in, total, n);
  report("shuffle");
  sum_atomic<<<blocks, kBlock>>>(in, total, n);
  report("atomic");
  if (cudaError_t status = cudaGetLastError()) std::printf("%s\n", cudaGetErrorString(status)), good = false;
  return !good;
}
