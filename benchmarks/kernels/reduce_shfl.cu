// Sum by 1,024 blocks: a grid-stride loop, then shuffles within warps and once more over the warps' sums.
#include "device.h"
#include "streaming.h"

__device__ float warp_sum(float value) {
  for (int distance = 16; distance > 0; distance >>= 1) value += __shfl_down_sync(0xffffffffu, value, distance);
  return value;
}

__global__ void reduce_shfl(const float* input, float* sums, int n) {
  __shared__ float partial[8];
  int tid = threadIdx.x;
  float sum = 0.f;
  for (int i = blockIdx.x * blockDim.x + tid; i < n; i += blockDim.x * gridDim.x) sum += input[i];
  sum = warp_sum(sum);
  if (tid % 32 == 0) partial[tid / 32] = sum;
  __syncthreads();
  if (tid < 32) {
    sum = warp_sum(tid < 8 ? partial[tid] : 0.f);
    if (tid == 0) sums[blockIdx.x] = sum;
  }
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Reduction work(arguments.size);
  bench::Device<float> input(work.input), sums(work.sums);
  bench::Variant variant{"reduce_shfl", [&] {
    reduce_shfl<<<1024, 256>>>(input, sums, work.n);
    bench::finish();
  }};
  variant.fetch = [&] { sums.get(work.sums); };
  return bench::measure("reduce_shfl", arguments, work, {variant});
}
