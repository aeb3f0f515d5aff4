// Launches: from a checked configuration to a task in a stream.
#pragma once
#include <cstddef>
#include <vector>
#include "anychip/api.h"
#include "anychip/executor.h"
#include "anychip/module.h"

namespace anychip {

struct LaunchConfiguration {
  Dim3 grid, block;
  size_t dynamic_shared_bytes = 0;
  cudaStream_t stream = nullptr;
};

// Explains itself on standard error if the device refuses the configuration.
cudaError_t check_configuration(const Kernel &kernel, const LaunchConfiguration &configuration);
// Checks and appends the launch to its stream; `parameters` is the whole parameter buffer.
cudaError_t launch_kernel(const Kernel &kernel, const LaunchConfiguration &configuration, std::vector<char> parameters);

void cancel_all_launches(); // running and waiting ones end soon with cudaErrorLaunchTimeout
void stop_launches();       // the same, and waits for them (not for ever): before code or process goes away
void set_executor(anychip_executor executor, void *user); // null: execute_grid

} // namespace anychip
