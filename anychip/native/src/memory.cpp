#include "anychip/memory.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include "anychip/error.h"
#include "anychip/executor.h"
#include "anychip/guarded_access.h"
#include "anychip/machine.h"
#include "anychip/managed.h"

namespace anychip {
namespace {

constexpr size_t remembered_frees = 4096;
// Smaller host ranges are not looked up before a copy: the copy itself finds out.
constexpr size_t smallest_looked_up = size_t{64} << 10;

struct MemoryTable {
  std::mutex mutex;
  Arena arena;
  std::map<uintptr_t, MemoryRange> ranges;
  std::map<uintptr_t, size_t> freed; // the latest frees, for messages
  std::deque<uintptr_t> freed_order;
  size_t allocated = 0;
};

MemoryTable &table() {
  static MemoryTable *instance = new MemoryTable;
  return *instance;
}

uintptr_t number(const void *address) { return reinterpret_cast<uintptr_t>(address); }
bool in_arena(const MemoryRange &range) { return range.kind < MemoryKind::RegisteredHost; }

// The range with the greatest base not above the address; null if there is none.
const MemoryRange *range_below(uintptr_t address) {
  auto next = table().ranges.upper_bound(address);
  return next == table().ranges.begin() ? nullptr : &std::prev(next)->second;
}

const MemoryRange *range_holding(uintptr_t address, size_t bytes) {
  const MemoryRange *range = range_below(address);
  return range && address - range->base < range->size && range->contains(address, bytes) ? range : nullptr;
}

void forget_range(std::map<uintptr_t, MemoryRange>::iterator found) {
  const MemoryRange &range = found->second;
  table().arena.release(range.block);
  table().allocated -= range.size;
  if (range.pool) range.pool->give_back(range.size);
  if (range.kind == MemoryKind::Managed) forget_advice(range.base, range.size);
  if (table().freed.emplace(range.base, range.size).second) table().freed_order.push_back(range.base);
  if (table().freed_order.size() > remembered_frees) {
    table().freed.erase(table().freed_order.front());
    table().freed_order.pop_front();
  }
  table().ranges.erase(found);
}

std::string format(const char *pattern, uintptr_t address, size_t distance, uintptr_t base, size_t size) {
  char text[256];
  std::snprintf(text, sizeof text, pattern, static_cast<size_t>(address), distance, static_cast<size_t>(base), size);
  return text;
}

// An address between allocations: the nearer end names it.
std::string describe_outside(uintptr_t address) {
  const MemoryRange *below = range_below(address);
  auto above = table().ranges.upper_bound(address);
  size_t past = below && in_arena(*below) ? address - (below->base + below->size) : SIZE_MAX;
  size_t before = above != table().ranges.end() && in_arena(above->second) ? above->first - address : SIZE_MAX;
  if (past == SIZE_MAX && before == SIZE_MAX) return format("0x%zx is outside any allocation", address, 0, 0, 0);
  if (past <= before)
    return format("0x%zx is %zu bytes past the end of the allocation 0x%zx (%zu bytes)", address, past, below->base,
                  below->size);
  return format("0x%zx is %zu bytes before the allocation 0x%zx (%zu bytes)", address, before, above->first,
                above->second.size);
}

std::string describe_in_arena(uintptr_t address) {
  auto freed = table().freed.upper_bound(address);
  if (freed == table().freed.begin()) return describe_outside(address);
  --freed;
  if (address - freed->first >= freed->second) return describe_outside(address);
  return format("0x%zx is %zu bytes inside the freed allocation 0x%zx (%zu bytes)", address, address - freed->first,
                freed->first, freed->second);
}

bool strict_memory() {
  const char *text = std::getenv("ANYCHIP_STRICT_MEMORY");
  return text && *text && std::string(text) != "0";
}

// The table is locked.
cudaError_t out_of_memory(size_t bytes) {
  const size_t total = device_memory_total(), used = table().allocated;
  explain_error("out of memory: " + std::to_string(bytes) + " bytes were asked for, " +
                std::to_string(total - std::min(used, total)) + " of the device's " + std::to_string(total) +
                " are free");
  return cudaErrorMemoryAllocation;
}

} // namespace

cudaError_t allocate_memory(void **pointer, size_t bytes, MemoryKind kind, unsigned flags, PoolUsage *pool) {
  if (!pointer) return cudaErrorInvalidValue;
  *pointer = nullptr;
  if (bytes == 0) return cudaSuccess;
  std::lock_guard lock(table().mutex);
  size_t total = device_memory_total();
  if (bytes > total || table().allocated > total - bytes) return out_of_memory(bytes);
  MemoryRange range{0, bytes, kind, flags, {}, pool};
  if (pool && !pool->take(bytes)) {
    explain_error("out of memory: the pool's maxSize does not allow " + std::to_string(bytes) + " bytes more");
    return cudaErrorMemoryAllocation;
  }
  if (!table().arena.allocate(bytes, range.block)) {
    if (pool) pool->give_back(bytes);
    return out_of_memory(bytes);
  }
  range.base = range.block.base;
  table().freed.erase(range.base);
  table().ranges[range.base] = range;
  table().allocated += bytes;
  *pointer = reinterpret_cast<void *>(range.base);
  return cudaSuccess;
}

cudaError_t free_memory(void *pointer, MemoryKind kind) {
  std::lock_guard lock(table().mutex);
  auto found = table().ranges.find(number(pointer));
  if (found == table().ranges.end()) return cudaErrorInvalidValue;
  MemoryKind actual = found->second.kind == MemoryKind::Managed ? MemoryKind::Device : found->second.kind;
  if (actual != kind || !in_arena(found->second)) return cudaErrorInvalidValue;
  forget_range(found);
  return cudaSuccess;
}

void free_all_memory() {
  std::lock_guard lock(table().mutex);
  for (auto range = table().ranges.begin(); range != table().ranges.end();) {
    auto current = range++;
    if (in_arena(current->second)) forget_range(current);
  }
}

bool find_memory(const void *address, MemoryRange &range) {
  std::lock_guard lock(table().mutex);
  const MemoryRange *found = range_holding(number(address), 1);
  if (found) range = *found;
  return found != nullptr;
}

// The guard in front of an allocation is the one behind the allocation below, or nobody's.
Tolerance tolerate_overrun(const void *address) {
  static const bool strict = strict_memory();
  if (strict) return Tolerance::refused;
  std::lock_guard lock(table().mutex);
  auto next = table().ranges.upper_bound(number(address));
  if (next == table().ranges.begin()) return Tolerance::refused;
  MemoryRange &below = std::prev(next)->second;
  const bool was_open = below.block.guard_is_open;
  if (!in_arena(below) || !table().arena.open_guard(below.block, number(address))) return Tolerance::refused;
  return was_open ? Tolerance::again : Tolerance::first_time;
}

bool add_range(const MemoryRange &range) {
  std::lock_guard lock(table().mutex);
  if (range.size == 0 || range.base + (range.size - 1) < range.base) return false; // wraps
  const MemoryRange *below = range_below(range.base + (range.size - 1));
  if (below && below->base + below->size > range.base) return false; // overlaps
  return table().ranges.emplace(range.base, range).second;
}

bool remove_range(const void *base, MemoryKind kind) {
  std::lock_guard lock(table().mutex);
  auto found = table().ranges.find(number(base));
  if (found == table().ranges.end() || found->second.kind != kind) return false;
  table().ranges.erase(found);
  return true;
}

// A share of the machine's memory: the rest is for the program's host side.
size_t device_memory_total() {
  static const size_t total = physical_memory_bytes() / 10 * 9 / (size_t{1} << 20) * (size_t{1} << 20);
  return total;
}

size_t device_memory_free() {
  std::lock_guard lock(table().mutex);
  return std::min(device_memory_total() - table().allocated, available_memory_bytes());
}

bool is_device_range(const void *address, size_t bytes) {
  std::lock_guard lock(table().mutex);
  return range_holding(number(address), bytes) != nullptr;
}

bool is_host_range(const void *address, size_t bytes) {
  if (!address || number(address) + bytes < number(address)) return false;
  {
    std::lock_guard lock(table().mutex);
    if (range_holding(number(address), bytes)) return true;
    if (table().arena.contains(number(address))) return false;
  }
  return bytes < smallest_looked_up || is_host_mapped(address, bytes);
}

bool is_pageable(const void *address) {
  std::lock_guard lock(table().mutex);
  return range_holding(number(address), 1) == nullptr;
}

bool is_device_address(const void *address) { return table().arena.contains(number(address)); }

std::string describe_address(const void *address) {
  uintptr_t value = number(address);
  if (value == 0) return "null pointer";
  if (value < 4096) return format("0x%zx is %zu bytes from a null pointer", value, value, 0, 0);
  std::lock_guard lock(table().mutex);
  if (const MemoryRange *range = range_holding(value, 1))
    return format("0x%zx is %zu bytes inside the allocation 0x%zx (%zu bytes)", value, value - range->base, range->base,
                  range->size);
  if (table().arena.contains(value)) return describe_in_arena(value);
  return format("0x%zx is not mapped", value, 0, 0, 0);
}

} // namespace anychip
