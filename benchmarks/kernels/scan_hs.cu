// Inclusive scan of 256 elements a block, Hillis-Steele with two buffers in shared memory.
#include "device.h"
#include "streaming.h"

__global__ void scan_hs(const float* input, float* output) {
  __shared__ float buffer[2][256];
  int tid = threadIdx.x, i = blockIdx.x * blockDim.x + tid, from = 0;
  buffer[0][tid] = input[i];
  __syncthreads();
  for (int distance = 1; distance < 256; distance <<= 1) {
    float value = buffer[from][tid];
    if (tid >= distance) value += buffer[from][tid - distance];
    from = 1 - from;
    buffer[from][tid] = value;
    __syncthreads();
  }
  output[i] = buffer[from][tid];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Scan work(arguments.size);
  bench::Device<float> input(work.input), output(work.output);
  bench::Variant variant{"scan_hs", [&] {
    scan_hs<<<work.n / 256, 256>>>(input, output);
    bench::finish();
  }};
  variant.fetch = [&] { output.get(work.output); };
  return bench::measure("scan_hs", arguments, work, {variant});
}
