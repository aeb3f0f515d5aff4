// Workloads that memory bandwidth bounds.
#pragma once

#include "workload.h"

namespace bench {

struct Saxpy : Workload {
  static constexpr float a = 1e-3f;  // small: y stays bounded however often the kernel runs
  const long n;
  Array<float> x, y;

  explicit Saxpy(long size) : n(size_or(size, 1L << 25)), x(n), y(n) {
    fill_unit(x, 1);
    reset();
  }
  double amount() const override { return 12.0 * n; }
  const char* unit() const override { return "GB/s"; }
  void reset() override { fill_unit(y, 2); }
  double error() const override {
    LargestError largest;
    for (long i = 0; i < n; ++i) largest.see(y[i], static_cast<double>(a) * x[i] + random_unit(i, 2));
    return largest.value();
  }
  std::vector<Buffer> buffers() override { return {{"x", x.data(), x.bytes()}, {"y", y.data(), y.bytes()}}; }
};

// The kernels leave one sum per block; the last addition is not part of the benchmark.
struct Reduction : Workload {
  const long n;
  Array<float> input, sums;

  explicit Reduction(long size)
      : n(multiple(size_or(size, 1L << 25), 512, "size")), input(n), sums(n / 512 > 1024 ? n / 512 : 1024) {
    fill_unit(input, 3);
    reset();
  }
  double amount() const override { return 4.0 * n; }
  const char* unit() const override { return "GB/s"; }
  void reset() override { sums.clear(); }
  double error() const override {
    double expected = 0, found = 0;
    for (long i = 0; i < n; ++i) expected += input[i];
    for (long i = 0; i < sums.size(); ++i) found += sums[i];
    LargestError largest;
    largest.see(found, expected);
    return all_numbers(sums) ? largest.value() : kWrong;
  }
  std::vector<Buffer> buffers() override {
    return {{"input", input.data(), input.bytes()}, {"sums", sums.data(), sums.bytes()}};
  }
};

// Inclusive sums within blocks of 256.
struct Scan : Workload {
  static constexpr long block = 256;
  const long n;
  Array<float> input, output;

  explicit Scan(long size) : n(multiple(size_or(size, 1L << 25), block, "size")), input(n), output(n) {
    fill_unit(input, 4);
    reset();
  }
  double amount() const override { return 8.0 * n; }
  const char* unit() const override { return "GB/s"; }
  void reset() override { output.clear(kNoResult); }
  double error() const override {
    LargestError largest;
    double sum = 0;
    for (long i = 0; i < n; ++i) {
      sum = i % block ? sum + input[i] : input[i];
      largest.see(output[i], sum);
    }
    return largest.value();
  }
  std::vector<Buffer> buffers() override {
    return {{"input", input.data(), input.bytes()}, {"output", output.data(), output.bytes()}};
  }
};

// Square matrix of `width`.
struct Transpose : Workload {
  const long width;
  Array<float> input, output;

  explicit Transpose(long size)
      : width(multiple(size_or(size, 4096), 32, "size")), input(width * width), output(width * width) {
    fill_unit(input, 5);
    reset();
  }
  double amount() const override { return 8.0 * width * width; }
  const char* unit() const override { return "GB/s"; }
  double tolerance() const override { return 0; }
  void reset() override { output.clear(kNoResult); }
  double error() const override {
    LargestError largest;
    for (long y = 0; y < width; ++y)
      for (long x = 0; x < width; ++x) largest.see(output[y * width + x], random_unit(x * width + y, 5));
    return largest.value();
  }
  std::vector<Buffer> buffers() override {
    return {{"input", input.data(), input.bytes()}, {"output", output.data(), output.bytes()}};
  }
};

// 256 bins of bytes that arrive as 32-bit words.
struct Histogram : Workload {
  const long words;
  Array<uint32_t> input, bins;

  explicit Histogram(long size) : words(size_or(size, 1L << 24)), input(words), bins(256) {
    for (long i = 0; i < words; ++i) input[i] = random_word(i, 6);
  }
  double amount() const override { return 4.0 * words; }
  const char* unit() const override { return "GB/s"; }
  double tolerance() const override { return 0; }
  void reset() override { bins.clear(); }
  double error() const override {
    std::vector<uint32_t> expected(256);
    const auto* bytes = reinterpret_cast<const uint8_t*>(input.data());
    for (long i = 0; i < 4 * words; ++i) ++expected[bytes[i]];
    LargestError largest;
    for (int bin = 0; bin < 256; ++bin) largest.see(double(bins[bin]), expected[bin]);
    return largest.value();
  }
  std::vector<Buffer> buffers() override {
    return {{"input", input.data(), input.bytes()}, {"bins", bins.data(), bins.bytes()}};
  }
};

// y = A x with half as many columns as rows.
struct Sgemv : Workload {
  const long rows, columns;
  Array<float> matrix, x, y;

  explicit Sgemv(long size)
      : rows(multiple(size_or(size, 8192), 2, "size")), columns(rows / 2), matrix(rows * columns), x(columns), y(rows) {
    fill_unit(matrix, 7);
    fill_unit(x, 8);
    reset();
  }
  double amount() const override { return 4.0 * rows * columns; }
  const char* unit() const override { return "GB/s"; }
  void reset() override { y.clear(kNoResult); }
  double error() const override {
    LargestError largest;
    for (long row = 0; row < rows; ++row) {
      double sum = 0;
      for (long j = 0; j < columns; ++j) sum += static_cast<double>(matrix[row * columns + j]) * x[j];
      largest.see(y[row], sum);
    }
    return largest.value();
  }
  std::vector<Buffer> buffers() override {
    return {{"matrix", matrix.data(), matrix.bytes()}, {"x", x.data(), x.bytes()}, {"y", y.data(), y.bytes()}};
  }
};

// One step of heat flow on a square chip whose width is a multiple of the 14 points a block of 16 computes.
struct Hotspot : Workload {
  static constexpr float step = 0.01f, capacity = 0.5f, rx = 10, ry = 12, rz = 80, ambient = 80;
  static constexpr long inner = 14;
  const long width;
  Array<float> power, source, target;

  explicit Hotspot(long size)
      : width(multiple(size_or(size, inner * 293), inner, "size")),
        power(width * width),
        source(width * width),
        target(width * width) {
    fill_unit(power, 9);
    fill_unit(source, 10, 323, 324);
    reset();
  }
  double amount() const override { return 12.0 * width * width; }
  const char* unit() const override { return "GB/s"; }
  double tolerance() const override { return 1e-5; }
  void reset() override { target.clear(kNoResult); }
  double error() const override {
    const auto at = [&](long y, long x) {
      const long row = y < 0 ? 0 : y < width ? y : width - 1, column = x < 0 ? 0 : x < width ? x : width - 1;
      return static_cast<double>(source[row * width + column]);
    };
    LargestError largest;
    for (long y = 0; y < width; ++y)
      for (long x = 0; x < width; ++x) {
        const double here = at(y, x);
        const double flow = power[y * width + x] + (at(y + 1, x) + at(y - 1, x) - 2 * here) / ry +
                            (at(y, x + 1) + at(y, x - 1) - 2 * here) / rx + (ambient - here) / rz;
        largest.see(target[y * width + x], here + step / capacity * flow);
      }
    return largest.value();
  }
  std::vector<Buffer> buffers() override {
    return {{"power", power.data(), power.bytes()},
            {"source", source.data(), source.bytes()},
            {"target", target.data(), target.bytes()}};
  }
};

// Nothing to compute: what is measured is the launch itself.
struct Launch : Workload {
  double amount() const override { return 0; }
  const char* unit() const override { return "us"; }
  void reset() override {}
  double error() const override { return 0; }
  std::vector<Buffer> buffers() override { return {}; }
};

}  // namespace bench
