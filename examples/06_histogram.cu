// Gives a dull picture its full contrast: a histogram with atomics in shared memory, then histogram equalisation.
//
//     anychip run examples/06_histogram.cu [-- picture.png]
//
// Counts and result are integers and must equal those of plain C++ loops.
#include <cstdio>
#include <vector>

#include "check.h"
#include "picture.h"
#include "scene.h"

constexpr int kWidth = 356, kHeight = 260, kPixels = kWidth * kHeight, kLevels = 256, kBlock = 256;

// A block counts its pixels in shared memory, where its threads alone meet, and adds the counts to the total once.
__global__ void count_levels(const unsigned char *image, unsigned *histogram) {
  __shared__ unsigned local[kLevels];
  for (int level = threadIdx.x; level < kLevels; level += kBlock) local[level] = 0;
  __syncthreads();
  for (int i = blockIdx.x * kBlock + threadIdx.x; i < kPixels; i += gridDim.x * kBlock) atomicAdd(&local[image[i]], 1u);
  __syncthreads();
  for (int level = threadIdx.x; level < kLevels; level += kBlock)
    if (local[level]) atomicAdd(&histogram[level], local[level]);
}

// One block: how many pixels are as dark as each level or darker, by a scan in log2(256) rounds.
__global__ void accumulate(const unsigned *histogram, unsigned *cumulative) {
  __shared__ unsigned sums[kLevels];
  int level = threadIdx.x;
  sums[level] = histogram[level];
  for (int step = 1; step < kLevels; step *= 2) {
    __syncthreads();
    unsigned before = level >= step ? sums[level - step] : 0;
    __syncthreads();
    sums[level] += before;
  }
  cumulative[level] = sums[level];
}

// A pixel's new level is the share of pixels that are not brighter.
__global__ void equalise(const unsigned char *image, const unsigned *cumulative, unsigned char *result) {
  int i = blockIdx.x * kBlock + threadIdx.x;
  if (i < kPixels) result[i] = cumulative[image[i]] * (kLevels - 1) / kPixels;
}

int largest(const std::vector<unsigned> &histogram) { return *std::max_element(histogram.begin(), histogram.end()); }

std::vector<unsigned> plain_histogram(const std::vector<unsigned char> &image) {
  std::vector<unsigned> counts(kLevels);
  for (unsigned char level : image) counts[level]++;
  return counts;
}

std::vector<unsigned char> plain_equalised(const std::vector<unsigned char> &image) {
  std::vector<unsigned> counts = plain_histogram(image);
  for (int level = 1; level < kLevels; level++) counts[level] += counts[level - 1];
  std::vector<unsigned char> result(kPixels);
  for (int i = 0; i < kPixels; i++) result[i] = counts[image[i]] * (kLevels - 1) / kPixels;
  return result;
}

// The image and, under it, its histogram.
void draw(Picture &picture, int left, const std::vector<unsigned char> &image) {
  for (int i = 0; i < kPixels; i++) picture.set(left + i % kWidth, i / kWidth, grey(image[i] / 255.0f));
  std::vector<unsigned> counts = plain_histogram(image);
  const int floor = kHeight + 96, margin = (kWidth - kLevels) / 2;
  for (int level = 0; level < kLevels; level++) {
    float height = 84.0f * std::sqrt(counts[level] / float(largest(counts)));
    picture.rectangle(left + margin + level, floor - int(height), 1, int(height), ramp(kFire, 0.25f + level / 400.0f));
  }
  picture.rectangle(left + margin - 4, floor, kLevels + 8, 1, kGrey);
}

int main(int argc, char **argv) {
  std::vector<unsigned char> image(kPixels), result(kPixels);
  for (int i = 0; i < kPixels; i++) {
    float dull = scene(float(i % kWidth) / kHeight, 1 - float(i / kWidth) / kHeight);
    image[i] = 30 + 130 * dull;  // too dark, and too flat
  }

  unsigned char *device_image, *device_result;
  unsigned *device_histogram, *device_cumulative;
  std::vector<unsigned> histogram(kLevels);
  const size_t bytes = kLevels * sizeof(unsigned);
  CHECK(cudaMalloc(&device_image, kPixels));
  CHECK(cudaMalloc(&device_result, kPixels));
  CHECK(cudaMalloc(&device_histogram, bytes));
  CHECK(cudaMalloc(&device_cumulative, bytes));
  CHECK(cudaMemset(device_histogram, 0, bytes));
  CHECK(cudaMemcpy(device_image, image.data(), kPixels, cudaMemcpyHostToDevice));

  count_levels<<<24, kBlock>>>(device_image, device_histogram);
  accumulate<<<1, kLevels>>>(device_histogram, device_cumulative);
  equalise<<<(kPixels + kBlock - 1) / kBlock, kBlock>>>(device_image, device_cumulative, device_result);
  CHECK(cudaGetLastError());

  CHECK(cudaMemcpy(histogram.data(), device_histogram, bytes, cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(result.data(), device_result, kPixels, cudaMemcpyDeviceToHost));
  for (unsigned char *memory : {device_image, device_result}) CHECK(cudaFree(memory));
  for (unsigned *memory : {device_histogram, device_cumulative}) CHECK(cudaFree(memory));

  Picture picture(2 * kWidth + 8, kHeight + 104);
  draw(picture, 0, image);
  draw(picture, kWidth + 8, result);
  bool equal = histogram == plain_histogram(image) && result == plain_equalised(image);
  bool good = picture.write(argc > 1 ? argv[1] : "histogram.png") && equal;
  std::printf("%d pixels in %d levels, fullest level %d: %s\n", kPixels, kLevels, largest(histogram),
              good ? "PASS" : "FAIL");
  return !good;
}
