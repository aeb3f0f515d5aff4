#include "anychip/machine.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/utsname.h>
#include <unistd.h>

namespace anychip {
namespace {

// The text after `key` and a colon on a line of `path`; empty if there is none.
std::string field_of(const char *path, const char *key) {
  FILE *file = std::fopen(path, "r");
  if (!file) return {};
  char line[1024];
  std::string value;
  while (value.empty() && std::fgets(line, sizeof line, file)) {
    if (std::strncmp(line, key, std::strlen(key)) != 0) continue;
    if (const char *colon = std::strchr(line, ':')) value = colon + 1 + std::strspn(colon + 1, " \t");
  }
  std::fclose(file);
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

// The number a small file starts with; 0 if there is none ("max", no such file).
size_t number_in(const char *path) {
  FILE *file = std::fopen(path, "r");
  if (!file) return 0;
  unsigned long long value = 0;
  int count = std::fscanf(file, "%llu", &value);
  std::fclose(file);
  return count == 1 ? static_cast<size_t>(value) : 0;
}

size_t meminfo_bytes(const char *key) {
  return static_cast<size_t>(std::strtoull(field_of("/proc/meminfo", key).c_str(), nullptr, 10)) * 1024;
}

size_t cache_bytes(int index) {
  char path[128];
  std::snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/size", index);
  return number_in(path) * 1024;
}

} // namespace

size_t physical_memory_bytes() {
  static const size_t bytes = [] {
    size_t total = static_cast<size_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
    for (const char *limit : {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"})
      if (size_t bound = number_in(limit)) total = std::min(total, bound);
    return total;
  }();
  return bytes;
}

size_t available_memory_bytes() {
  size_t available = meminfo_bytes("MemAvailable");
  return available ? std::min(available, physical_memory_bytes()) : physical_memory_bytes();
}

std::string processor_name() {
  for (const char *key : {"model name", "Model", "uarch", "cpu model"})
    if (std::string name = field_of("/proc/cpuinfo", key); !name.empty()) return name;
  utsname system{};
  return uname(&system) == 0 ? system.machine : "processor";
}

int processor_clock_khz() {
  if (size_t khz = number_in("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")) return static_cast<int>(khz);
  double mhz = std::atof(field_of("/proc/cpuinfo", "cpu MHz").c_str());
  return mhz > 0 ? static_cast<int>(mhz * 1000) : 1000000;
}

size_t last_level_cache_bytes() {
  size_t bytes = 0;
  for (int index = 0; index < 5; ++index) bytes = std::max(bytes, cache_bytes(index));
  return bytes ? bytes : size_t{1} << 20;
}

} // namespace anychip
