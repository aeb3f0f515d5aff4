#include "anychip/arena.h"
#include <algorithm>
#include <cstdio>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#include "anychip/machine.h"

namespace anychip {
namespace {

constexpr size_t huge_page = size_t{2} << 20;
constexpr size_t slab_bytes = size_t{16} << 20;
constexpr size_t largest_in_slab = size_t{1} << 20;
constexpr size_t smallest_region = size_t{1} << 30;
constexpr size_t most_guards = 65536; // of all address space together, at least

constexpr size_t round_up(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

// The kernel refuses a process more mappings than this; each guarded allocation costs two.
size_t maximum_mappings() {
  size_t limit = 65530;
  if (FILE *file = std::fopen("/proc/sys/vm/max_map_count", "r")) {
    if (std::fscanf(file, "%zu", &limit) != 1) limit = 65530;
    std::fclose(file);
  }
  return limit;
}

size_t wanted_reservation() {
  size_t wanted = std::max(size_t{64} << 30, physical_memory_bytes() * 16);
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    wanted = std::min(wanted, static_cast<size_t>(limit.rlim_cur / 2));
  return wanted;
}

} // namespace

// GPUs map memory 2 MiB at a time: what goes past an allocation's end by less meets nobody's memory in ours either. A
// page more, so that small allocations do not all begin at the same lines of the caches.
Arena::Arena()
    : reservation_limit_(wanted_reservation()), page_(static_cast<size_t>(sysconf(_SC_PAGESIZE))),
      guard_(std::min(huge_page, round_up(reservation_limit_ / most_guards, page_)) + page_),
      mapping_limit_(maximum_mappings() / 4 * 3) {}

// Reserves a region with room for `needed` bytes; what was left of the last one is given up to later reuse.
bool Arena::reserve_region(size_t needed) {
  needed += guard_ + huge_page; // the guard below the first allocation, and alignment
  if (region_count_ == most_regions || needed > reservation_limit_ - reserved_) return false;
  size_t wanted = std::min(std::max({needed, reserved_, smallest_region}), reservation_limit_ - reserved_);
  // A small address space (Sv39, a limit) has less than wanted: halve until it fits.
  for (size_t bytes = wanted / page_ * page_; bytes >= needed / page_ * page_; bytes = bytes / 2 / page_ * page_) {
    void *range = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED) continue;
    if (end_ > next_) quarantine_.emplace_back(next_, end_ - next_);
    next_ = reinterpret_cast<uintptr_t>(range) + guard_;
    end_ = next_ - guard_ + bytes;
    reserved_ += bytes;
    regions_[region_count_] = {next_ - guard_, bytes};
    ++region_count_;
    return true;
  }
  return false;
}

bool Arena::allocate(size_t bytes, ArenaBlock &block) {
  if (bytes > reservation_limit_) return false;
  bytes = round_up(bytes, device_alignment);
  bool crowded = (live_mappings_ + 1) * 2 > mapping_limit_;
  if (crowded && bytes <= largest_in_slab) return allocate_in_slab(bytes, block);
  return map_guarded(bytes, block);
}

void Arena::release(const ArenaBlock &block) {
  if (block.mapping_bytes == 0) return release_in_slab(block.base);
  unmap(block.mapping, block.mapping_bytes + guard_);
  quarantine_.emplace_back(block.mapping, block.mapping_bytes + guard_);
  --live_mappings_;
}

bool Arena::open_guard(ArenaBlock &block, uintptr_t address) {
  const uintptr_t guard = block.mapping + block.mapping_bytes;
  if (block.mapping_bytes == 0 || address - guard >= guard_) return false;
  if (!block.guard_is_open)
    block.guard_is_open = mprotect(reinterpret_cast<void *>(guard), guard_, PROT_READ | PROT_WRITE) == 0;
  return block.guard_is_open;
}

bool Arena::map_guarded(size_t bytes, ArenaBlock &block) {
  size_t body = round_up(bytes, page_);
  uintptr_t start = 0;
  if (!take_range(body + guard_, body >= huge_page ? huge_page : page_, start)) return false;
  void *pages = reinterpret_cast<void *>(start);
  if (mprotect(pages, body, PROT_READ | PROT_WRITE) != 0) {
    unmap(start, body); // part of it may have changed
    quarantine_.emplace_back(start, body + guard_);
    return false;
  }
  if (body >= huge_page) madvise(pages, body, MADV_HUGEPAGE); // only a hint
  block = {start + body - bytes, start, body};
  ++live_mappings_;
  return true;
}

bool Arena::take_range(size_t bytes, size_t alignment, uintptr_t &start) {
  bool fresh = round_up(next_, alignment) + bytes <= end_ || reserve_region(bytes);
  start = round_up(next_, alignment);
  if (fresh && start + bytes <= end_) {
    next_ = start + bytes;
    return true;
  }
  while (!take_recycled(bytes, alignment, start)) {
    if (quarantine_.empty()) return false;
    recycle_oldest();
  }
  return true;
}

bool Arena::take_recycled(size_t bytes, size_t alignment, uintptr_t &start) {
  for (auto range = recycled_.begin(); range != recycled_.end(); ++range) {
    uintptr_t begin = range->first, end = begin + range->second;
    start = round_up(begin, alignment);
    if (start + bytes > end) continue;
    recycled_.erase(range);
    if (start > begin) recycled_[begin] = start - begin;
    if (start + bytes < end) recycled_[start + bytes] = end - start - bytes;
    return true;
  }
  return false;
}

// Moves the older half of the quarantine to the ranges that may be used again, joining neighbours.
void Arena::recycle_oldest() {
  for (size_t count = quarantine_.size() / 2 + 1; count > 0 && !quarantine_.empty(); --count) {
    auto [start, bytes] = quarantine_.front();
    quarantine_.pop_front();
    auto next = recycled_.lower_bound(start);
    if (next != recycled_.end() && next->first == start + bytes) {
      bytes += next->second;
      next = recycled_.erase(next);
    }
    if (next != recycled_.begin()) {
      auto previous = std::prev(next);
      if (previous->first + previous->second == start) {
        previous->second += bytes;
        continue;
      }
    }
    recycled_[start] = bytes;
  }
}

// With mappings nearly used up, small blocks share mapped slabs: bounds are then known to the table only.
bool Arena::allocate_in_slab(size_t bytes, ArenaBlock &block) {
  auto found = slabs_.find(current_slab_);
  if (found == slabs_.end() || found->second.used + bytes + device_alignment > found->second.bytes) {
    Slab slab;
    if (!map_guarded(slab_bytes, slab.block)) return false;
    slab.bytes = slab_bytes;
    if (found != slabs_.end() && found->second.live == 0) {
      release(found->second.block);
      slabs_.erase(found);
    }
    current_slab_ = slab.block.base;
    found = slabs_.emplace(current_slab_, slab).first;
  }
  Slab &slab = found->second;
  block = {slab.block.base + slab.used, 0, 0};
  slab.used += bytes + device_alignment; // a gap, so that one past the end is nobody's
  ++slab.live;
  return true;
}

void Arena::release_in_slab(uintptr_t base) {
  auto slab = std::prev(slabs_.upper_bound(base));
  if (--slab->second.live > 0 || slab->first == current_slab_) return;
  release(slab->second.block);
  slabs_.erase(slab);
}

// A fresh mapping over the old one drops the pages and, unlike mprotect, joins with its neighbours.
void Arena::unmap(uintptr_t start, size_t bytes) {
  void *pages = reinterpret_cast<void *>(start);
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
  if (mmap(pages, bytes, PROT_NONE, flags, -1, 0) != MAP_FAILED) return;
  madvise(pages, bytes, MADV_DONTNEED);
  mprotect(pages, bytes, PROT_NONE);
}

} // namespace anychip
