// C = A B, one element a thread, through square tiles in shared memory.
#pragma once

#include "compute.h"
#include "device.h"

template <int T>
__global__ void sgemm_tile(const float* a, const float* b, float* c, int n) {
  __shared__ float tile_a[T][T];
  __shared__ float tile_b[T][T];
  int tx = threadIdx.x, ty = threadIdx.y;
  int column = blockIdx.x * T + tx, row = blockIdx.y * T + ty;
  float sum = 0.f;
  for (int m = 0; m < n; m += T) {
    tile_a[ty][tx] = a[row * n + m + tx];
    tile_b[ty][tx] = b[(m + ty) * n + column];
    __syncthreads();
#pragma unroll
    for (int k = 0; k < T; k++) sum += tile_a[ty][k] * tile_b[k][tx];
    __syncthreads();
  }
  c[row * n + column] = sum;
}

namespace bench {

template <int T>
int sgemm_tile_main(const char* kernel, int argc, char** argv) {
  const Arguments arguments(argc, argv);
  Sgemm work(arguments.size);
  Device<float> a(work.a), b(work.b), c(work.c);
  const unsigned blocks = work.n / T;
  Variant variant{kernel, [&] {
    sgemm_tile<T><<<dim3(blocks, blocks), dim3(T, T)>>>(a, b, c, work.n);
    finish();
  }};
  variant.fetch = [&] { c.get(work.c); };
  return measure(kernel, arguments, work, {variant});
}

}  // namespace bench
