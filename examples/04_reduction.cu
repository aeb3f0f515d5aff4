// Sums the brightness of a picture three ways: a tree in shared memory, warp shuffles, and atomics.
// Integers, so all three must give the exact sum.
//
//     anychip run examples/04_reduction.cu [-- picture.png]
//
// The image shows the picture and beside it the sums of the tree's blocks, one tile each.
#include <cstdio>
#include <vector>

#include "check.h"
#include "picture.h"
#include "scene.h"

constexpr int kSide = 360, kTile = 12, kTiles = kSide / kTile, kBlock = 256;
using Sum = unsigned long long;

// One block per tile: half of the threads add the other half's values to theirs, then half of those, and so on.
__global__ void sum_tree(const int *image, int *tiles, Sum *total) {
  __shared__ int partial[kBlock];
  int x = threadIdx.x % kTile, y = threadIdx.x / kTile;
  bool inside = y < kTile;
  partial[threadIdx.x] = inside ? image[(blockIdx.y * kTile + y) * kSide + blockIdx.x * kTile + x] : 0;
  for (int step = kBlock / 2; step > 0; step /= 2) {
    __syncthreads();
    if (threadIdx.x < step) partial[threadIdx.x] += partial[threadIdx.x + step];
  }
  if (threadIdx.x == 0) {
    tiles[blockIdx.y * kTiles + blockIdx.x] = partial[0];
    atomicAdd(total, Sum(partial[0]));
  }
}

// Each thread adds many values; a warp then adds its 32 sums by handing registers around.
__global__ void sum_shuffle(const int *image, Sum *total, int n) {
  Sum mine = 0;
  for (int i = blockIdx.x * kBlock + threadIdx.x; i < n; i += gridDim.x * kBlock) mine += image[i];
  for (int step = warpSize / 2; step > 0; step /= 2) mine += __shfl_down_sync(0xffffffffu, mine, step);
  if (threadIdx.x % warpSize == 0) atomicAdd(total, mine);
}

// The plainest: every thread adds its value to the one total.
__global__ void sum_atomic(const int *image, Sum *total, int n) {
  int i = blockIdx.x * kBlock + threadIdx.x;
  if (i < n) atomicAdd(total, Sum(image[i]));
}

bool draw(const std::vector<int> &image, const std::vector<int> &tiles, const char *path) {
  Picture picture(2 * kSide + 8, kSide);
  for (int y = 0; y < kSide; y++)
    for (int x = 0; x < kSide; x++) {
      picture.set(x, y, ramp(kFire, image[y * kSide + x] / 255.0f));
      float mean = tiles[y / kTile * kTiles + x / kTile] / (255.0f * kTile * kTile);
      picture.set(kSide + 8 + x, y, ramp(kFire, mean));
    }
  return picture.write(path);
}

int main(int argc, char **argv) {
  const int n = kSide * kSide;
  std::vector<int> image(n), tiles(kTiles * kTiles);
  Sum expected = 0;
  for (int i = 0; i < n; i++) {
    image[i] = 255 * scene(0.2f + float(i % kSide) / kSide, 1 - float(i / kSide) / kSide);
    expected += image[i];
  }
  int *device_image, *device_tiles;
  Sum *device_totals, totals[3];
  CHECK(cudaMalloc(&device_image, n * sizeof(int)));
  CHECK(cudaMalloc(&device_tiles, tiles.size() * sizeof(int)));
  CHECK(cudaMalloc(&device_totals, sizeof totals));
  CHECK(cudaMemset(device_totals, 0, sizeof totals));
  CHECK(cudaMemcpy(device_image, image.data(), n * sizeof(int), cudaMemcpyHostToDevice));

  sum_tree<<<dim3(kTiles, kTiles), kBlock>>>(device_image, device_tiles, &device_totals[0]);
  sum_shuffle<<<64, kBlock>>>(device_image, &device_totals[1], n);
  sum_atomic<<<(n + kBlock - 1) / kBlock, kBlock>>>(device_image, &device_totals[2], n);
  CHECK(cudaGetLastError());

  CHECK(cudaMemcpy(totals, device_totals, sizeof totals, cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(tiles.data(), device_tiles, tiles.size() * sizeof(int), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_image));
  CHECK(cudaFree(device_tiles));
  CHECK(cudaFree(device_totals));

  bool good = draw(image, tiles, argc > 1 ? argv[1] : "reduction.png");
  for (Sum total : totals) good &= total == expected;
  std::printf("tree %llu, shuffle %llu, atomic %llu, expected %llu: %s\n", totals[0], totals[1], totals[2], expected,
              good ? "PASS" : "FAIL");
  return !good;
}
