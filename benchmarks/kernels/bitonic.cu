// Bitonic sort of 1,024 keys a block in shared memory: 512 threads, 55 barriers.
#include "compute.h"
#include "device.h"

__device__ void compare(unsigned* keys, unsigned tid, unsigned stride, bool descending) {
  unsigned position = 2 * tid - (tid & (stride - 1));
  unsigned a = keys[position], b = keys[position + stride];
  if ((a > b) != descending) {
    keys[position] = b;
    keys[position + stride] = a;
  }
}

__global__ void bitonic(unsigned* all) {
  __shared__ unsigned keys[1024];
  unsigned tid = threadIdx.x;
  all += blockIdx.x * 1024;
  keys[tid] = all[tid];
  keys[tid + 512] = all[tid + 512];
  for (unsigned size = 2; size < 1024; size <<= 1) {
    bool descending = (tid & (size / 2)) != 0;
    for (unsigned stride = size / 2; stride > 0; stride >>= 1) {
      __syncthreads();
      compare(keys, tid, stride, descending);
    }
  }
  for (unsigned stride = 512; stride > 0; stride >>= 1) {
    __syncthreads();
    compare(keys, tid, stride, false);
  }
  __syncthreads();
  all[tid] = keys[tid];
  all[tid + 512] = keys[tid + 512];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Bitonic work(arguments.size);
  bench::Device<unsigned> keys(work.keys);
  bench::Variant variant{"bitonic", [&] {
    bitonic<<<work.n / 1024, 512>>>(keys);
    bench::finish();
  }};
  variant.restore = [&] { keys.put(work.input); };
  variant.fetch = [&] { keys.get(work.keys); };
  return bench::measure("bitonic", arguments, work, {variant});
}
