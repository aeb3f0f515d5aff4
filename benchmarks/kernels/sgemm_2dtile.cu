// C = A B, 128 x 128 outputs a block through shared panels of depth 8, 8 x 8 outputs a thread in registers.
#include "compute.h"
#include "device.h"

constexpr int kTile = 128, kDepth = 8, kPer = 8, kThreads = 256;

__global__ void __launch_bounds__(kThreads) sgemm_2dtile(const float* a, const float* b, float* c, int n) {
  __shared__ float panel_a[kTile * kDepth];
  __shared__ float panel_b[kDepth * kTile];
  int tid = threadIdx.x;
  int column = tid % (kTile / kPer), row = tid / (kTile / kPer);
  a += blockIdx.y * kTile * n;
  b += blockIdx.x * kTile;
  c += blockIdx.y * kTile * n + blockIdx.x * kTile;
  int row_a = tid / kDepth, column_a = tid % kDepth, row_b = tid / kTile, column_b = tid % kTile;
  float sums[kPer * kPer] = {0.f};
  float from_a[kPer], from_b[kPer];
  for (int k = 0; k < n; k += kDepth) {
    for (int i = 0; i < kTile; i += kThreads / kDepth)
      panel_a[(row_a + i) * kDepth + column_a] = a[(row_a + i) * n + column_a];
    for (int i = 0; i < kDepth; i += kThreads / kTile)
      panel_b[(row_b + i) * kTile + column_b] = b[(row_b + i) * n + column_b];
    __syncthreads();
    a += kDepth;
    b += kDepth * n;
    for (int d = 0; d < kDepth; d++) {
      for (int i = 0; i < kPer; i++) from_a[i] = panel_a[(row * kPer + i) * kDepth + d];
      for (int j = 0; j < kPer; j++) from_b[j] = panel_b[d * kTile + column * kPer + j];
      for (int i = 0; i < kPer; i++)
        for (int j = 0; j < kPer; j++) sums[i * kPer + j] += from_a[i] * from_b[j];
    }
    __syncthreads();
  }
  for (int i = 0; i < kPer; i++)
    for (int j = 0; j < kPer; j++) c[(row * kPer + i) * n + column * kPer + j] = sums[i * kPer + j];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Sgemm work(arguments.size);
  bench::Device<float> a(work.a), b(work.b), c(work.c);
  const unsigned blocks = work.n / kTile;
  bench::Variant variant{"sgemm_2dtile", [&] {
    sgemm_2dtile<<<dim3(blocks, blocks), kThreads>>>(a, b, c, work.n);
    bench::finish();
  }};
  variant.fetch = [&] { c.get(work.c); };
  return bench::measure("sgemm_2dtile", arguments, work, {variant});
}
