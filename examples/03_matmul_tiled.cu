// Multiplies two square matrices with tiles in shared memory and checks a sample of the result.
//
//     anychip run examples/03_matmul_tiled.cu [-- picture.png [size]]       (240 x 240)
//
// The picture shows A, B and A B as colours, from the smallest value to the largest.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "check.h"
#include "picture.h"

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

std::vector<float> product(const std::vector<float> &a, const std::vector<float> &b, int n) {
  const size_t bytes = sizeof(float) * n * n;
  float *device_a, *device_b, *device_c;
  CHECK(cudaMalloc(&device_a, bytes));
  CHECK(cudaMalloc(&device_b, bytes));
  CHECK(cudaMalloc(&device_c, bytes));
  CHECK(cudaMemcpy(device_a, a.data(), bytes, cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(device_b, b.data(), bytes, cudaMemcpyHostToDevice));

  matmul<<<dim3(n / kTile, n / kTile), dim3(kTile, kTile)>>>(device_a, device_b, device_c, n);
  CHECK(cudaGetLastError());

  std::vector<float> c(n * n);
  CHECK(cudaMemcpy(c.data(), device_c, bytes, cudaMemcpyDeviceToHost));
  for (float *memory : {device_a, device_b, device_c}) CHECK(cudaFree(memory));
  return c;
}

// The largest difference from the exact sum, over every 61st element.
double largest_error(const std::vector<float> &a, const std::vector<float> &b, const std::vector<float> &c, int n) {
  double worst = 0;
  for (int i = 0; i < n * n; i += 61) {
    double exact = 0;
    for (int k = 0; k < n; k++) exact += double(a[i / n * n + k]) * b[k * n + i % n];
    worst = std::max(worst, std::fabs(exact - c[i]));
  }
  return worst;
}

void draw(Picture &picture, const std::vector<float> &matrix, int n, int left, int side) {
  auto [low, high] = std::minmax_element(matrix.begin(), matrix.end());
  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++) {
      float value = matrix[std::size_t(y * n / side) * n + x * n / side];
      picture.set(left + x, y, ramp(kFire, (value - *low) / (*high - *low)));
    }
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "matmul_tiled.png";
  int n = argc > 2 ? std::atoi(argv[2]) : 240;
  if (n <= 0 || n % kTile) {
    std::fprintf(stderr, "the size must be a positive multiple of %d\n", kTile);
    return 2;
  }
  std::vector<float> a(n * n), b(n * n);
  for (int row = 0; row < n; row++)
    for (int column = 0; column < n; column++) {
      float x = 2.0f * column / n - 1, y = 2.0f * row / n - 1;
      a[row * n + column] = std::sin(18 * (x * x + y * y));
      b[row * n + column] = std::cos(14 * x * y + 5 * x);
    }
  std::vector<float> c = product(a, b, n);
  double worst = largest_error(a, b, c, n);

  Picture picture(3 * 240, 240);
  draw(picture, a, n, 0, 236);
  draw(picture, b, n, 242, 236);
  draw(picture, c, n, 484, 236);
  bool good = picture.write(path) && worst < 1e-5 * n;
  std::printf("%d x %d, largest error %.2g: %s\n", n, n, worst, good ? "PASS" : "FAIL");
  return !good;
}
