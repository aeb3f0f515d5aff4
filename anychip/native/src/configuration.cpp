// Launch configurations that the device refuses, and why in words.
#include <algorithm>
#include <string>
#include "anychip/error.h"
#include "anychip/fault_report.h"
#include "anychip/launch.h"

namespace anychip {
namespace {

constexpr uint32_t largest_block = 1024;
constexpr Dim3 block_limits{largest_block, largest_block, 64};
constexpr Dim3 grid_limits{0x7fffffff, 65535, 65535};

struct Refusal {
  cudaError_t error = cudaSuccess;
  std::string reason{};
};

std::string text(const Dim3 &size) {
  return "(" + std::to_string(size.x) + "," + std::to_string(size.y) + "," + std::to_string(size.z) + ")";
}

bool is_empty(const Dim3 &size) { return !size.x || !size.y || !size.z; }
bool exceeds(const Dim3 &size, const Dim3 &limits) {
  return size.x > limits.x || size.y > limits.y || size.z > limits.z;
}

Refusal refuse_shape(const char *name, const Dim3 &size, const Dim3 &limits) {
  const std::string what = std::string(name) + " " + text(size);
  if (is_empty(size)) return {cudaErrorInvalidConfiguration, what + " is empty: each size must be at least 1"};
  if (exceeds(size, limits)) return {cudaErrorInvalidConfiguration, what + " exceeds the largest " + text(limits)};
  return {};
}

Refusal refuse_threads(const Kernel &kernel, const Dim3 &block) {
  const uint64_t threads = uint64_t{block.x} * block.y * block.z;
  const std::string what = "block " + text(block) + " has " + std::to_string(threads) + " threads, ";
  if (threads > largest_block)
    return {cudaErrorInvalidConfiguration, what + "the most is " + std::to_string(largest_block)};
  if (threads > kernel.code->max_threads)
    return {cudaErrorLaunchOutOfResources,
            what + "the kernel's __launch_bounds__ allow " + std::to_string(kernel.code->max_threads)};
  return {};
}

Refusal refuse_shared(const Kernel &kernel, size_t bytes) {
  if (bytes <= kernel.dynamic_shared_limit) return {};
  return {cudaErrorInvalidValue,
          std::to_string(bytes) + " bytes of dynamic shared memory, the kernel may use " +
              std::to_string(kernel.dynamic_shared_limit) +
              " (cudaFuncSetAttribute with cudaFuncAttributeMaxDynamicSharedMemorySize allows up to " +
              std::to_string(largest_shared_bytes - std::min(kernel.code->static_shared_bytes, largest_shared_bytes)) +
              ")"};
}

Refusal refuse(const Kernel &kernel, const LaunchConfiguration &configuration) {
  Refusal found = refuse_shape("grid", configuration.grid, grid_limits);
  // Too many threads along x is the common mistake: the number of threads says more than the shape.
  const bool flat = configuration.block.y == 1 && configuration.block.z == 1 && configuration.block.x;
  if (!found.error && !flat) found = refuse_shape("block", configuration.block, block_limits);
  if (!found.error) found = refuse_threads(kernel, configuration.block);
  return found.error ? found : refuse_shared(kernel, configuration.dynamic_shared_bytes);
}

} // namespace

cudaError_t check_configuration(const Kernel &kernel, const LaunchConfiguration &configuration) {
  const Refusal refusal = refuse(kernel, configuration);
  if (refusal.error == cudaSuccess) return cudaSuccess;
  const anychip_kernel &code = *kernel.code;
  const std::string place = std::string(code.file ? code.file : "?") + ":" + std::to_string(code.line);
  explain_error("kernel " + kernel_display_name(code) + " at " + place + " was not launched: " + refusal.reason);
  return refusal.error;
}

} // namespace anychip
