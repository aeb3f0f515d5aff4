// Adds two waves of a million samples, one thread per sample, and checks the sum on the host.
//
//     anychip run examples/01_vector_add.cu [-- picture.png]
//
// The picture shows the two waves and, bright, their sum.
#include <cmath>
#include <cstdio>
#include <vector>

#include "check.h"
#include "picture.h"

__global__ void add(const float *a, const float *b, float *c, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) c[i] = a[i] + b[i];
}

// One curve across the picture; `scale` is in pixels a unit.
void draw(Picture &picture, const std::vector<float> &wave, float middle, float scale, Colour colour, float thickness) {
  const int width = 720;
  auto height_at = [&](int x) { return middle - scale * wave[std::size_t(x) * (wave.size() - 1) / (width - 1)]; };
  for (int x = 1; x < width; x++) picture.line(x - 1, height_at(x - 1), x, height_at(x), thickness, colour);
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "vector_add.png";
  const int n = 1 << 20;
  const size_t bytes = n * sizeof(float);
  std::vector<float> a(n), b(n), c(n);
  for (int i = 0; i < n; i++) {
    float t = 6.2831853f * i / n;
    a[i] = std::sin(2 * t);
    b[i] = 0.4f * std::sin(17 * t) * std::cos(0.5f * t);
  }
  float *device_a, *device_b, *device_c;
  CHECK(cudaMalloc(&device_a, bytes));
  CHECK(cudaMalloc(&device_b, bytes));
  CHECK(cudaMalloc(&device_c, bytes));
  CHECK(cudaMemcpy(device_a, a.data(), bytes, cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(device_b, b.data(), bytes, cudaMemcpyHostToDevice));

  add<<<(n + 255) / 256, 256>>>(device_a, device_b, device_c, n);
  CHECK(cudaGetLastError());

  CHECK(cudaMemcpy(c.data(), device_c, bytes, cudaMemcpyDeviceToHost));
  int wrong = 0;
  for (int i = 0; i < n; i++) wrong += c[i] != a[i] + b[i];

  cudaDeviceProp device;
  CHECK(cudaGetDeviceProperties(&device, 0));
  CHECK(cudaFree(device_a));
  CHECK(cudaFree(device_b));
  CHECK(cudaFree(device_c));

  Picture picture(720, 300);
  draw(picture, a, 75, 45, kBlue, 2);
  draw(picture, b, 75, 45, kGreen, 2);
  draw(picture, c, 215, 52, kOrange, 3);
  bool good = picture.write(path) && !wrong;
  std::printf("%d elements on %s: %s\n", n, device.name, good ? "PASS" : "FAIL");
  return !good;
}
