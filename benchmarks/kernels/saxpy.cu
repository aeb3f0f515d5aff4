// y = a x + y, one element a thread.
#include "device.h"
#include "streaming.h"

__global__ void saxpy(float* y, const float* x, float a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = a * x[i] + y[i];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Saxpy work(arguments.size);
  bench::Device<float> x(work.x), y(work.y);
  bench::Variant variant{"saxpy", [&] {
    saxpy<<<(work.n + 255) / 256, 256>>>(y, x, work.a, work.n);
    bench::finish();
  }};
  variant.fetch = [&] { y.get(work.y); };
  return bench::measure("saxpy", arguments, work, {variant});
}
