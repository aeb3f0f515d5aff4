// Matrix transposition through a padded shared tile of 32 x 32; blocks of 32 x 8 threads.
#include "device.h"
#include "streaming.h"

__global__ void transpose(const float* input, float* output, int width, int height) {
  __shared__ float tile[32][33];
  int tx = threadIdx.x, ty = threadIdx.y;
  int x = blockIdx.x * 32 + tx, y = blockIdx.y * 32 + ty;
  for (int j = 0; j < 32; j += 8) tile[ty + j][tx] = input[(y + j) * width + x];
  __syncthreads();
  x = blockIdx.y * 32 + tx;
  y = blockIdx.x * 32 + ty;
  for (int j = 0; j < 32; j += 8) output[(y + j) * height + x] = tile[tx][ty + j];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Transpose work(arguments.size);
  bench::Device<float> input(work.input), output(work.output);
  const unsigned blocks = work.width / 32;
  bench::Variant variant{"transpose", [&] {
    transpose<<<dim3(blocks, blocks), dim3(32, 8)>>>(input, output, work.width, work.width);
    bench::finish();
  }};
  variant.fetch = [&] { output.get(work.output); };
  return bench::measure("transpose", arguments, work, {variant});
}
