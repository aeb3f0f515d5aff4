// Heat flow, one step: 16 x 16 threads load a tile with its border into shared memory and compute the 14 x 14 inside.
#include "device.h"
#include "streaming.h"

constexpr int kBlock = 16;

__device__ bool within(int x, int low, int high) { return x >= low && x <= high; }

__global__ void hotspot(const float* power, const float* source, float* target, int columns, int rows, float capacity,
                        float rx, float ry, float rz, float step) {
  __shared__ float here[kBlock][kBlock];
  __shared__ float heat[kBlock][kBlock];
  __shared__ float next[kBlock][kBlock];
  const float ambient = 80.f;
  float scale = step / capacity, rx1 = 1.f / rx, ry1 = 1.f / ry, rz1 = 1.f / rz;
  int tx = threadIdx.x, ty = threadIdx.y, inner = kBlock - 2;
  int top = inner * blockIdx.y - 1, left = inner * blockIdx.x - 1;
  int bottom = top + kBlock - 1, right = left + kBlock - 1;
  int y = top + ty, x = left + tx, i = columns * y + x;
  if (within(y, 0, rows - 1) && within(x, 0, columns - 1)) {
    here[ty][tx] = source[i];
    heat[ty][tx] = power[i];
  }
  __syncthreads();
  int first_y = top < 0 ? -top : 0, last_y = bottom > rows - 1 ? kBlock - 1 - (bottom - rows + 1) : kBlock - 1;
  int first_x = left < 0 ? -left : 0, last_x = right > columns - 1 ? kBlock - 1 - (right - columns + 1) : kBlock - 1;
  int north = max(ty - 1, first_y), south = min(ty + 1, last_y);
  int west = max(tx - 1, first_x), east = min(tx + 1, last_x);
  bool computed = false;
  if (within(tx, 1, kBlock - 2) && within(ty, 1, kBlock - 2) && within(tx, first_x, last_x) &&
      within(ty, first_y, last_y)) {
    computed = true;
    next[ty][tx] = here[ty][tx] +
                   scale * (heat[ty][tx] + (here[south][tx] + here[north][tx] - 2.f * here[ty][tx]) * ry1 +
                            (here[ty][east] + here[ty][west] - 2.f * here[ty][tx]) * rx1 + (ambient - here[ty][tx]) * rz1);
  }
  __syncthreads();
  if (computed) target[i] = next[ty][tx];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Hotspot work(arguments.size);
  bench::Device<float> power(work.power), source(work.source), target(work.target);
  const unsigned blocks = work.width / work.inner;
  bench::Variant variant{"hotspot", [&] {
    hotspot<<<dim3(blocks, blocks), dim3(kBlock, kBlock)>>>(power, source, target, work.width, work.width,
                                                           work.capacity, work.rx, work.ry, work.rz, work.step);
    bench::finish();
  }};
  variant.fetch = [&] { target.get(work.target); };
  return bench::measure("hotspot", arguments, work, {variant});
}
