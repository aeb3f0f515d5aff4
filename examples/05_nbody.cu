// Two disc galaxies pass each other: gravity between all pairs of 2,048 stars, step by step.
//
//     anychip run examples/05_nbody.cu [-- picture.png]
//
// Each thread follows one star; a block reads the others in tiles that it shares. Checked on the host: the last
// accelerations of some stars against a double-precision sum, and the whole system's momentum, which must stay.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

#include "check.h"
#include "picture.h"

constexpr int kStars = 2048, kBlock = 128, kSteps = 64;
constexpr float kTimeStep = 0.02f, kSoftening = 0.0025f;  // softening: keeps close pairs from flying apart

// x, y, z and the mass in w.
__device__ float3 pull(float4 star, float4 other, float3 sum) {
  float dx = other.x - star.x, dy = other.y - star.y, dz = other.z - star.z;
  float inverse = rsqrtf(dx * dx + dy * dy + dz * dz + kSoftening);
  float strength = other.w * inverse * inverse * inverse;
  return make_float3(sum.x + strength * dx, sum.y + strength * dy, sum.z + strength * dz);
}

__global__ void accelerate(const float4 *stars, float3 *accelerations) {
  __shared__ float4 tile[kBlock];
  int i = blockIdx.x * kBlock + threadIdx.x;
  float4 star = stars[i];
  float3 sum = make_float3(0, 0, 0);
  for (int start = 0; start < kStars; start += kBlock) {
    tile[threadIdx.x] = stars[start + threadIdx.x];
    __syncthreads();
    for (int k = 0; k < kBlock; k++) sum = pull(star, tile[k], sum);
    __syncthreads();
  }
  accelerations[i] = sum;
}

__global__ void move(float4 *stars, float3 *velocities, const float3 *accelerations, float step) {
  int i = blockIdx.x * kBlock + threadIdx.x;
  float3 a = accelerations[i], v = velocities[i];
  v = make_float3(v.x + step * a.x, v.y + step * a.y, v.z + step * a.z);
  velocities[i] = v;
  stars[i].x += step * v.x;
  stars[i].y += step * v.y;
  stars[i].z += step * v.z;
}

// Stars [first, last) as a disc that turns about a heavy centre.
void make_galaxy(std::vector<float4> &stars, std::vector<float3> &velocities, int first, int last, float3 centre,
                 float3 drift, float tilt) {
  std::mt19937 random(first + 1);
  auto uniform = [&] { return random() / 4294967296.0f; };
  stars[first] = make_float4(centre.x, centre.y, centre.z, 1);
  velocities[first] = drift;
  for (int i = first + 1; i < last; i++) {
    float radius = 0.12f + 0.75f * std::sqrt(uniform()) * uniform(), angle = 6.2831853f * uniform();
    float speed = std::sqrt(radius * radius / std::pow(radius * radius + kSoftening, 1.5f));
    float x = radius * std::cos(angle), y = radius * std::sin(angle), c = std::cos(tilt), s = std::sin(tilt);
    stars[i] = make_float4(centre.x + x, centre.y + y * c, centre.z + y * s, 0.00004f);
    float along_x = -speed * std::sin(angle), along_y = speed * std::cos(angle);
    velocities[i] = make_float3(drift.x + along_x, drift.y + along_y * c, drift.z + along_y * s);
  }
}

// The largest error of every 97th star's acceleration, relative to its size.
double largest_error(const std::vector<float4> &stars, const std::vector<float3> &accelerations) {
  double worst = 0;
  for (int i = 0; i < kStars; i += 97) {
    double sum[3] = {};
    for (const float4 &other : stars) {
      double d[3] = {double(other.x) - stars[i].x, double(other.y) - stars[i].y, double(other.z) - stars[i].z};
      double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + kSoftening;
      for (int axis = 0; axis < 3; axis++) sum[axis] += other.w * d[axis] / (square * std::sqrt(square));
    }
    float3 a = accelerations[i];
    double error = std::hypot(std::hypot(a.x - sum[0], a.y - sum[1]), a.z - sum[2]);
    worst = std::max(worst, error / std::hypot(std::hypot(sum[0], sum[1]), sum[2]));
  }
  return worst;
}

float3 momentum(const std::vector<float4> &stars, const std::vector<float3> &velocities) {
  double sum[3] = {};
  for (int i = 0; i < kStars; i++) {
    sum[0] += double(stars[i].w) * velocities[i].x;
    sum[1] += double(stars[i].w) * velocities[i].y;
    sum[2] += double(stars[i].w) * velocities[i].z;
  }
  return make_float3(sum[0], sum[1], sum[2]);
}

// Stars as soft points, those of the two galaxies in two tints; brightness adds up where they crowd.
bool draw(const std::vector<float4> &stars, const char *path) {
  Picture picture(720, 440, {6, 8, 18});
  for (int i = 0; i < kStars; i++) {
    float x = 360 + 165 * stars[i].x, y = 220 - 165 * stars[i].y;
    Colour tint = i < kStars / 2 ? Colour{255, 196, 128} : Colour{128, 190, 255};
    picture.line(x, y, x, y, 5, tint, 0.14f);
    picture.line(x, y, x, y, 1.4f, mix(tint, kWhite, 0.4f), 0.9f);
  }
  for (int centre : {0, kStars / 2})
    for (float radius = 26; radius > 2; radius *= 0.8f) {
      float x = 360 + 165 * stars[centre].x, y = 220 - 165 * stars[centre].y;
      picture.line(x, y, x, y, radius, kWhite, 0.1f);
    }
  return picture.write(path);
}

int main(int argc, char **argv) {
  std::vector<float4> stars(kStars);
  std::vector<float3> velocities(kStars), accelerations(kStars);
  make_galaxy(stars, velocities, 0, kStars / 2, make_float3(-0.9f, -0.3f, 0), make_float3(0.5f, 0.1f, 0), 0.5f);
  make_galaxy(stars, velocities, kStars / 2, kStars, make_float3(0.9f, 0.3f, 0), make_float3(-0.5f, -0.1f, 0), -0.8f);
  float3 before = momentum(stars, velocities);

  float4 *device_stars;
  float3 *device_velocities, *device_accelerations;
  CHECK(cudaMalloc(&device_stars, kStars * sizeof(float4)));
  CHECK(cudaMalloc(&device_velocities, kStars * sizeof(float3)));
  CHECK(cudaMalloc(&device_accelerations, kStars * sizeof(float3)));
  CHECK(cudaMemcpy(device_stars, stars.data(), kStars * sizeof(float4), cudaMemcpyHostToDevice));
  CHECK(cudaMemcpy(device_velocities, velocities.data(), kStars * sizeof(float3), cudaMemcpyHostToDevice));

  for (int step = 0; step < kSteps; step++) {
    accelerate<<<kStars / kBlock, kBlock>>>(device_stars, device_accelerations);
    move<<<kStars / kBlock, kBlock>>>(device_stars, device_velocities, device_accelerations, kTimeStep);
  }
  accelerate<<<kStars / kBlock, kBlock>>>(device_stars, device_accelerations);
  CHECK(cudaGetLastError());

  CHECK(cudaMemcpy(stars.data(), device_stars, kStars * sizeof(float4), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(velocities.data(), device_velocities, kStars * sizeof(float3), cudaMemcpyDeviceToHost));
  CHECK(cudaMemcpy(accelerations.data(), device_accelerations, kStars * sizeof(float3), cudaMemcpyDeviceToHost));
  CHECK(cudaFree(device_stars));
  CHECK(cudaFree(device_velocities));
  CHECK(cudaFree(device_accelerations));

  double error = largest_error(stars, accelerations);
  float3 after = momentum(stars, velocities);
  double drift = std::hypot(std::hypot(after.x - before.x, after.y - before.y), after.z - before.z);
  bool good = draw(stars, argc > 1 ? argv[1] : "nbody.png") && error < 1e-4 && drift < 1e-4;
  std::printf("%d stars, %d steps, error of the force %.1e, drift of the momentum %.1e: %s\n", kStars, kSteps, error,
              drift, good ? "PASS" : "FAIL");
  return !good;
}
