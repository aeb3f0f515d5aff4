// y = A x, a block of 128 threads per row: a strided loop, then a tree in shared memory.
#include "device.h"
#include "streaming.h"

__global__ void sgemv(const float* matrix, const float* x, float* y, int columns) {
  __shared__ float partial[128];
  int tid = threadIdx.x, row = blockIdx.x;
  float sum = 0.f;
  for (int j = tid; j < columns; j += 128) sum += matrix[row * columns + j] * x[j];
  partial[tid] = sum;
  __syncthreads();
  for (int k = 64; k > 0; k >>= 1) {
    if (tid < k) partial[tid] += partial[tid + k];
    __syncthreads();
  }
  if (tid == 0) y[row] = partial[0];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Sgemv work(arguments.size);
  bench::Device<float> matrix(work.matrix), x(work.x), y(work.y);
  bench::Variant variant{"sgemv", [&] {
    sgemv<<<work.rows, 128>>>(matrix, x, y, work.columns);
    bench::finish();
  }};
  variant.fetch = [&] { y.get(work.y); };
  return bench::measure("sgemv", arguments, work, {variant});
}
