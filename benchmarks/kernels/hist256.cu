// Histogram of bytes by 512 blocks: atomics on shared bins, then on global ones.
#include "device.h"
#include "streaming.h"

__global__ void hist256(const unsigned* input, unsigned* bins, int words) {
  __shared__ unsigned own[256];
  int tid = threadIdx.x;
  own[tid] = 0;
  __syncthreads();
  for (int i = blockIdx.x * blockDim.x + tid; i < words; i += blockDim.x * gridDim.x) {
    unsigned word = input[i];
    atomicAdd(&own[word & 255], 1u);
    atomicAdd(&own[(word >> 8) & 255], 1u);
    atomicAdd(&own[(word >> 16) & 255], 1u);
    atomicAdd(&own[word >> 24], 1u);
  }
  __syncthreads();
  atomicAdd(&bins[tid], own[tid]);
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Histogram work(arguments.size);
  bench::Device<unsigned> input(work.input), bins(work.bins);
  bench::Variant variant{"hist256", [&] {
    hist256<<<512, 256>>>(input, bins, work.words);
    bench::finish();
  }};
  variant.restore = [&] { bench::require(cudaMemset(bins, 0, work.bins.bytes())); };
  variant.fetch = [&] { bins.get(work.bins); };
  return bench::measure("hist256", arguments, work, {variant});
}
