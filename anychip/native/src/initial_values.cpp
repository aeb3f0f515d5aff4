#include "anychip/initial_values.h"
#include <algorithm>
#include <cstring>
#include <link.h>
#include <mutex>
#include <sys/mman.h>
#include <unistd.h>
#include <unordered_map>
#include <vector>

namespace anychip {
namespace {

// The bytes that came from the file; what lies behind them starts as zeros, and needs no copy.
struct InitialValue {
  char *address = nullptr;
  size_t size = 0;
  std::vector<char> from_file;
};

struct Table {
  std::mutex mutex;
  std::unordered_map<const anychip_module *, std::vector<InitialValue>> values;
};

Table &table() {
  static Table *instance = new Table;
  return *instance;
}

struct Question {
  uintptr_t address = 0;
  uintptr_t file_end = 0; // of the segment's part that is in the file
};

int look_for_segment(dl_phdr_info *object, size_t, void *data) {
  auto &question = *static_cast<Question *>(data);
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const auto &segment = object->dlpi_phdr[i];
    const uintptr_t start = object->dlpi_addr + segment.p_vaddr;
    if (segment.p_type != PT_LOAD || question.address - start >= segment.p_memsz) continue;
    question.file_end = start + segment.p_filesz;
    return 1;
  }
  return 0;
}

InitialValue value_of(const anychip_variable &variable) {
  InitialValue value{static_cast<char *>(variable.address), variable.size, {}};
  Question question{reinterpret_cast<uintptr_t>(variable.address)};
  const bool found = dl_iterate_phdr(look_for_segment, &question) != 0;
  const size_t in_file = question.file_end > question.address ? question.file_end - question.address : 0;
  const size_t kept = found ? std::min<size_t>(value.size, in_file) : value.size;
  value.from_file.assign(value.address, value.address + kept);
  return value;
}

// Whole pages go back to the system, which gives zeros when they are touched again.
void fill_with_zeros(char *first, char *last) {
  const auto page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  char *begin = first + (-reinterpret_cast<uintptr_t>(first) & (page - 1));
  char *end = last - (reinterpret_cast<uintptr_t>(last) & (page - 1));
  if (end > begin && madvise(begin, static_cast<size_t>(end - begin), MADV_DONTNEED) == 0) {
    std::memset(first, 0, static_cast<size_t>(begin - first));
    first = end;
  }
  std::memset(first, 0, static_cast<size_t>(last - first));
}

void restore(const InitialValue &value) {
  std::memcpy(value.address, value.from_file.data(), value.from_file.size());
  if (value.from_file.size() < value.size)
    fill_with_zeros(value.address + value.from_file.size(), value.address + value.size);
}

} // namespace

void keep_initial_values(const anychip_module *module) {
  std::vector<InitialValue> values;
  for (uint32_t i = 0; i < module->variable_count; ++i)
    if (module->variables[i].size) values.push_back(value_of(module->variables[i]));
  std::lock_guard lock(table().mutex);
  table().values[module] = std::move(values);
}

void forget_initial_values(const anychip_module *module) {
  std::lock_guard lock(table().mutex);
  table().values.erase(module);
}

void restore_all_variables() {
  std::lock_guard lock(table().mutex);
  for (const auto &[module, values] : table().values)
    for (const InitialValue &value : values) restore(value);
}

} // namespace anychip
