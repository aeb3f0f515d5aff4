// Finds a lesion in a CT slice and measures it: denoise, divide by density, follow the connected region, area in mm2.
//
//     anychip run examples/07_ct_slice.cu [-- picture.png]
//
// The slice is a synthetic chest (a phantom): ellipses of known density in Hounsfield units, with noise added. So the
// lesion's true area is known. Every step must also equal plain C++ loops, number for number.
#include <cmath>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include "check.h"
#include "picture.h"

constexpr int kSide = 256, kPixels = kSide * kSide, kBlock = 16;
constexpr float kMillimetres = 1.4f;         // a pixel's side
constexpr int kAirLike = -700;               // Hounsfield units of lung tissue; water is 0, bone above 300
constexpr int kDense = -350;                 // between lung and soft tissue: what is above shows in a lung
constexpr int kSeedX = 178, kSeedY = 112;    // where the reader of the slice has clicked

struct Ellipse {
  float x, y, half_width, half_height;
  int density;
};
// Later ones lie over earlier ones.
constexpr Ellipse kPhantom[] = {{128, 132, 112, 84, -80}, {128, 132, 104, 76, 45},  {80, 128, 38, 54, kAirLike},
                                {176, 128, 38, 54, kAirLike}, {128, 118, 21, 26, 60}, {128, 186, 15, 13, 480},
                                {128, 186, 6, 5, 30},      {178, 112, 12.5f, 9.5f, 40}, {166, 146, 5, 5, 30},
                                {90, 150, 3, 3, 35},       {70, 108, 2.5f, 2.5f, 35}};
constexpr Ellipse kLesion = kPhantom[7];

__host__ __device__ void sort_pair(short &a, short &b) {
  short low = a < b ? a : b, high = a < b ? b : a;
  a = low;
  b = high;
}

// The middle one of the 25 values around a pixel; the border's pixels repeat outside. A selection network: every
// thread makes the same comparisons, whatever its values.
__host__ __device__ short median(const short *slice, int x, int y) {
  short values[25];
  for (int i = 0; i < 25; i++) {
    int column = x + i % 5 - 2, row = y + i / 5 - 2;
    column = column < 0 ? 0 : column >= kSide ? kSide - 1 : column;
    row = row < 0 ? 0 : row >= kSide ? kSide - 1 : row;
    values[i] = slice[row * kSide + column];
  }
  for (int place = 0; place <= 12; place++)
    for (int other = place + 1; other < 25; other++) sort_pair(values[place], values[other]);
  return values[12];
}

__global__ void denoise(const short *slice, short *result) {
  int x = blockIdx.x * kBlock + threadIdx.x, y = blockIdx.y * kBlock + threadIdx.y;
  result[y * kSide + x] = median(slice, x, y);
}

// Each dense pixel begins as a region of its own, called by its number; the others belong to none.
__global__ void begin_regions(const short *slice, int *labels) {
  int i = (blockIdx.y * kBlock + threadIdx.y) * kSide + blockIdx.x * kBlock + threadIdx.x;
  labels[i] = slice[i] > kDense ? i : -1;
}

// Neighbours agree on the smaller label. Run until nothing changes: then a region has one label.
__global__ void join_regions(int *labels, int *changed) {
  int x = blockIdx.x * kBlock + threadIdx.x, y = blockIdx.y * kBlock + threadIdx.y, i = y * kSide + x;
  int mine = labels[i];
  if (mine < 0) return;
  int best = labels[mine];  // a label is a pixel's number: that pixel may know a smaller one already
  const int dx[] = {-1, 1, 0, 0}, dy[] = {0, 0, -1, 1};
  for (int side = 0; side < 4; side++) {
    int column = x + dx[side], row = y + dy[side];
    if (column < 0 || row < 0 || column >= kSide || row >= kSide) continue;
    int label = labels[row * kSide + column];
    if (label >= 0 && label < best) best = label;
  }
  if (best >= mine) return;
  atomicMin(&labels[i], best);
  atomicMin(&labels[mine], best);
  *changed = 1;
}

__global__ void measure(const int *labels, int seed, int *pixels) {
  int i = (blockIdx.y * kBlock + threadIdx.y) * kSide + blockIdx.x * kBlock + threadIdx.x;
  int votes = __syncthreads_count(labels[i] == labels[seed]);
  if (threadIdx.x == 0 && threadIdx.y == 0) atomicAdd(pixels, votes);
}

bool inside(const Ellipse &shape, float x, float y) {
  float u = (x - shape.x) / shape.half_width, v = (y - shape.y) / shape.half_height;
  return u * u + v * v < 1;
}

std::vector<short> make_slice() {
  std::mt19937 random(7);
  std::vector<short> slice(kPixels);
  for (int i = 0; i < kPixels; i++) {
    int density = -1000, noise = 0;
    for (const Ellipse &shape : kPhantom)
      if (inside(shape, i % kSide, i / kSide)) density = shape.density;
    for (int k = 0; k < 4; k++) noise += int(random() % 261) - 130;  // the sum of four dice is nearly normal
    slice[i] = density + noise;
  }
  return slice;
}

// The plain answer: the pixels a walk from the seed reaches without leaving dense tissue.
std::vector<bool> plain_region(const std::vector<short> &slice, int seed) {
  std::vector<bool> region(kPixels);
  std::vector<int> waiting;
  auto visit = [&](int i) {
    if (slice[i] <= kDense || region[i]) return;
    region[i] = true;
    waiting.push_back(i);
  };
  visit(seed);
  while (!waiting.empty()) {
    int i = waiting.back();
    waiting.pop_back();
    if (i % kSide > 0) visit(i - 1);
    if (i % kSide < kSide - 1) visit(i + 1);
    if (i >= kSide) visit(i - kSide);
    if (i < kPixels - kSide) visit(i + kSide);
  }
  return region;
}

// Left the slice as it came, right denoised with the lesion marked; one pixel shows as a square of 4.
bool draw(const std::vector<short> &noisy, const std::vector<short> &clean, const std::vector<int> &labels, int label,
          const char *path) {
  const int crop = 180, left = 38, top = 42;
  Picture picture(4 * crop + 8, 2 * crop);
  auto window = [](short density) { return grey((density + 1050) / 1500.0f); };
  for (int y = 0; y < 2 * crop; y++)
    for (int x = 0; x < 2 * crop; x++) {
      int i = (top + y / 2) * kSide + left + x / 2;
      picture.set(x, y, window(noisy[i]));
      picture.set(x + 2 * crop + 8, y, window(clean[i]));
      if (labels[i] == label) picture.set(x + 2 * crop + 8, y, kOrange, 0.75f);
    }
  return picture.write(path);
}

int main(int argc, char **argv) {
  const int seed = kSeedY * kSide + kSeedX;
  const dim3 grid(kSide / kBlock, kSide / kBlock), block(kBlock, kBlock);
  std::vector<short> slice = make_slice(), clean(kPixels);
  std::vector<int> labels(kPixels);
  short *device_slice, *device_clean;
  int *device_labels, *device_count, changed = 1, rounds = 0, pixels = 0;
  CHECK(cudaMalloc(&device_slice, kPixels * sizeof(short)));
  CHECK(cudaMalloc(&device_clean, kPixels * sizeof(short)));
  CHECK(cudaMalloc(&device_labels, kPixels * sizeof(int)));
  CHECK(cudaMalloc(&device_count, sizeof(int)));
  CHECK(cudaMemcpy(device_slice, slice.data(), kPixels * sizeof(short), cudaMemcpyHostToDevice));

  denoise<<<grid, block>>>(device_slice, device_clean);
  begin_regions<<<grid, block>>>(device_clean, device_labels);
  for (; changed; rounds++) {
    CHECK(cudaMemset(device_count, 0, sizeof(int)));
    join_regions<<<grid, block>>>(device_labels, device_count);
    CHECK(cudaMemcpy(&changed, device_count, sizeof(int), cudaMemcpyDeviceToHost));
  }
  measure<<<grid, block>>>(device_labels, seed, device_count);  // the last round left 0 there
  CHECK(cudaGetLastError());

  CHECK(cudaMemcpy(&pixels, device_count, sizeof(int), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(clean.data(), device_clean, kPixels * sizeof(short), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(labels.data(), device_labels, kPixels * sizeof(int), cudaMemcpyDeviceToHost));
  for (short *memory : {device_slice, device_clean}) CHECK(cudaFree(memory));
  for (int *memory : {device_labels, device_count}) CHECK(cudaFree(memory));

  bool good = draw(slice, clean, labels, labels[seed], argc > 1 ? argv[1] : "ct_slice.png") && labels[seed] >= 0;
  std::vector<bool> region = plain_region(clean, seed);
  for (int i = 0; i < kPixels; i++) {
    good &= clean[i] == median(slice.data(), i % kSide, i / kSide);
    good &= (labels[i] == labels[seed]) == region[i];
  }
  float area = pixels * kMillimetres * kMillimetres;
  float truth = 3.14159265f * kLesion.half_width * kLesion.half_height * kMillimetres * kMillimetres;
  good &= std::fabs(area - truth) < 0.05f * truth;
  std::printf("lesion of %.0f mm2 (true: %.0f), found in %d rounds: %s\n", area, truth, rounds, good ? "PASS" : "FAIL");
  return !good;
}
