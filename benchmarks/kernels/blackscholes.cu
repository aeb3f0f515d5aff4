// Black-Scholes prices, one option a thread; blocks of 128.
#include "compute.h"
#include "device.h"

__device__ float normal(float d) {
  const float a1 = 0.31938153f, a2 = -0.356563782f, a3 = 1.781477937f, a4 = -1.821255978f, a5 = 1.330274429f;
  float k = 1.f / (1.f + 0.2316419f * fabsf(d));
  float tail = 0.39894228040143267794f * expf(-0.5f * d * d) * (k * (a1 + k * (a2 + k * (a3 + k * (a4 + k * a5)))));
  return d > 0 ? 1.f - tail : tail;
}

__global__ void blackscholes(float* call, float* put, const float* price, const float* strike, const float* years,
                             float rate, float volatility, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float s = price[i], x = strike[i], t = years[i];
  float root = sqrtf(t);
  float d1 = (logf(s / x) + (rate + 0.5f * volatility * volatility) * t) / (volatility * root);
  float d2 = d1 - volatility * root;
  float c1 = normal(d1), c2 = normal(d2);
  float discount = expf(-rate * t);
  call[i] = s * c1 - x * discount * c2;
  put[i] = x * discount * (1.f - c2) - s * (1.f - c1);
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::BlackScholes work(arguments.size);
  bench::Device<float> call(work.call), put(work.put), price(work.price), strike(work.strike), years(work.years);
  bench::Variant variant{"blackscholes", [&] {
    blackscholes<<<(work.n + 127) / 128, 128>>>(call, put, price, strike, years, work.rate, work.volatility, work.n);
    bench::finish();
  }};
  variant.fetch = [&] {
    call.get(work.call);
    put.get(work.put);
  };
  return bench::measure("blackscholes", arguments, work, {variant});
}
