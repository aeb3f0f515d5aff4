// Hand-written C++ for the workloads of compute.h: what one writes for a CPU, not the CUDA kernels retold.
// `omp simd` takes effect where the build says -fopenmp-simd.
#include "compute.h"
#include "hand.h"

namespace bench {
namespace {

// The loop order that runs along rows of B and C.
void sgemm_rows(Pool& pool, Sgemm& work) {
  const long n = work.n;
  pool.split(n, 1, [&](long begin, long end) {
    for (long i = begin; i < end; ++i) {
      float* c = work.c.data() + i * n;
      std::fill(c, c + n, 0.f);
      for (long k = 0; k < n; ++k) {
        const float a = work.a[i * n + k], *b = work.b.data() + k * n;
#pragma omp simd
        for (long j = 0; j < n; ++j) c[j] += a * b[j];
      }
    }
  });
}

// C's tile of 8 x 32 stays in registers; a panel of B, 128 deep, is packed once per 64 columns.
void sgemm_registers(Pool& pool, Sgemm& work) {
  constexpr long kRows = 8, kDepth = 128, kColumns = 64;
  const long n = work.n;
  pool.share(n, kColumns, [&](long left, long) {
    alignas(64) float panel[kDepth * kColumns];
    for (long depth = 0; depth < n; depth += kDepth) {
      for (long k = 0; k < kDepth; ++k)
        std::memcpy(panel + k * kColumns, work.b.data() + (depth + k) * n + left, kColumns * sizeof(float));
      for (long half = 0; half < kColumns; half += 32)
        for (long i = 0; i < n; i += kRows) {
          float* c = work.c.data() + i * n + left + half;
          Vector sum[kRows][2] = {};
          if (depth)
            for (long r = 0; r < kRows; ++r) sum[r][0] = load(c + r * n), sum[r][1] = load(c + r * n + 16);
          for (long k = 0; k < kDepth; ++k) {
            const Vector low = load(panel + k * kColumns + half), high = load(panel + k * kColumns + half + 16);
#pragma clang loop unroll(full)
            for (long r = 0; r < kRows; ++r) {
              const float a = work.a[(i + r) * n + depth + k];
              sum[r][0] += a * low;
              sum[r][1] += a * high;
            }
          }
          for (long r = 0; r < kRows; ++r) store(c + r * n, sum[r][0]), store(c + r * n + 16, sum[r][1]);
        }
    }
  });
}

// Coordinates apart, 64 bodies at a time against all others.
void nbody(Pool& pool, Nbody& work) {
  constexpr int kGroup = 64;
  const long n = work.n;
  std::vector<float> x(n), y(n), z(n), mass(n);
  for (long i = 0; i < n; ++i) {
    const float* body = work.bodies.data() + 4 * i;
    x[i] = body[0], y[i] = body[1], z[i] = body[2], mass[i] = body[3];
  }
  pool.split(n, kGroup, [&](long begin, long end) {
    for (long first = begin; first < end; first += kGroup) {
      float sum[3][kGroup] = {};
      for (long j = 0; j < n; ++j) {
        const float ox = x[j], oy = y[j], oz = z[j], om = mass[j];
        const float *px = &x[first], *py = &y[first], *pz = &z[first];
#pragma omp simd
        for (int l = 0; l < kGroup; ++l) {
          const float dx = ox - px[l], dy = oy - py[l], dz = oz - pz[l];
          const float inverse = 1.f / std::sqrt(dx * dx + dy * dy + dz * dz + work.softening);
          const float scale = om * inverse * inverse * inverse;
          sum[0][l] += dx * scale;
          sum[1][l] += dy * scale;
          sum[2][l] += dz * scale;
        }
      }
      for (int l = 0; l < kGroup; ++l) {
        float* out = work.accelerations.data() + 4 * (first + l);
        out[0] = sum[0][l], out[1] = sum[1][l], out[2] = sum[2][l], out[3] = 0;
      }
    }
  });
}

void mandel(Pool& pool, Mandelbrot& work) {
  const long width = work.width;
  pool.share(width, 4, [&](long begin, long end) {
    for (long y = begin; y < end; ++y)
      for (long x = 0; x < width; ++x) {
        const float cx = -2.2f + 3.2f * x / width, cy = -1.6f + 3.2f * y / width;
        float zx = 0, zy = 0;
        int count = 0;
        for (; count < work.limit; ++count) {
          const float a = zx * zx, b = zy * zy;
          if (a + b > 4.f) break;
          zy = 2.f * zx * zy + cy;
          zx = a - b + cx;
        }
        work.iterations[y * width + x] = count;
      }
  });
}

// Two vectors of 16 points that iterate until all have escaped.
void mandel_vector(Pool& pool, Mandelbrot& work) {
  const long width = work.width;
  Vector lane = {};
  for (int l = 0; l < 16; ++l) lane[l] = l;
  pool.share(width, 4, [&](long begin, long end) {
    for (long y = begin; y < end; ++y)
      for (long x = 0; x < width; x += 32) {
        const Vector cy = Vector{} + (-1.6f + 3.2f * y / width);
        Vector cx[2], zx[2] = {}, zy[2] = {};
        IntVector count[2] = {}, active[2];
        for (int u = 0; u < 2; ++u) cx[u] = -2.2f + 3.2f * (lane + static_cast<float>(x + 16 * u)) / static_cast<float>(width);
        for (int u = 0; u < 2; ++u) active[u] = count[u] == 0;
        for (int i = 0; i < work.limit; ++i) {
          for (int u = 0; u < 2; ++u) {
            const Vector a = zx[u] * zx[u], b = zy[u] * zy[u];
            active[u] &= a + b <= 4.f;
            zy[u] = 2.f * zx[u] * zy[u] + cy;
            zx[u] = a - b + cx[u];
            count[u] -= active[u];
          }
          if (!__builtin_reduce_or(active[0] | active[1])) break;
        }
        std::memcpy(work.iterations.data() + y * width + x, count, sizeof count);
      }
  });
}

inline float normal(float d) {
  const float k = 1.f / (1.f + 0.2316419f * std::fabs(d));
  const float tail = 0.39894228040143267794f * std::exp(-0.5f * d * d) *
                     (k * (0.31938153f + k * (-0.356563782f + k * (1.781477937f + k * (-1.821255978f + k * 1.330274429f)))));
  return d > 0 ? 1.f - tail : tail;
}

void blackscholes(Pool& pool, BlackScholes& work) {
  pool.split(work.n, 64, [&](long begin, long end) {
    float *__restrict call = work.call.data(), *__restrict put = work.put.data();
    const float *__restrict price = work.price.data(), *__restrict strike = work.strike.data();
    const float *__restrict years = work.years.data(), r = work.rate, v = work.volatility;
#pragma omp simd
    for (long i = begin; i < end; ++i) {
      const float s = price[i], x = strike[i], t = years[i], root = std::sqrt(t);
      const float d1 = (std::log(s / x) + (r + 0.5f * v * v) * t) / (v * root), d2 = d1 - v * root;
      const float c1 = normal(d1), c2 = normal(d2), discount = std::exp(-r * t);
      call[i] = s * c1 - x * discount * c2;
      put[i] = x * discount * (1.f - c2) - s * (1.f - c1);
    }
  });
}

#if defined(__AVX512F__) && defined(__GLIBC__)
#define WIDE_MATH 1
// The C library's functions of 16 numbers, which clang does not find by itself.
extern "C" Vector _ZGVeN16v_expf(Vector);
extern "C" Vector _ZGVeN16v_logf(Vector);

inline Vector normal(Vector d) {
  const Vector positive = __builtin_elementwise_max(d, -d), k = 1.f / (1.f + 0.2316419f * positive);
  const Vector tail = 0.39894228040143267794f * _ZGVeN16v_expf(-0.5f * d * d) *
                      (k * (0.31938153f + k * (-0.356563782f + k * (1.781477937f + k * (-1.821255978f + k * 1.330274429f)))));
  return d > 0.f ? 1.f - tail : tail;
}

// Whole vectors; the last few options go through one vector that starts earlier.
void blackscholes_vector(Pool& pool, BlackScholes& work) {
  pool.split(work.n, 64, [&](long begin, long end) {
    const float r = work.rate, v = work.volatility;
    for (long next = begin; next < end; next += 16) {
      const long i = std::max(0L, std::min(next, work.n - 16));
      const Vector s = load(work.price.data() + i), x = load(work.strike.data() + i), t = load(work.years.data() + i);
      const Vector root = __builtin_elementwise_sqrt(t);
      const Vector d1 = (_ZGVeN16v_logf(s / x) + (r + 0.5f * v * v) * t) / (v * root), d2 = d1 - v * root;
      const Vector c1 = normal(d1), c2 = normal(d2), discount = _ZGVeN16v_expf(-r * t);
      store(work.call.data() + i, s * c1 - x * discount * c2);
      store(work.put.data() + i, x * discount * (1.f - c2) - s * (1.f - c1));
    }
  });
}
#endif

// The network as loops over runs of `stride` keys that all go the same way.
void bitonic_network(Pool& pool, Bitonic& work) {
  constexpr int n = Bitonic::chunk;
  pool.split(work.n, n, [&](long begin, long end) {
    for (long start = begin; start < end; start += n) {
      uint32_t* keys = work.keys.data() + start;
      for (int size = 2; size <= n; size *= 2)
        for (int stride = size / 2; stride > 0; stride /= 2)
          for (int group = 0; group < n; group += 2 * stride) {
            const bool descending = size < n && group & size;
#pragma omp simd
            for (int i = group; i < group + stride; ++i) {
              const uint32_t a = keys[i], b = keys[i + stride], low = a < b ? a : b, high = a < b ? b : a;
              keys[i] = descending ? high : low;
              keys[i + stride] = descending ? low : high;
            }
          }
    }
  });
}

void bitonic_sort(Pool& pool, Bitonic& work) {
  pool.split(work.n, work.chunk, [&](long begin, long end) {
    for (long start = begin; start < end; start += work.chunk)
      std::sort(work.keys.data() + start, work.keys.data() + start + work.chunk);
  });
}

void spmv(Pool& pool, Spmv& work) {
  pool.split(work.rows, 64, [&](long begin, long end) {
    const int *start = work.row_start.data(), *column = work.column.data();
    const float *entry = work.entry.data(), *x = work.x.data();
    for (long row = begin; row < end; ++row) {
      float sum = 0;
#pragma omp simd reduction(+ : sum)
      for (int j = start[row]; j < start[row + 1]; ++j) sum += entry[j] * x[column[j]];
      work.y[row] = sum;
    }
  });
}

// Twiddle factors of all stages: those of stage p start at index p.
struct Twiddles {
  float cosine[Fft::points], sine[Fft::points];
  Twiddles() {
    for (int p = 1; p < Fft::points; p *= 2)
      for (int k = 0; k < p; ++k) {
        cosine[p + k] = std::cos(-3.14159265358979 * k / p);
        sine[p + k] = std::sin(-3.14159265358979 * k / p);
      }
  }
};

struct Split {
  alignas(64) float re[Fft::points], im[Fft::points];
};

void fft_stage(const Split& from, Split& to, int p, const Twiddles& twiddles) {
  constexpr int half = Fft::points / 2;
  for (int group = 0; group < half; group += p) {
#pragma omp simd
    for (int k = 0; k < p; ++k) {
      const float c = twiddles.cosine[p + k], s = twiddles.sine[p + k];
      const float wr = from.re[group + k + half], wi = from.im[group + k + half];
      const float vr = wr * c - wi * s, vi = wr * s + wi * c, ur = from.re[group + k], ui = from.im[group + k];
      to.re[2 * group + k] = ur + vr, to.im[2 * group + k] = ui + vi;
      to.re[2 * group + k + p] = ur - vr, to.im[2 * group + k + p] = ui - vi;
    }
  }
}

void fft(Pool& pool, Fft& work) {
  static const Twiddles twiddles;
  pool.split(work.batch, 1, [&](long begin, long end) {
    static thread_local Split buffers[2];
    for (long which = begin; which < end; ++which) {
      float* data = work.data.data() + 2 * work.points * which;
      for (int i = 0; i < work.points; ++i) buffers[0].re[i] = data[2 * i], buffers[0].im[i] = data[2 * i + 1];
      int from = 0;
      for (int p = 1; p < work.points; p *= 2, from = 1 - from) fft_stage(buffers[from], buffers[1 - from], p, twiddles);
      for (int i = 0; i < work.points; ++i) data[2 * i] = buffers[from].re[i], data[2 * i + 1] = buffers[from].im[i];
    }
  });
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  const Arguments arguments(argc, argv);
  const std::string& kernel = arguments.kernel;
  if (kernel == "sgemm_2dtile") return hand<Sgemm>(arguments, {{"registers", sgemm_registers}});
  if (kernel.rfind("sgemm_", 0) == 0) return hand<Sgemm>(arguments, {{"rows", sgemm_rows}});
  if (kernel == "nbody") return hand<Nbody>(arguments, {{"groups", nbody}});
  if (kernel == "mandel") return hand<Mandelbrot>(arguments, {{"points", mandel}, {"vector", mandel_vector}});
#ifdef WIDE_MATH
  if (kernel == "blackscholes")
    return hand<BlackScholes>(arguments, {{"loop", blackscholes}, {"vector", blackscholes_vector}});
#endif
  if (kernel == "blackscholes") return hand<BlackScholes>(arguments, {{"loop", blackscholes}});
  if (kernel == "bitonic") return hand<Bitonic>(arguments, {{"network", bitonic_network}, {"sort", bitonic_sort}}, true);
  if (kernel == "spmv") return hand<Spmv>(arguments, {{"rows", spmv}});
  if (kernel == "fft1024") return hand<Fft>(arguments, {{"batch", fft}}, true);
  return unknown_kernel(arguments);
}
