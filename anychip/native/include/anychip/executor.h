#pragma once
#include <atomic>
#include <cstdint>
#include <string>
#include "anychip/kernel_abi.h"
#include "anychip/parameter_buffer.h"
namespace anychip {
struct Dim3 { uint32_t x = 1, y = 1, z = 1; };
// One kernel launch, owned by the stream's task until it has run.
struct LaunchRequest {
  const anychip_module *module = nullptr;
  const anychip_kernel *kernel = nullptr;
  Dim3 grid, block;
  uint32_t dynamic_shared_bytes = 0;
  int priority = 0;                   // of its stream: the least number is helped first
  ParameterBuffer parameters;         // laid out as kernel->parameters says
  std::atomic<bool> cancelled{false}; // set by anyone: stops the launch soon, even inside a kernel
};
// How it ended. `error` is a cudaError_t value (0 success, 700 illegal address, 710 assert, 715 illegal instruction, 716 misaligned, 719 launch failure, 702 timeout/cancel).
struct LaunchResult { int error = 0; std::string message; };
// Runs the whole grid on the worker pool and returns when it has ended. Called from a stream's thread or the host thread. Prints `message` of a failed launch to stderr itself.
LaunchResult execute_grid(LaunchRequest &request);
uint32_t worker_count();                 // ANYCHIP_NUM_THREADS, else the cores this process may use
void flush_device_output();              // writes what device printf has buffered to stdout, in order; called at synchronisation points and at exit
void set_device_output_limit(size_t bytes); size_t device_output_limit();   // cudaLimitPrintfFifoSize
// Used by the executor, defined by memory.cpp:
bool is_device_address(const void *address);   // inside the device arena (mapped or not): for the message "outside any allocation", "freed"...
std::string describe_address(const void *address); // "0x... is 8 bytes past the end of the allocation 0x... (400 bytes)", "in freed memory", "null pointer", "not mapped"
}
