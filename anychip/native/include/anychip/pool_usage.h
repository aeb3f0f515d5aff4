// How much memory of a pool is in use. Lives until the pool was destroyed and its last allocation freed.
#pragma once
#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace anychip {

class PoolUsage {
public:
  explicit PoolUsage(size_t limit) : limit_(limit) {}
  size_t used() const { return used_; }
  size_t high() const { return high_; }
  void reset_high() { high_ = used_.load(); }
  // Takes `bytes` for an allocation; false if the pool may not grow so far.
  bool take(size_t bytes);
  void give_back(size_t bytes); // of one allocation
  void close() { drop(); }      // the pool was destroyed

private:
  void drop() {
    if (references_.fetch_sub(1) == 1) delete this;
  }
  ~PoolUsage() = default;

  const size_t limit_;
  std::atomic<size_t> used_{0}, high_{0};
  std::atomic<size_t> references_{1}; // the pool and its allocations
};

inline bool PoolUsage::take(size_t bytes) {
  size_t before = used_.load();
  do
    if (bytes > limit_ || before > limit_ - bytes) return false;
  while (!used_.compare_exchange_weak(before, before + bytes));
  references_.fetch_add(1);
  size_t high = high_.load();
  while (high < before + bytes && !high_.compare_exchange_weak(high, before + bytes)) {}
  return true;
}

inline void PoolUsage::give_back(size_t bytes) {
  used_ -= bytes;
  drop();
}

} // namespace anychip
