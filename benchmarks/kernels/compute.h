// Workloads that arithmetic or irregular access bounds.
#pragma once

#include <algorithm>

#include "workload.h"

namespace bench {

// C = A B, square.
struct Sgemm : Workload {
  const long n;
  Array<float> a, b, c;

  explicit Sgemm(long size) : n(multiple(size_or(size, 1024), 128, "size")), a(n * n), b(n * n), c(n * n) {
    fill_unit(a, 11);
    fill_unit(b, 12);
    reset();
  }
  double amount() const override { return 2.0 * n * n * n; }
  const char* unit() const override { return "GFLOP/s"; }
  void reset() override { c.clear(kNoResult); }
  double error() const override {
    LargestError largest;
    std::vector<double> expected(n);
    for (long row = 0; row < n; row += 61) {
      std::fill(expected.begin(), expected.end(), 0.0);
      for (long k = 0; k < n; ++k)
        for (long j = 0; j < n; ++j) expected[j] += static_cast<double>(a[row * n + k]) * b[k * n + j];
      for (long j = 0; j < n; ++j) largest.see(c[row * n + j], expected[j]);
    }
    return all_numbers(c) ? largest.value() : kWrong;
  }
  std::vector<Buffer> buffers() override {
    return {{"a", a.data(), a.bytes()}, {"b", b.data(), b.bytes()}, {"c", c.data(), c.bytes()}};
  }
};

// Accelerations of `n` bodies (x, y, z, mass), all pairs, 20 operations a pair by convention.
struct Nbody : Workload {
  static constexpr float softening = 1e-2f;
  const long n;
  Array<float> bodies, accelerations;

  explicit Nbody(long size) : n(multiple(size_or(size, 16384), 256, "size")), bodies(4 * n), accelerations(4 * n) {
    fill_unit(bodies, 13);
    reset();
  }
  double amount() const override { return 20.0 * n * n; }
  const char* unit() const override { return "GFLOP/s"; }
  double tolerance() const override { return 3e-2; }  // sums of both signs; -ffast-math takes square roots of 12 bits
  void reset() override { accelerations.clear(kNoResult); }
  double error() const override {
    LargestError largest;
    for (long i = 0; i < n; i += 111) {
      double sum[3] = {};
      for (long j = 0; j < n; ++j) {
        double away[3], square = softening;
        for (int k = 0; k < 3; ++k) {
          away[k] = static_cast<double>(bodies[4 * j + k]) - bodies[4 * i + k];
          square += away[k] * away[k];
        }
        const double scale = bodies[4 * j + 3] / (square * std::sqrt(square));
        for (int k = 0; k < 3; ++k) sum[k] += away[k] * scale;
      }
      for (int k = 0; k < 3; ++k) largest.see(accelerations[4 * i + k], sum[k]);
    }
    return all_numbers(accelerations) ? largest.value() : kWrong;
  }
  std::vector<Buffer> buffers() override {
    return {{"bodies", bodies.data(), bodies.bytes()},
            {"accelerations", accelerations.data(), accelerations.bytes()}};
  }
};

// Iterations until escape; 8 operations each. Its error is the share of points that differ: where contraction rounds
// differently, points next to the border escape earlier or later.
struct Mandelbrot : Workload {
  static constexpr int limit = 256;
  const long width;
  Array<int> iterations;

  explicit Mandelbrot(long size) : width(multiple(size_or(size, 2048), 32, "size")), iterations(width * width) {
    reset();
  }
  double amount() const override { return 8.0 * total_; }
  const char* unit() const override { return "GFLOP/s"; }
  double tolerance() const override { return 0.02; }
  void reset() override { iterations.clear(kNoResult); }
  double error() const override {
    total_ = 0;
    for (long i = 0; i < width * width; ++i) total_ += iterations[i];
    long different = 0, seen = 0;
    for (long y = 0; y < width; y += 13)
      for (long x = 0; x < width; ++x, ++seen) different += iterations[y * width + x] != escape(x, y);
    for (long i = 0; i < width * width; ++i)
      if (iterations[i] < 0 || iterations[i] > limit) return kWrong;
    return static_cast<double>(different) / seen;
  }
  std::vector<Buffer> buffers() override { return {{"iterations", iterations.data(), iterations.bytes()}}; }

 private:
  int escape(long x, long y) const {
    const float cx = -2.2f + 3.2f * x / width, cy = -1.6f + 3.2f * y / width;
    float zx = 0, zy = 0;
    int count = 0;
    for (; count < limit; ++count) {
      const float a = zx * zx, b = zy * zy;
      if (a + b > 4.f) break;
      zy = 2.f * zx * zy + cy;
      zx = a - b + cx;
    }
    return count;
  }
  mutable double total_ = 0;
};

// European options by the five-term polynomial for the normal distribution.
struct BlackScholes : Workload {
  static constexpr float rate = 0.02f, volatility = 0.3f;
  const long n;
  Array<float> call, put, price, strike, years;

  explicit BlackScholes(long size) : n(size_or(size, 1L << 22)), call(n), put(n), price(n), strike(n), years(n) {
    fill_unit(price, 14, 5, 30);
    fill_unit(strike, 15, 1, 100);
    fill_unit(years, 16, 0.25f, 10);
    reset();
  }
  double amount() const override { return 20.0 * n; }
  const char* unit() const override { return "GB/s"; }
  void reset() override {
    call.clear(kNoResult);
    put.clear(kNoResult);
  }
  double error() const override {
    LargestError largest;
    for (long i = 0; i < n; ++i) {
      const double s = price[i], x = strike[i], t = years[i], v = volatility, r = rate;
      const double d1 = (std::log(s / x) + (r + 0.5 * v * v) * t) / (v * std::sqrt(t)), d2 = d1 - v * std::sqrt(t);
      const double c1 = normal(d1), c2 = normal(d2), discounted = x * std::exp(-r * t);
      largest.see(call[i], s * c1 - discounted * c2);
      largest.see(put[i], discounted * (1 - c2) - s * (1 - c1));
    }
    return largest.value();
  }
  double tolerance() const override { return 2e-2; }  // prices near zero are differences of large terms
  std::vector<Buffer> buffers() override {
    return {{"call", call.data(), call.bytes()},
            {"put", put.data(), put.bytes()},
            {"price", price.data(), price.bytes()},
            {"strike", strike.data(), strike.bytes()},
            {"years", years.data(), years.bytes()}};
  }

 private:
  static double normal(double d) {
    const double k = 1 / (1 + 0.2316419 * std::fabs(d));
    const double tail =
        0.39894228040143267794 * std::exp(-0.5 * d * d) *
        (k * (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429)))));
    return d > 0 ? 1 - tail : tail;
  }
};

// Sorts chunks of 1,024 keys, each by itself, in place.
struct Bitonic : Workload {
  static constexpr long chunk = 1024;
  const long n;
  Array<uint32_t> input, keys;

  explicit Bitonic(long size) : n(multiple(size_or(size, 1L << 22), chunk, "size")), input(n), keys(n) {
    for (long i = 0; i < n; ++i) input[i] = random_word(i, 17);
    reset();
  }
  double amount() const override { return static_cast<double>(n); }
  const char* unit() const override { return "Mkeys/s"; }
  double tolerance() const override { return 0; }
  void reset() override { keys.copy(input); }
  double error() const override {
    std::vector<uint32_t> expected(input.data(), input.data() + n);
    for (long start = 0; start < n; start += chunk)
      std::sort(expected.begin() + start, expected.begin() + start + chunk);
    long different = 0;
    for (long i = 0; i < n; ++i) different += expected[i] != keys[i];
    return static_cast<double>(different) / n;
  }
  std::vector<Buffer> buffers() override {
    return {{"input", input.data(), input.bytes()}, {"keys", keys.data(), keys.bytes()}};
  }
};

// y = A x, compressed rows of 8 to 24 entries within 4,096 columns of the diagonal.
struct Spmv : Workload {
  const long rows;
  Array<int> row_start;
  Array<int> column;
  Array<float> entry, x, y;

  explicit Spmv(long size)
      : rows(size_or(size, 1L << 20)),
        row_start(rows + 1),
        column(count_entries()),
        entry(column.size()),
        x(rows),
        y(rows) {
    for (long row = 0; row < rows; ++row)
      for (long j = row_start[row]; j < row_start[row + 1]; ++j)
        column[j] = static_cast<int>(std::clamp(row + static_cast<long>(random_word(j, 19) % 8192) - 4096, 0L, rows - 1));
    fill_unit(entry, 20);
    fill_unit(x, 21);
    reset();
  }
  double amount() const override { return 8.0 * entry.size() + 12.0 * rows; }
  const char* unit() const override { return "GB/s"; }
  void reset() override { y.clear(kNoResult); }
  double error() const override {
    LargestError largest;
    for (long row = 0; row < rows; ++row) {
      double sum = 0;
      for (long j = row_start[row]; j < row_start[row + 1]; ++j) sum += static_cast<double>(entry[j]) * x[column[j]];
      largest.see(y[row], sum);
    }
    return largest.value();
  }
  std::vector<Buffer> buffers() override {
    return {{"row_start", row_start.data(), row_start.bytes()},
            {"column", column.data(), column.bytes()},
            {"entry", entry.data(), entry.bytes()},
            {"x", x.data(), x.bytes()},
            {"y", y.data(), y.bytes()}};
  }

 private:
  long count_entries() {
    for (long row = 0; row < rows; ++row)
      row_start[row + 1] = row_start[row] + 8 + static_cast<int>(random_word(row, 18) % 17);
    return row_start[rows];
  }
};

// `batch` transforms of 1,024 complex points, in place; 5 n log2(n) operations each.
struct Fft : Workload {
  static constexpr long points = 1024;
  const long batch;
  Array<float> input, data;

  explicit Fft(long size) : batch(size_or(size, 4096)), input(2 * points * batch), data(2 * points * batch) {
    fill_unit(input, 22);
    reset();
  }
  double amount() const override { return 5.0 * points * 10 * batch; }
  const char* unit() const override { return "GFLOP/s"; }
  void reset() override { data.copy(input); }
  // Largest difference of any component over the largest magnitude of the transform (its constant term).
  double error() const override {
    double largest = 0;
    for (long which = 0; which < batch; which += batch > 8 ? batch / 8 : 1) largest = std::max(largest, difference(which));
    return all_numbers(data) ? largest : kWrong;
  }
  std::vector<Buffer> buffers() override {
    return {{"input", input.data(), input.bytes()}, {"data", data.data(), data.bytes()}};
  }

 private:
  double difference(long which) const {
    const float *in = input.data() + 2 * points * which, *out = data.data() + 2 * points * which;
    std::vector<double> cosine(points), sine(points);
    for (long k = 0; k < points; ++k) {
      cosine[k] = std::cos(-6.283185307179586 * k / points);
      sine[k] = std::sin(-6.283185307179586 * k / points);
    }
    double largest = 0, scale = 0;
    for (long f = 0; f < points; ++f) {
      double re = 0, im = 0;
      for (long i = 0; i < points; ++i) {
        const double c = cosine[f * i % points], s = sine[f * i % points];
        re += in[2 * i] * c - in[2 * i + 1] * s;
        im += in[2 * i] * s + in[2 * i + 1] * c;
      }
      scale = std::max(scale, std::hypot(re, im));
      largest = std::max({largest, std::fabs(out[2 * f] - re), std::fabs(out[2 * f + 1] - im)});
    }
    return largest / scale;
  }
};

}  // namespace bench
