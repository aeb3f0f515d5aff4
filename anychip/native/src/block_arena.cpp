#include "anychip/block_arena.h"
#include <algorithm>
#include <sys/mman.h>
#include <unistd.h>

namespace anychip {

static constexpr size_t largest_stack_bytes = size_t(256) << 10;
static constexpr size_t smallest_stack_bytes = size_t(64) << 10;
// Added between stacks: equal distances of a power of two would put all of them into the same cache sets.
static constexpr size_t stack_stagger_bytes = 320;
static constexpr size_t shared_alignment = 256;
static constexpr uint32_t warp_size = 32;

static size_t page_size() {
  static const size_t size = size_t(sysconf(_SC_PAGESIZE));
  return size;
}

static size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

// Vectors lie in the frames of groups of lanes, not across their cache lines.
static size_t frame_stride(const anychip_kernel &kernel) {
  return round_up(kernel.frame_bytes, kernel.lanes > 1 ? 64 : 16);
}

GuardedRegion::~GuardedRegion() { release(); }

void GuardedRegion::release() {
  if (begin_) munmap(begin_ - page_size(), bytes_ + 2 * page_size());
  begin_ = nullptr;
  bytes_ = 0;
}

bool GuardedRegion::reserve(size_t bytes) {
  if (begin_ && bytes <= bytes_) return true;
  const size_t usable = round_up(std::max<size_t>(bytes, 1), page_size());
  release();
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  void *base = mmap(nullptr, usable + 2 * page_size(), PROT_NONE, flags, -1, 0);
  if (base == MAP_FAILED) return false;
  begin_ = static_cast<char *>(base) + page_size();
  bytes_ = usable;
  if (mprotect(begin_, usable, PROT_READ | PROT_WRITE) == 0) return true;
  release();
  return false;
}

bool GuardedRegion::in_guard(uintptr_t address) const {
  const auto first = reinterpret_cast<uintptr_t>(begin_), last = first + bytes_;
  if (!begin_) return false;
  return (address < first && first - address <= page_size()) || (address >= last && address - last < page_size());
}

bool BlockArena::prepare(const anychip_kernel &kernel, anychip_block &block) {
  if (!place_shared(kernel, block)) return false;
  const uint32_t warps = (block.thread_count + warp_size - 1) / warp_size;
  const uint32_t strands = warps * (warp_size / std::max(kernel.lanes, 1u));
  if (kernel.frame_bytes != 0 && !frames_.reserve(strands * frame_stride(kernel))) return false;
  if (kernel.run_block) return true;
  if (!strands_.reserve(strands * sizeof(Strand)) || !warps_.reserve(warps * sizeof(Warp))) return false;
  if (!reserve_stacks(strands)) return false;
  set_up_strands(kernel, block, strands);
  return true;
}

// At the end of its region: an index past the end soon meets the guard page.
bool BlockArena::place_shared(const anychip_kernel &kernel, anychip_block &block) {
  const size_t fixed = round_up(kernel.static_shared_bytes, shared_alignment);
  const size_t total = fixed + round_up(block.dynamic_shared_bytes, shared_alignment);
  if (!shared_.reserve(total)) return false;
  block.shared = shared_.end() - total;
  block.dynamic_shared = block.shared + fixed;
  return true;
}

// Large pages would make every first touch of a stack cost 2 MiB.
bool BlockArena::reserve_stacks(uint32_t strand_count) {
  for (size_t bytes = largest_stack_bytes; bytes >= smallest_stack_bytes; bytes /= 2) {
    stack_bytes_ = bytes + stack_stagger_bytes;
    if (!stacks_.reserve(strand_count * stack_bytes_)) continue;
    madvise(stacks_.begin(), size_t(stacks_.end() - stacks_.begin()), MADV_NOHUGEPAGE);
    return true;
  }
  return false;
}

void BlockArena::set_up_strands(const anychip_kernel &kernel, anychip_block &block, uint32_t strand_count) {
  const size_t frame_bytes = frame_stride(kernel);
  for (uint32_t i = 0; i < strand_count; ++i) {
    const uint32_t linear = i * kernel.lanes;
    const uint32_t covered = linear < block.thread_count ? std::min(kernel.lanes, block.thread_count - linear) : 0;
    Strand &strand = strands()[i];
    strand = Strand{};
    strand.thread.block = &block;
    thread_index(block, linear, strand.thread.thread_idx);
    strand.thread.thread_linear = linear;
    strand.frame = frames_.begin() + i * frame_bytes;
    strand.stack_begin = stacks_.begin() + i * stack_bytes_;
    strand.thread.stack_end = strand.stack_begin + stack_bytes_;
    strand.thread_count = covered;
  }
}

} // namespace anychip
