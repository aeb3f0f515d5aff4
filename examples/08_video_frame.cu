// Cleans a noisy video frame with the help of its neighbours in time and doubles its size.
//
//     anychip run examples/08_video_frame.cu [-- picture.png]
//
// Denoise: a bilateral filter over five frames; near pixels of like brightness count most, so edges stay and what
// moves does not smear. Scale: bicubic (Catmull-Rom). The frames are synthetic, so the true large frame is known:
// the result must be nearer to it than the noisy frame scaled the simple way, and equal to plain C++ loops.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "check.h"
#include "picture.h"
#include "scene.h"

constexpr int kWidth = 180, kHeight = 120, kPixels = kWidth * kHeight, kScale = 2;
constexpr int kFrames = 5, kMiddle = kFrames / 2, kReach = 2, kBlock = 16;
constexpr float kNoise = 0.07f, kLikeness = 0.06f;  // standard deviation, and how unlike a pixel may be to count

__host__ __device__ int clamped(int value, int count) { return value < 0 ? 0 : value >= count ? count - 1 : value; }

// The mean of 3 x 3 pixels: less noisy, to compare by.
__host__ __device__ float blurred(const float *frame, int x, int y) {
  float sum = 0;
  for (int dy = -1; dy <= 1; dy++)
    for (int dx = -1; dx <= 1; dx++) sum += frame[clamped(y + dy, kHeight) * kWidth + clamped(x + dx, kWidth)];
  return sum / 9;
}

__host__ __device__ float denoised(const float *frames, const float *guides, int x, int y) {
  float mine = guides[kMiddle * kPixels + y * kWidth + x], sum = 0, weights = 0;
  for (int frame = 0; frame < kFrames; frame++)
    for (int dy = -kReach; dy <= kReach; dy++)
      for (int dx = -kReach; dx <= kReach; dx++) {
        int place = frame * kPixels + clamped(y + dy, kHeight) * kWidth + clamped(x + dx, kWidth);
        float unlike = (guides[place] - mine) / kLikeness;
        float weight = expf(-0.5f * unlike * unlike - 0.35f * (dx * dx + dy * dy));
        sum += weight * frames[place];
        weights += weight;
      }
  return sum / weights;
}

// The weights of four neighbours for a point `t` of the way from the second to the third.
__host__ __device__ void cubic(float t, float (&weight)[4]) {
  weight[0] = t * (-0.5f + t * (1 - 0.5f * t));
  weight[1] = 1 + t * t * (-2.5f + 1.5f * t);
  weight[2] = t * (0.5f + t * (2 - 1.5f * t));
  weight[3] = t * t * (-0.5f + 0.5f * t);
}

__host__ __device__ float bicubic(const float *frame, int x, int y) {
  float from_x = (x + 0.5f) / kScale - 0.5f, from_y = (y + 0.5f) / kScale - 0.5f, across[4], down[4], sum = 0;
  float left = floorf(from_x), top = floorf(from_y);
  cubic(from_x - left, across);
  cubic(from_y - top, down);
  for (int row = 0; row < 4; row++)
    for (int column = 0; column < 4; column++) {
      int place = clamped(int(top) + row - 1, kHeight) * kWidth + clamped(int(left) + column - 1, kWidth);
      sum += down[row] * across[column] * frame[place];
    }
  return sum;
}

__global__ void make_guides(const float *frames, float *guides) {
  int x = blockIdx.x * kBlock + threadIdx.x, y = blockIdx.y * kBlock + threadIdx.y, start = blockIdx.z * kPixels;
  if (x < kWidth && y < kHeight) guides[start + y * kWidth + x] = blurred(frames + start, x, y);
}

__global__ void denoise(const float *frames, const float *guides, float *result) {
  int x = blockIdx.x * kBlock + threadIdx.x, y = blockIdx.y * kBlock + threadIdx.y;
  if (x < kWidth && y < kHeight) result[y * kWidth + x] = denoised(frames, guides, x, y);
}

__global__ void enlarge(const float *frame, float *result) {
  int x = blockIdx.x * kBlock + threadIdx.x, y = blockIdx.y * kBlock + threadIdx.y;
  if (x < kScale * kWidth && y < kScale * kHeight) result[y * kScale * kWidth + x] = bicubic(frame, x, y);
}

// The scene as a camera of this resolution sees it: the mean over each pixel's area.
std::vector<float> film(int width, int height, float time) {
  std::vector<float> frame(width * height);
  for (int i = 0; i < width * height; i++)
    for (int k = 0; k < 4; k++)
      frame[i] += 0.25f * scene((i % width + 0.25f + k % 2 * 0.5f) / height,
                                1 - (i / width + 0.25f + k / 2 * 0.5f) / height, time);
  return frame;
}

// Peak signal-to-noise ratio in decibels: the higher, the nearer to the truth.
float psnr(const std::vector<float> &frame, const std::vector<float> &truth) {
  double square = 0;
  for (size_t i = 0; i < frame.size(); i++) square += (frame[i] - truth[i]) * (frame[i] - truth[i]);
  return -10 * std::log10(square / frame.size());
}

std::vector<float> plain_result(const std::vector<float> &frames) {
  std::vector<float> guides(frames.size()), clean(kPixels), large(kScale * kScale * kPixels);
  for (size_t i = 0; i < frames.size(); i++)
    guides[i] = blurred(&frames[i / kPixels * kPixels], i % kWidth, i % kPixels / kWidth);
  for (int i = 0; i < kPixels; i++) clean[i] = denoised(frames.data(), guides.data(), i % kWidth, i / kWidth);
  for (size_t i = 0; i < large.size(); i++)
    large[i] = bicubic(clean.data(), i % (kScale * kWidth), i / (kScale * kWidth));
  return large;
}

int main(int argc, char **argv) {
  std::mt19937 random(3);
  std::normal_distribution<float> noise(0, kNoise);
  std::vector<float> frames, truth = film(kScale * kWidth, kScale * kHeight, kMiddle);
  for (int time = 0; time < kFrames; time++)
    for (float pixel : film(kWidth, kHeight, time)) frames.push_back(pixel + noise(random));
  std::vector<float> simple(truth.size()), result(truth.size());
  for (size_t i = 0; i < simple.size(); i++) {
    int x = i % (kScale * kWidth) / kScale, y = i / (kScale * kWidth) / kScale;
    simple[i] = frames[kMiddle * kPixels + y * kWidth + x];
  }
  float *device_frames, *device_guides, *device_clean, *device_large;
  CHECK(cudaMalloc(&device_frames, frames.size() * sizeof(float)));
  CHECK(cudaMalloc(&device_guides, frames.size() * sizeof(float)));
  CHECK(cudaMalloc(&device_clean, kPixels * sizeof(float)));
  CHECK(cudaMalloc(&device_large, result.size() * sizeof(float)));
  CHECK(cudaMemcpy(device_frames, frames.data(), frames.size() * sizeof(float), cudaMemcpyHostToDevice));

  auto blocks = [](int count) { return unsigned((count + kBlock - 1) / kBlock); };
  const dim3 block(kBlock, kBlock);
  make_guides<<<dim3(blocks(kWidth), blocks(kHeight), kFrames), block>>>(device_frames, device_guides);
  denoise<<<dim3(blocks(kWidth), blocks(kHeight)), block>>>(device_frames, device_guides, device_clean);
  enlarge<<<dim3(blocks(kScale * kWidth), blocks(kScale * kHeight)), block>>>(device_clean, device_large);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpy(result.data(), device_large, result.size() * sizeof(float), cudaMemcpyDeviceToHost));
  for (float *memory : {device_frames, device_guides, device_clean, device_large}) CHECK(cudaFree(memory));

  std::vector<float> expected = plain_result(frames);
  float error = 0, before = psnr(simple, truth), after = psnr(result, truth);
  for (size_t i = 0; i < result.size(); i++) error = std::max(error, std::fabs(result[i] - expected[i]));

  const int width = kScale * kWidth, height = kScale * kHeight;
  Picture picture(2 * width + 8, height);
  for (int i = 0; i < width * height; i++) {
    picture.set(i % width, i / width, grey(simple[i]));
    picture.set(width + 8 + i % width, i / width, grey(result[i]));
  }
  bool good = picture.write(argc > 1 ? argv[1] : "video_frame.png") && error < 1e-4f && after > before + 5;
  std::printf("noisy %.1f dB, denoised and scaled %.1f dB: %s\n", before, after, good ? "PASS" : "FAIL");
  return !good;
}
