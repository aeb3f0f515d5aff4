// Addresses by xor, and, division and remainder with numbers of run time: consecutive in some groups and not in others.
// SAME
#include <cstdio>
__global__ void scatter(const float2 *in, float2 *out, float *single, int p, int n) {
  int t = threadIdx.x, k = t & (p - 1), j = 2 * t - k;
  __shared__ float2 points[256];
  points[j] = make_float2(in[t].x, k);
  points[j + p] = make_float2(in[t].y, t);
  __syncthreads();
  out[t] = points[t];
  out[t + 128] = points[t + 128];
  single[t] = points[(t ^ p) & 255].x + in[(t ^ p) % n].y;
}
__global__ void divide(const float *in, float *out, int width, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  int row = i / width, column = i % width;
  out[row * (width + 3) + column] = in[i];
  out[n * 5 + column * (n / width + 1) + row] = in[(row ^ 1) * width % n] + in[(unsigned)(i << 1) % (unsigned)n];
}
int main() {
  float2 *in, *out;
  float *single;
  const int n = 301;
  cudaMallocManaged(&in, 256 * 8); cudaMallocManaged(&out, 256 * 8); cudaMallocManaged(&single, n * 12 * 4);
  for (int i = 0; i < 256; i++) in[i] = make_float2(i * 0.5f, -i);
  for (int p = 1; p < 128; p *= 2) {
    scatter<<<1, 128>>>(in, out, single, p, 128);
    cudaDeviceSynchronize();
    double sum = 0;
    for (int i = 0; i < 256; i++) sum += out[i].x * (i % 7) + out[i].y * (i % 11);
    for (int i = 0; i < 128; i++) sum += single[i] * (i % 13);
    printf("%d %.3f\n", p, sum);
  }
  for (int width : {1, 2, 5, 16, 31, 64, 100, 301}) {
    for (int i = 0; i < n * 12; i++) single[i] = 0;
    divide<<<5, 64>>>((const float *)in, single, width, n);
    cudaError_t status = cudaDeviceSynchronize();
    double sum = 0;
    for (int i = 0; i < n * 12; i++) sum += single[i] * (i % 19 + 1);
    printf("%d %s %.3f\n", width, cudaGetErrorName(status), sum);
  }
}
