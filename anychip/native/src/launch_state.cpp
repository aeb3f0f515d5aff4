#include "anychip/launch_state.h"
#include <algorithm>
#include <cstring>
#include <utility>

namespace anychip {

static constexpr size_t parameter_alignment = 64;

LaunchState::LaunchState(LaunchRequest &launch_request)
    : request(launch_request), kernel(*launch_request.kernel),
      block_count(uint64_t(launch_request.grid.x) * launch_request.grid.y * launch_request.grid.z),
      thread_count(launch_request.block.x * launch_request.block.y * launch_request.block.z) {
  const size_t bytes = std::max<size_t>(request.parameters.size(), kernel.parameter_bytes);
  parameter_storage_ = std::make_unique<char[]>(bytes + parameter_alignment);
  const auto address = reinterpret_cast<uintptr_t>(parameter_storage_.get());
  char *aligned = parameter_storage_.get() + (-address & (parameter_alignment - 1));
  if (!request.parameters.empty()) std::memcpy(aligned, request.parameters.data(), request.parameters.size());
  parameters = aligned;
}

void LaunchState::fail(int error, std::string message) {
  if (failed_.exchange(true)) return;
  result_.error = error;
  result_.message = std::move(message);
  stop_.store(true);
}

LaunchResult LaunchState::take_result() {
  if (!failed_.load() && request.cancelled.load() && next_block.load() < block_count)
    fail(error_launch_timeout, "anychip: launch cancelled before all blocks had started");
  return std::move(result_);
}

void LaunchState::block_index(uint64_t linear, uint32_t index[3]) const {
  const Dim3 grid = request.grid;
  index[0] = uint32_t(linear % grid.x);
  index[1] = uint32_t(linear / grid.x % grid.y);
  index[2] = uint32_t(linear / grid.x / grid.y);
}

} // namespace anychip
