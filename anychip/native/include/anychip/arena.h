// Device address space: reserved ranges in which only live allocations are mapped.
#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

namespace anychip {

constexpr size_t device_alignment = 256; // what cudaMalloc promises

// Where one allocation lies: `base` is right-aligned in the mapped pages, so that its end touches the guard pages.
struct ArenaBlock {
  uintptr_t base = 0;
  uintptr_t mapping = 0;
  size_t mapping_bytes = 0; // 0: the block lies in a slab, without guard pages of its own
  bool guard_is_open = false;
};

// Not thread safe: memory.cpp's lock covers it.
class Arena {
public:
  Arena();
  bool contains(uintptr_t address) const {
    for (size_t i = 0; i < region_count_; ++i)
      if (address - regions_[i].start < regions_[i].bytes) return true;
    return false;
  }
  bool allocate(size_t bytes, ArenaBlock &block);
  void release(const ArenaBlock &block);
  // Maps the guard pages behind the block, for a program that goes past its end as it would unnoticed on a GPU.
  // False: the address is not in them, or no memory.
  bool open_guard(ArenaBlock &block, uintptr_t address);

private:
  struct Slab {
    ArenaBlock block;
    size_t bytes = 0, used = 0, live = 0;
  };

  struct Region {
    uintptr_t start = 0;
    size_t bytes = 0;
  };
  static constexpr size_t most_regions = 32;

  bool reserve_region(size_t needed);
  bool map_guarded(size_t bytes, ArenaBlock &block);
  bool take_range(size_t bytes, size_t alignment, uintptr_t &start);
  bool take_recycled(size_t bytes, size_t alignment, uintptr_t &start);
  void recycle_oldest();
  bool allocate_in_slab(size_t bytes, ArenaBlock &block);
  void release_in_slab(uintptr_t base);
  void unmap(uintptr_t start, size_t bytes);

  // Reserved as needed, each as large as all before: reserving costs an emulator time for every page.
  Region regions_[most_regions];
  std::atomic<size_t> region_count_{0}; // read without the lock by fault reports
  size_t reserved_ = 0, reservation_limit_ = 0;
  uintptr_t next_ = 0, end_ = 0; // what is still fresh of the last region
  size_t page_ = 4096, guard_ = 4096;
  size_t live_mappings_ = 0, mapping_limit_ = 0;
  // Freed ranges wait here, oldest first, and are reused only when fresh address space has run out:
  // a dangling pointer keeps faulting for as long as possible.
  std::deque<std::pair<uintptr_t, size_t>> quarantine_;
  std::map<uintptr_t, size_t> recycled_;
  std::map<uintptr_t, Slab> slabs_;
  uintptr_t current_slab_ = 0;
};

} // namespace anychip
