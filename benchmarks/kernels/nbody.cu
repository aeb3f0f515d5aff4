// Accelerations of all pairs of bodies, through shared tiles of 256.
#include "compute.h"
#include "device.h"

__global__ void nbody(const float4* bodies, float4* accelerations, int n, float softening) {
  __shared__ float4 tile[256];
  int tid = threadIdx.x, i = blockIdx.x * blockDim.x + tid;
  float4 here = bodies[i];
  float ax = 0.f, ay = 0.f, az = 0.f;
  for (int start = 0; start < n; start += 256) {
    tile[tid] = bodies[start + tid];
    __syncthreads();
    for (int j = 0; j < 256; j++) {
      float4 other = tile[j];
      float dx = other.x - here.x, dy = other.y - here.y, dz = other.z - here.z;
      float inverse = rsqrtf(dx * dx + dy * dy + dz * dz + softening);
      float scale = other.w * inverse * inverse * inverse;
      ax += dx * scale;
      ay += dy * scale;
      az += dz * scale;
    }
    __syncthreads();
  }
  accelerations[i] = make_float4(ax, ay, az, 0.f);
}

int main(int argc, char** argv) {
  const bench::Arguments arguments(argc, argv);
  bench::Nbody work(arguments.size);
  bench::Device<float4> bodies(work.bodies), accelerations(work.accelerations);
  bench::Variant variant{"nbody", [&] {
    nbody<<<work.n / 256, 256>>>(bodies, accelerations, work.n, work.softening);
    bench::finish();
  }};
  variant.fetch = [&] { accelerations.get(work.accelerations); };
  return bench::measure("nbody", arguments, work, {variant});
}
