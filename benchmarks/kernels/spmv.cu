// y = A x for compressed sparse rows, one row a thread; blocks of 256.
#include "compute.h"
#include "device.h"

__global__ void spmv(const int* row_start, const int* column, const float* entry, const float* x, float* y, int rows) {
  int row = blockIdx.x * blockDim.x + threadIdx.x;
  if (row < rows) {
    float sum = 0.f;
    for (int j = row_start[row]; j < row_start[row + 1]; j++) sum += entry[j] * x[column[j]];
    y[row] = sum;
  }
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Spmv work(arguments.size);
  bench::Device<int> row_start(work.row_start), column(work.column);
  bench::Device<float> entry(work.entry), x(work.x), y(work.y);
  bench::Variant variant{"spmv", [&] {
    spmv<<<(work.rows + 255) / 256, 256>>>(row_start, column, entry, x, y, work.rows);
    bench::finish();
  }};
  variant.fetch = [&] { y.get(work.y); };
  return bench::measure("spmv", arguments, work, {variant});
}
