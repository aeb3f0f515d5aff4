// What a benchmark works on: inputs that are the same on every machine, the amount of work, and the plain computation that
// results are compared with. CUDA, C++ and OpenCL versions of a kernel share it.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace bench {

// Page-aligned array that starts as zeros; OpenCL can use it in place.
template <typename T>
class Array {
 public:
  explicit Array(long count) : count_(count), data_(allocate(count)) {}
  Array(const Array&) = delete;
  Array& operator=(const Array&) = delete;
  ~Array() { std::free(data_); }

  T* data() { return data_; }
  const T* data() const { return data_; }
  long size() const { return count_; }
  size_t bytes() const { return static_cast<size_t>(count_) * sizeof(T); }
  T& operator[](long i) { return data_[i]; }
  const T& operator[](long i) const { return data_[i]; }
  void clear(int byte = 0) { std::memset(static_cast<void*>(data_), byte, bytes()); }
  void copy(const Array& other) { std::memcpy(static_cast<void*>(data_), other.data_, bytes()); }

 private:
  static T* allocate(long count) {
    const size_t page = 4096, bytes = (static_cast<size_t>(count) * sizeof(T) + page) / page * page;
    void* data = std::aligned_alloc(page, bytes);
    if (!data) throw std::bad_alloc();
    return static_cast<T*>(std::memset(data, 0, bytes));
  }

  long count_;
  T* data_;
};

struct Buffer {
  const char* name;
  void* data;
  size_t bytes;
};

class Workload {
 public:
  virtual ~Workload() = default;
  // Numerator of the unit: bytes, operations or keys. "us" is the time itself.
  virtual double amount() const = 0;
  virtual const char* unit() const = 0;
  // Distance of the result from the plain computation, and how much of it rounding explains.
  virtual double error() const = 0;
  virtual double tolerance() const { return 1e-3; }
  // Initial state: inputs that kernels change, and results that no earlier run may lend to a later one.
  virtual void reset() = 0;
  virtual std::vector<Buffer> buffers() = 0;

  double value(double seconds) const {
    const std::string name = unit();
    if (name == "us") return seconds * 1e6;
    return amount() / seconds / (name == "Mkeys/s" ? 1e6 : 1e9);
  }
};

inline long size_or(long size, long full) { return size > 0 ? size : full; }

inline long multiple(long size, long of, const char* what) {
  if (size % of) throw std::invalid_argument(std::string(what) + " must be a multiple of " + std::to_string(of));
  return size;
}

// A number that depends on its position only (the finaliser of SplitMix64).
inline uint32_t random_word(uint64_t position, uint64_t stream) {
  uint64_t z = (position + (stream << 40)) * 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
}

// In [0, 1), 24 bits.
inline float random_unit(uint64_t position, uint64_t stream) {
  return static_cast<float>(random_word(position, stream) >> 8) * 0x1p-24f;
}

inline void fill_unit(Array<float>& array, uint64_t stream, float low = 0, float high = 1) {
  for (long i = 0; i < array.size(); ++i) array[i] = low + (high - low) * random_unit(i, stream);
}

// Whether a stored float is a number, asked of its bits: -ffast-math lets the compiler assume so.
inline bool is_number(const float& stored) {
  uint32_t bits;
  std::memcpy(&bits, &stored, sizeof bits);
  return (bits & 0x7f800000u) != 0x7f800000u;
}

constexpr double kWrong = 1e300;

// Keeps the largest relative difference; small expectations count as 0.01.
class LargestError {
 public:
  void see(const float& stored, double expected) {
    if (!is_number(stored)) largest_ = kWrong;
    see(static_cast<double>(stored), expected);
  }
  void see(double found, double expected) {
    const double error = std::fabs(found - expected) / (1e-2 + std::fabs(expected));
    if (error > largest_) largest_ = error;
  }
  double value() const { return largest_; }

 private:
  double largest_ = 0;
};

inline bool all_numbers(const Array<float>& array) {
  for (long i = 0; i < array.size(); ++i)
    if (!is_number(array[i])) return false;
  return true;
}

// The byte that reset() fills results with: not-a-number as floats, negative as integers.
constexpr int kNoResult = 0xff;

}  // namespace bench
