#include "anychip/launch_state.h"
#include <utility>

namespace anychip {

LaunchState::LaunchState(LaunchRequest &launch_request)
    : PoolJob(launch_request.priority), request(launch_request), kernel(*launch_request.kernel),
      block_count(uint64_t(launch_request.grid.x) * launch_request.grid.y * launch_request.grid.z),
      thread_count(launch_request.block.x * launch_request.block.y * launch_request.block.z) {
  if (request.parameters.size() < kernel.parameter_bytes) request.parameters.resize(kernel.parameter_bytes);
  parameters = request.parameters.data();
}

void LaunchState::fail(int error, std::string message) {
  if (claim_failure()) settle({error, std::move(message)});
}

bool LaunchState::claim_failure() {
  if (failed_.exchange(true)) return false;
  stop_.store(true);
  return true;
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

// Without the divisions.
void LaunchState::advance_block_index(uint32_t index[3]) const {
  const Dim3 grid = request.grid;
  if (++index[0] != grid.x) return;
  index[0] = 0;
  if (++index[1] != grid.y) return;
  index[1] = 0;
  ++index[2];
}

} // namespace anychip
