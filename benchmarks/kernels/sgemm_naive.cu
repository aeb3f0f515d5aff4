// C = A B, one element a thread, everything from global memory; blocks of 16 x 16.
#include "compute.h"
#include "device.h"

__global__ void sgemm_naive(const float* a, const float* b, float* c, int n) {
  int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
  float sum = 0.f;
  for (int k = 0; k < n; k++) sum += a[row * n + k] * b[k * n + column];
  c[row * n + column] = sum;
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Sgemm work(arguments.size);
  bench::Device<float> a(work.a), b(work.b), c(work.c);
  const unsigned blocks = work.n / 16;
  bench::Variant variant{"sgemm_naive", [&] {
    sgemm_naive<<<dim3(blocks, blocks), dim3(16, 16)>>>(a, b, c, work.n);
    bench::finish();
  }};
  variant.fetch = [&] { c.get(work.c); };
  return bench::measure("sgemm_naive", arguments, work, {variant});
}
