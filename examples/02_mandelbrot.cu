// Colours the seahorse valley of the Mandelbrot set: one thread per pixel, each with a loop of its own length.
//
//     anychip run examples/02_mandelbrot.cu [-- picture.png]
//
// Checked against the same loop in C++ on the host. A GPU fuses a multiply and an add into one rounding where a
// host compiler may not, and near the set's edge the last bit decides when a point escapes: so a few pixels may differ.
#include <cmath>
#include <cstdio>
#include <vector>

#include "check.h"
#include "picture.h"

constexpr int kWidth = 600, kHeight = 360, kSteps = 400;
constexpr double kLeft = -0.7547, kTop = 0.1104, kPixel = 0.00003;

struct Escape {
  int steps;       // kSteps: never escaped
  float distance;  // |z| squared on leaving
};

__host__ __device__ Escape escape(double cx, double cy) {
  double x = 0, y = 0;
  int steps = 0;
  while (x * x + y * y < 256 && steps < kSteps) {
    double next = x * x - y * y + cx;
    y = 2 * x * y + cy;
    x = next;
    steps++;
  }
  return {steps, float(x * x + y * y)};
}

__global__ void mandelbrot(Escape *image) {
  int column = blockIdx.x * blockDim.x + threadIdx.x, row = blockIdx.y * blockDim.y + threadIdx.y;
  if (column >= kWidth || row >= kHeight) return;
  image[row * kWidth + column] = escape(kLeft + column * kPixel, kTop - row * kPixel);
}

Colour colour(Escape point) {
  if (point.steps == kSteps) return {4, 6, 16};
  // Between two whole numbers of steps the distance tells how far: colours flow instead of standing in bands.
  float smooth = point.steps + 1 - std::log2(0.5f * std::log(point.distance));
  float phase = 0.5f - 0.5f * std::cos(0.9f * std::sqrt(smooth));
  return mix(ramp(kOcean, phase), ramp(kFire, phase), 0.5f - 0.5f * std::cos(smooth * 0.045f));
}

int main(int argc, char **argv) {
  const char *path = argc > 1 ? argv[1] : "mandelbrot.png";
  const int pixels = kWidth * kHeight;
  std::vector<Escape> image(pixels);
  Escape *device_image;
  CHECK(cudaMalloc(&device_image, pixels * sizeof(Escape)));
  dim3 block(16, 16), grid((kWidth + block.x - 1) / block.x, (kHeight + block.y - 1) / block.y);
  mandelbrot<<<grid, block>>>(device_image);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpy(image.data(), device_image, pixels * sizeof(Escape), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_image));

  Picture picture(kWidth, kHeight);
  int inside = 0, different = 0;
  for (int i = 0; i < pixels; i++) {
    int row = i / kWidth, column = i % kWidth;
    inside += image[i].steps == kSteps;
    different += image[i].steps != escape(kLeft + column * kPixel, kTop - row * kPixel).steps;
    picture.set(column, row, colour(image[i]));
  }
  bool good = picture.write(path) && inside > 0 && different < pixels / 200;
  std::printf("%d of %d points in the set, %d differ from the host's: %s\n", inside, pixels, different,
              good ? "PASS" : "FAIL");
  return !good;
}
