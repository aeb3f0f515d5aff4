// Sum by 1,024 blocks: a grid-stride loop, then a tree in shared memory.
#include "device.h"
#include "streaming.h"

__global__ void reduce_gs(const float* input, float* sums, int n) {
  __shared__ float partial[256];
  int tid = threadIdx.x;
  float sum = 0.f;
  for (int i = blockIdx.x * blockDim.x + tid; i < n; i += blockDim.x * gridDim.x) sum += input[i];
  partial[tid] = sum;
  __syncthreads();
  for (int k = 128; k > 0; k >>= 1) {
    if (tid < k) partial[tid] += partial[tid + k];
    __syncthreads();
  }
  if (tid == 0) sums[blockIdx.x] = partial[0];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Reduction work(arguments.size);
  bench::Device<float> input(work.input), sums(work.sums);
  bench::Variant variant{"reduce_gs", [&] {
    reduce_gs<<<1024, 256>>>(input, sums, work.n);
    bench::finish();
  }};
  variant.fetch = [&] { sums.get(work.sums); };
  return bench::measure("reduce_gs", arguments, work, {variant});
}
