// A launch's copy of its parameters.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

namespace anychip {

// Aligned to 64 bytes, because kernels read structures in place. What most kernels take needs no allocation.
class ParameterBuffer {
public:
  ParameterBuffer() = default;
  ParameterBuffer(const ParameterBuffer &) = delete;
  ParameterBuffer &operator=(const ParameterBuffer &) = delete;

  // Keeps what fits; new bytes are zero.
  void resize(size_t bytes);
  void assign(const char *first, const char *last);
  char *data() { return aligned(large_ ? large_.get() : small_); }
  size_t size() const { return size_; }

private:
  static constexpr size_t alignment = 64, small_bytes = 192;
  static char *aligned(char *address) { return address + (-reinterpret_cast<uintptr_t>(address) & (alignment - 1)); }

  size_t size_ = 0, capacity_ = small_bytes;
  std::unique_ptr<char[]> large_;
  char small_[small_bytes + alignment];
};

inline void ParameterBuffer::resize(size_t bytes) {
  if (bytes > capacity_) {
    std::unique_ptr<char[]> larger(new char[bytes + alignment]);
    std::memcpy(aligned(larger.get()), data(), size_);
    large_ = std::move(larger);
    capacity_ = bytes;
  }
  if (bytes > size_) std::memset(data() + size_, 0, bytes - size_);
  size_ = bytes;
}

inline void ParameterBuffer::assign(const char *first, const char *last) {
  resize(static_cast<size_t>(last - first));
  std::copy(first, last, data());
}

} // namespace anychip
