// Hand-written C++ for the workloads of streaming.h: what one writes for a CPU, not the CUDA kernels retold.
// `omp simd` takes effect where the build says -fopenmp-simd.
#include "hand.h"
#include "streaming.h"

namespace bench {
namespace {

void saxpy(Pool& pool, Saxpy& work) {
  pool.split(work.n, 1024, [&](long begin, long end) {
    float* y = work.y.data();
    const float *x = work.x.data(), a = work.a;
#pragma omp simd
    for (long i = begin; i < end; ++i) y[i] = a * x[i] + y[i];
  });
}

void reduce(Pool& pool, Reduction& work) {
  pool.run([&](int id) {
    const long begin = work.n * id / pool.threads(), end = work.n * (id + 1) / pool.threads();
    const float* input = work.input.data();
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (long i = begin; i < end; ++i) sum += input[i];
    work.sums[id] = sum;
  });
}

void scan(Pool& pool, Scan& work) {
  pool.split(work.n, work.block, [&](long begin, long end) {
    for (long block = begin; block < end; block += work.block) {
      const float* input = work.input.data() + block;
      float* output = work.output.data() + block;
      float sum = 0;
      for (long i = 0; i < work.block; ++i) output[i] = sum += input[i];
    }
  });
}

// Sums of all prefixes of 16 at a time by shifts, as a vector programmer writes it.
void scan_vector(Pool& pool, Scan& work) {
  pool.split(work.n, work.block, [&](long begin, long end) {
    const Vector zero = {};
    for (long block = begin; block < end; block += work.block) {
      float carry = 0;
      for (long i = block; i < block + work.block; i += 16) {
        Vector v = load(work.input.data() + i);
        v += __builtin_shufflevector(zero, v, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
        v += __builtin_shufflevector(zero, v, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29);
        v += __builtin_shufflevector(zero, v, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27);
        v += __builtin_shufflevector(zero, v, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
        v += carry;
        store(work.output.data() + i, v);
        carry = v[15];
      }
    }
  });
}

void transpose(Pool& pool, Transpose& work) {
  const long width = work.width;
  pool.split(width, 32, [&](long begin, long end) {
    const float* input = work.input.data();
    float* output = work.output.data();
    for (long top = begin; top < end; top += 32)
      for (long left = 0; left < width; left += 32)
        for (long x = left; x < left + 32; ++x) {
#pragma omp simd
          for (long y = top; y < top + 32; ++y) output[x * width + y] = input[y * width + x];
        }
  });
}

// Four histograms a thread, so that equal neighbours do not wait for each other's increment.
void histogram(Pool& pool, Histogram& work) {
  std::vector<std::vector<uint32_t>> parts(pool.threads(), std::vector<uint32_t>(1024));
  pool.run([&](int id) {
    const long begin = work.words * id / pool.threads(), end = work.words * (id + 1) / pool.threads();
    uint32_t own[4][256] = {};
    for (long i = begin; i < end; ++i) {
      const uint32_t word = work.input[i];
      ++own[0][word & 255];
      ++own[1][word >> 8 & 255];
      ++own[2][word >> 16 & 255];
      ++own[3][word >> 24];
    }
    std::memcpy(parts[id].data(), own, sizeof own);
  });
  for (const auto& part : parts)
    for (int i = 0; i < 1024; ++i) work.bins[i % 256] += part[i];
}

void sgemv(Pool& pool, Sgemv& work) {
  pool.split(work.rows, 1, [&](long begin, long end) {
    for (long row = begin; row < end; ++row) {
      const float *line = work.matrix.data() + row * work.columns, *x = work.x.data();
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (long j = 0; j < work.columns; ++j) sum += line[j] * x[j];
      work.y[row] = sum;
    }
  });
}

void hotspot(Pool& pool, Hotspot& work) {
  const long width = work.width;
  const float scale = work.step / work.capacity, rx1 = 1 / work.rx, ry1 = 1 / work.ry, rz1 = 1 / work.rz;
  pool.split(width, 1, [&](long begin, long end) {
    for (long y = begin; y < end; ++y) {
      const float *here = work.source.data() + y * width, *power = work.power.data() + y * width;
      const float *north = y > 0 ? here - width : here, *south = y < width - 1 ? here + width : here;
      float* target = work.target.data() + y * width;
      const auto point = [&](long x, long west, long east) {
        target[x] = here[x] + scale * (power[x] + (south[x] + north[x] - 2.f * here[x]) * ry1 +
                                       (here[east] + here[west] - 2.f * here[x]) * rx1 + (work.ambient - here[x]) * rz1);
      };
      point(0, 0, 1);
#pragma omp simd
      for (long x = 1; x < width - 1; ++x) point(x, x - 1, x + 1);
      point(width - 1, width - 2, width - 1);
    }
  });
}

void nothing(Pool& pool, Launch&) {
  for (int i = 0; i < 200; ++i) pool.run([](int) { asm volatile("" ::: "memory"); });
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  const Arguments arguments(argc, argv);
  const std::string& kernel = arguments.kernel;
  if (kernel == "saxpy") return hand<Saxpy>(arguments, {{"loop", saxpy}});
  if (kernel.rfind("reduce_", 0) == 0) return hand<Reduction>(arguments, {{"loop", reduce}});
  if (kernel == "scan_hs") return hand<Scan>(arguments, {{"loop", scan}, {"vector", scan_vector}});
  if (kernel == "transpose") return hand<Transpose>(arguments, {{"tiles", transpose}});
  if (kernel == "hist256") return hand<Histogram>(arguments, {{"four", histogram}}, /*changes_input=*/true);
  if (kernel == "sgemv") return hand<Sgemv>(arguments, {{"loop", sgemv}});
  if (kernel == "hotspot") return hand<Hotspot>(arguments, {{"rows", hotspot}});
  if (kernel == "launch") return hand<Launch>(arguments, {{"threads", nothing}}, false, 200);
  return unknown_kernel(arguments);
}
