// From soil samples to a fertiliser map: nitrogen measured at 60 places of a field, a dose for each 2 m of it.
//
//     anychip run examples/09_field_map.cu [-- picture.png]
//
// The samples come as GPS positions. Between them the soil's nitrogen is interpolated: the mean of all samples,
// weighted by the inverse of their distance to the power 3. What the crop needs beyond that is the dose. Checked
// against a plain C++ loop in double precision; no sample's own place may miss its measurement.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "check.h"
#include "picture.h"

constexpr int kColumns = 340, kRows = 220, kCells = kColumns * kRows, kSamples = 60, kBlock = 16;
constexpr float kCell = 2;                                // metres
constexpr float kNeed = 170, kMost = 120;                 // kg of nitrogen a hectare: the crop's, and a pass can spread
constexpr double kLatitude = 52.1342, kLongitude = 11.6271;  // of the field's south-west corner

struct Position {
  double latitude, longitude;
};
struct Sample {
  float x, y, nitrogen;  // metres east and north of the corner, kg a hectare
};
__constant__ Sample samples[kSamples];

// A field is seldom a rectangle: its corners in metres, in order.
struct Corner {
  float x, y;
};
constexpr Corner kBoundary[] = {{18, 40}, {300, 14}, {520, 30}, {662, 120}, {640, 330}, {470, 424}, {250, 400}, {60, 420}, {30, 250}};
constexpr int kCorners = sizeof kBoundary / sizeof *kBoundary;

// Whether a point is in the field: a ray to the east crosses the boundary an odd number of times.
__host__ __device__ bool in_field(const Corner *boundary, float x, float y) {
  bool odd = false;
  for (int i = 0, j = kCorners - 1; i < kCorners; j = i++) {
    Corner a = boundary[i], b = boundary[j];
    if ((a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) odd = !odd;
  }
  return odd;
}

// The dose of each cell in kg a hectare, -1 outside the field; `total` in kg.
__global__ void plan_dose(const Corner *boundary, float *doses, double *total) {
  __shared__ float sums[kBlock * kBlock];
  int column = blockIdx.x * kBlock + threadIdx.x, row = blockIdx.y * kBlock + threadIdx.y;
  float x = (column + 0.5f) * kCell, y = (row + 0.5f) * kCell, dose = -1;
  if (column < kColumns && row < kRows && in_field(boundary, x, y)) {
    float sum = 0, weights = 0;
    for (const Sample &sample : samples) {
      float square = (sample.x - x) * (sample.x - x) + (sample.y - y) * (sample.y - y) + 1e-3f;
      float weight = rsqrtf(square) / square;
      sum += weight * sample.nitrogen;
      weights += weight;
    }
    dose = fminf(fmaxf(kNeed - sum / weights, 0), kMost);
  }
  if (column < kColumns && row < kRows) doses[row * kColumns + column] = dose;

  int mine = threadIdx.y * kBlock + threadIdx.x;
  sums[mine] = fmaxf(dose, 0) * kCell * kCell / 10000;  // a hectare is 10,000 m2
  for (int step = kBlock * kBlock / 2; step > 0; step /= 2) {
    __syncthreads();
    if (mine < step) sums[mine] += sums[mine + step];
  }
  if (mine == 0) atomicAdd(total, double(sums[0]));
}

// Metres east and north of the field's corner. Over a field the earth is flat enough.
Sample place(Position position, float nitrogen) {
  const double radius = 6371000, degree = 3.14159265358979 / 180;
  double east = (position.longitude - kLongitude) * degree * radius * std::cos(kLatitude * degree);
  double north = (position.latitude - kLatitude) * degree * radius;
  return {float(east), float(north), nitrogen};
}

// A walk over the field with a probe: positions as a receiver gives them, and what the laboratory found.
std::vector<Sample> take_samples() {
  std::mt19937 random(11);
  auto uniform = [&] { return random() / 4294967296.0; };
  std::vector<Sample> taken;
  while (taken.size() < kSamples) {
    Position position{kLatitude + 0.0040 * uniform(), kLongitude + 0.0100 * uniform()};
    Sample sample = place(position, 0);
    bool crowded = false;
    for (const Sample &other : taken) crowded |= std::hypot(other.x - sample.x, other.y - sample.y) < 42;
    if (crowded || !in_field(kBoundary, sample.x, sample.y)) continue;
    float rich = std::exp(-(std::pow(sample.x - 190, 2) + std::pow(sample.y - 290, 2)) / 16000);
    float sandy = std::exp(-(std::pow(sample.x - 500, 2) + std::pow(sample.y - 170, 2)) / 22000);
    sample.nitrogen = 105 + 52 * rich - 48 * sandy + 14 * std::sin(sample.x / 70) + 10 * (uniform() - 0.5);
    taken.push_back(sample);
  }
  return taken;
}

double plain_dose(const std::vector<Sample> &taken, double x, double y) {
  double sum = 0, weights = 0;
  for (const Sample &sample : taken) {
    double weight = std::pow(std::pow(sample.x - x, 2) + std::pow(sample.y - y, 2) + 1e-3, -1.5);
    sum += weight * sample.nitrogen;
    weights += weight;
  }
  return std::fmin(std::fmax(kNeed - sum / weights, 0), kMost);
}

// Doses from green (little) to red (much), the samples as dots of the same scale, the scale itself on the right.
bool draw(const std::vector<float> &doses, const std::vector<Sample> &taken, const char *path) {
  const int left = 10, bottom = 450;
  Picture picture(720, 460, {24, 28, 34});
  for (int y = 0; y < 2 * kRows; y++)
    for (int x = 0; x < 2 * kColumns; x++) {
      int cell = y / 2 * kColumns + x / 2, next = std::min(cell + 1, kCells - 1), above = std::min(cell + kColumns, kCells - 1);
      float dose = doses[cell];
      if (dose < 0) continue;
      int step = dose / 20;  // a line wherever the dose passes a multiple of 20
      bool line = step != int(doses[next] / 20) || step != int(doses[above] / 20);
      picture.set(left + x, bottom - y, mix(ramp(kField, dose / kMost), kNight, line ? 0.35f : 0));
    }
  for (int i = 0; i < kCorners; i++) {
    Corner a = kBoundary[i], b = kBoundary[(i + 1) % kCorners];
    picture.line(left + a.x, bottom - a.y, left + b.x, bottom - b.y, 2.5f, kWhite);
  }
  for (const Sample &sample : taken) {
    picture.disc(left + sample.x, bottom - sample.y, 5, kWhite);
    picture.disc(left + sample.x, bottom - sample.y, 3.5f, ramp(kField, (kNeed - sample.nitrogen) / kMost));
  }
  for (int y = 0; y < 300; y++) picture.rectangle(692, 380 - y, 14, 1, ramp(kField, y / 300.0f));
  return picture.write(path);
}

int main(int argc, char **argv) {
  std::vector<Sample> taken = take_samples();
  std::vector<float> doses(kCells);
  Corner *device_boundary;
  float *device_doses;
  double *device_total, total = 0;
  CHECK(cudaMalloc(&device_boundary, sizeof kBoundary));
  CHECK(cudaMalloc(&device_doses, kCells * sizeof(float)));
  CHECK(cudaMalloc(&device_total, sizeof total));
  CHECK(cudaMemset(device_total, 0, sizeof total));
  CHECK(cudaMemcpy(device_boundary, kBoundary, sizeof kBoundary, cudaMemcpyHostToDevice));
  CHECK(cudaMemcpyToSymbol(samples, taken.data(), kSamples * sizeof(Sample)));

  dim3 grid((kColumns + kBlock - 1) / kBlock, (kRows + kBlock - 1) / kBlock);
  plan_dose<<<grid, dim3(kBlock, kBlock)>>>(device_boundary, device_doses, device_total);
  CHECK(cudaGetLastError());
  CHECK(cudaMemcpy(doses.data(), device_doses, kCells * sizeof(float), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(&total, device_total, sizeof total, cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_boundary));
  CHECK(cudaFree(device_doses));
  CHECK(cudaFree(device_total));

  double expected = 0, error = 0;
  int cells = 0;
  for (int i = 0; i < kCells; i++) {
    float x = (i % kColumns + 0.5f) * kCell, y = (i / kColumns + 0.5f) * kCell;
    bool inside = in_field(kBoundary, x, y);
    double dose = inside ? plain_dose(taken, x, y) : -1;
    error = std::fmax(error, std::fabs(dose - doses[i]));
    expected += inside ? dose * kCell * kCell / 10000 : 0;
    cells += inside;
  }
  bool good = draw(doses, taken, argc > 1 ? argv[1] : "field_map.png");
  good &= error < 0.01 && std::fabs(total - expected) < 1e-5 * expected;
  std::printf("%.1f ha, %.0f kg of nitrogen, largest error %.1g kg/ha: %s\n", cells * kCell * kCell / 10000, total,
              error, good ? "PASS" : "FAIL");
  return !good;
}
