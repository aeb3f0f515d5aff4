// Mandelbrot set, one point a thread; blocks of 16 x 16.
#include "compute.h"
#include "device.h"

__global__ void mandel(int* iterations, int width, int height, int limit) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  float cx = -2.2f + 3.2f * x / width, cy = -1.6f + 3.2f * y / height;
  float zx = 0.f, zy = 0.f;
  int count = 0;
  while (count < limit) {
    float a = zx * zx, b = zy * zy;
    if (a + b > 4.f) break;
    zy = 2.f * zx * zy + cy;
    zx = a - b + cx;
    count++;
  }
  iterations[y * width + x] = count;
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Mandelbrot work(arguments.size);
  bench::Device<int> iterations(work.iterations);
  const unsigned blocks = work.width / 16;
  bench::Variant variant{"mandel", [&] {
    mandel<<<dim3(blocks, blocks), dim3(16, 16)>>>(iterations, work.width, work.width, work.limit);
    bench::finish();
  }};
  variant.fetch = [&] { iterations.get(work.iterations); };
  return bench::measure("mandel", arguments, work, {variant});
}
