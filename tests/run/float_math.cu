// The bits of common float functions: no expectation but that all executors and processors agree.
// SAME
#include <cstdio>
__global__ void run(float *o, float x) {
  float y = x + threadIdx.x * 0.37f;
  float v[16] = {expf(y), logf(y), sinf(y), cosf(y), tanf(y), powf(y, 1.7f), sqrtf(y), rsqrtf(y),
                 atan2f(y, 2.f), exp2f(y), log2f(y), tanhf(y), erff(y), cbrtf(y), __expf(y), fmodf(y, 0.7f)};
  for (int i = 0; i < 16; i++) o[threadIdx.x * 16 + i] = v[i];
}
int main() {
  float h[128], *out;
  cudaMalloc(&out, sizeof h);
  run<<<1, 8>>>(out, 0.1f);
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  for (int i = 0; i < 128; i++) printf("%08x%c", __builtin_bit_cast(unsigned, h[i]), i % 16 == 15 ? '\n' : ' ');
}
