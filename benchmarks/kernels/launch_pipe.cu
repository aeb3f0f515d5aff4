// An empty kernel of one warp: 1,000 launches, then one wait.
#include "device.h"
#include "streaming.h"

__global__ void empty(float*) {}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Launch work;
  bench::Variant variant{"launch_pipe", [&] {
    for (int i = 0; i < 1000; i++) empty<<<1, 32>>>(nullptr);
    bench::finish();
  }};
  variant.per_run = 1000;
  return bench::measure("launch_pipe", arguments, work, {variant});
}
