// Sum of 512 elements a block by a tree in shared memory: nine barriers.
#include "device.h"
#include "streaming.h"

__global__ void reduce_tree(const float* input, float* sums, int n) {
  __shared__ float partial[256];
  int tid = threadIdx.x;
  int i = blockIdx.x * 512 + tid;
  float sum = i < n ? input[i] : 0.f;
  if (i + 256 < n) sum += input[i + 256];
  partial[tid] = sum;
  __syncthreads();
  for (int k = 128; k > 0; k >>= 1) {
    if (tid < k) partial[tid] = sum = sum + partial[tid + k];
    __syncthreads();
  }
  if (tid == 0) sums[blockIdx.x] = sum;
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Reduction work(arguments.size);
  bench::Device<float> input(work.input), sums(work.sums);
  bench::Variant variant{"reduce_tree", [&] {
    reduce_tree<<<work.n / 512, 256>>>(input, sums, work.n);
    bench::finish();
  }};
  variant.fetch = [&] { sums.get(work.sums); };
  return bench::measure("reduce_tree", arguments, work, {variant});
}
