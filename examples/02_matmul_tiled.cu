// Multiplies two square matrices with tiles in shared memory and checks a sample of the result.
//
//     anychip run examples/02_matmul_tiled.cu            (256 x 256)
//     anychip run examples/02_matmul_tiled.cu -- 512
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

constexpr int kTile = 16;

__global__ void matmul(const float *a, const float *b, float *c, int n) {
  __shared__ float tile_a[kTile][kTile], tile_b[kTile][kTile];
  int row = blockIdx.y * kTile + threadIdx.y, column = blockIdx.x * kTile + threadIdx.x;
  float sum = 0;
  for (int start = 0; start < n; start += kTile) {
    tile_a[threadIdx.y][threadIdx.x] = a[row * n + start + threadIdx.x];
    tile_b[threadIdx.y][threadIdx.x] = b[(start + threadIdx.y) * n + column];
    __syncthreads();
    for (int k = 0; k < kTile; k++) sum += tile_a[threadIdx.y][k] * tile_b[k][threadIdx.x];
    __syncthreads();
  }
  c[row * n + column] = sum;
}

int main(int argc, char **argv) {
  int n = argc > 1 ? std::atoi(argv[1]) : 256;
  if (n <= 0 || n % kTile) {
    std::fprintf(stderr, "the size must be a positive multiple of %d\n", kTile);
    return 2;
  }
  std::vector<float> a(n * n), b(n * n), c(n * n);
  for (int i = 0; i < n * n; i++) {
    a[i] = std::sin(0.01f * i);
    b[i] = std::cos(0.02f * i);
  }
  size_t bytes = sizeof(float) * n * n;
  float *device_a, *device_b, *device_c;
  cudaMalloc(&device_a, bytes);
  cudaMalloc(&device_b, bytes);
  cudaMalloc(&device_c, bytes);
  cudaMemcpy(device_a, a.data(), bytes, cudaMemcpyHostToDevice);
  cudaMemcpy(device_b, b.data(), bytes, cudaMemcpyHostToDevice);

  matmul<<<dim3(n / kTile, n / kTile), dim3(kTile, kTile)>>>(device_a, device_b, device_c, n);
  cudaMemcpy(c.data(), device_c, bytes, cudaMemcpyDeviceToHost);
  if (cudaError_t status = cudaGetLastError()) {
    std::fprintf(stderr, "%s\n", cudaGetErrorString(status));
    return 1;
  }

  double worst = 0;
  for (int i = 0; i < n * n; i += 61) {
    double exact = 0;
    for (int k = 0; k < n; k++) exact += double(a[i / n * n + k]) * b[k * n + i % n];
    worst = std::fmax(worst, std::fabs(exact - c[i]));
  }
  bool good = worst < 1e-5 * n;
  std::printf("%d x %d, largest error %.2g: %s\n", n, n, worst, good ? "PASS" : "FAIL");
  return !good;
}
