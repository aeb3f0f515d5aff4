// FFT of 1,024 complex points a block: radix-2 Stockham in shared memory, 512 threads, ten stages.
#include "compute.h"
#include "device.h"

__global__ void fft1024(float2* all) {
  __shared__ float2 points[1024];
  int tid = threadIdx.x;
  all += blockIdx.x * 1024;
  points[tid] = all[tid];
  points[tid + 512] = all[tid + 512];
  __syncthreads();
  for (int p = 1; p < 1024; p <<= 1) {
    int k = tid & (p - 1);
    float2 u = points[tid], w = points[tid + 512];
    float sine, cosine;
    __sincosf(-3.14159265358979f * k / p, &sine, &cosine);
    float2 v = make_float2(w.x * cosine - w.y * sine, w.x * sine + w.y * cosine);
    __syncthreads();
    int j = (tid << 1) - k;
    points[j] = make_float2(u.x + v.x, u.y + v.y);
    points[j + p] = make_float2(u.x - v.x, u.y - v.y);
    __syncthreads();
  }
  all[tid] = points[tid];
  all[tid + 512] = points[tid + 512];
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Fft work(arguments.size);
  bench::Device<float2> data(work.data);
  bench::Variant variant{"fft1024", [&] {
    fft1024<<<work.batch, 512>>>(data);
    bench::finish();
  }};
  variant.restore = [&] { data.put(work.input); };
  variant.fetch = [&] { data.get(work.data); };
  return bench::measure("fft1024", arguments, work, {variant});
}
