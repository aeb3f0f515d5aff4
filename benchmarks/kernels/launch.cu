// An empty kernel of one warp: launch and wait, 200 times a run.
#include "device.h"
#include "streaming.h"

__global__ void empty(float*) {}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Launch work;
  bench::Variant variant{"launch", [&] {
    for (int i = 0; i < 200; i++) {
      empty<<<1, 32>>>(nullptr);
      cudaDeviceSynchronize();
    }
    bench::finish();
  }};
  variant.per_run = 200;
  return bench::measure("launch", arguments, work, {variant});
}
