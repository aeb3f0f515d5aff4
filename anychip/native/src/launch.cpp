#include "anychip/launch.h"
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include "anychip/error.h"
#include "anychip/stream.h"

namespace anychip {
namespace {

constexpr std::chrono::milliseconds patience_at_exit{2000};

// A launch in its stream or running: in the list of all of these.
struct Launch {
  LaunchRequest request;
  Launch *previous = nullptr, *next = nullptr;
};

struct LaunchTable {
  std::mutex mutex;
  Launch *pending = nullptr; // the latest
  std::atomic<bool> has_executor{false};
  anychip_executor executor = nullptr;
  void *executor_user = nullptr;
};

LaunchTable &table() {
  static LaunchTable *instance = new LaunchTable;
  return *instance;
}

void add_pending(Launch &launch) {
  std::lock_guard lock(table().mutex);
  launch.next = table().pending;
  if (launch.next) launch.next->previous = &launch;
  table().pending = &launch;
}

void remove_pending(Launch &launch) {
  std::lock_guard lock(table().mutex);
  (launch.previous ? launch.previous->next : table().pending) = launch.next;
  if (launch.next) launch.next->previous = launch.previous;
}

LaunchResult call_executor(anychip_executor executor, void *user, LaunchRequest &request) {
  const uint32_t grid[] = {request.grid.x, request.grid.y, request.grid.z};
  const uint32_t block[] = {request.block.x, request.block.y, request.block.z};
  char message[4096] = "";
  int error = executor(user, request.module, request.kernel, grid, block, request.dynamic_shared_bytes,
                       request.parameters.data(), request.parameters.size(), message, sizeof message);
  return {error, message};
}

LaunchResult execute(LaunchRequest &request) {
  if (!table().has_executor.load(std::memory_order_acquire)) return execute_grid(request);
  anychip_executor executor = nullptr;
  void *user = nullptr;
  {
    std::lock_guard lock(table().mutex);
    executor = table().executor;
    user = table().executor_user;
  }
  return executor ? call_executor(executor, user, request) : execute_grid(request);
}

void run_launch(Launch &launch) {
  LaunchRequest &request = launch.request;
  LaunchResult result;
  if (request.cancelled)
    result = {cudaErrorLaunchTimeout, "the launch was cancelled before it began"};
  else if (!device_has_failed())
    result = execute(request);
  remove_pending(launch);
  if (result.error != cudaSuccess) raise_launch_error(static_cast<cudaError_t>(result.error), result.message);
}

bool has_all_arguments(const anychip_kernel &code, void **arguments) {
  if (!code.parameter_count) return true;
  return arguments && std::find(arguments, arguments + code.parameter_count, nullptr) == arguments + code.parameter_count;
}

void gather_parameters(const anychip_kernel &code, void **arguments, char *buffer) {
  for (uint32_t i = 0; i < code.parameter_count; ++i)
    std::memcpy(buffer + code.parameters[i].offset, arguments[i], code.parameters[i].size);
}

// The version of a kernel that can run blocks of this shape.
const anychip_kernel &version_for(const anychip_kernel &code, const LaunchConfiguration &configuration) {
  const auto &block = configuration.block;
  const bool rows = block.y * block.z == 1 || block.x % code.lanes == 0;
  return rows || !code.rows_only ? code : *code.by_thread;
}

// `fill` writes the parameters into the zeroed buffer it is given. One allocation per launch: the task owns the launch.
template <typename Fill>
cudaError_t enqueue(const Kernel &kernel, const LaunchConfiguration &configuration, Fill &&fill) {
  if (cudaError_t error = check_configuration(kernel, configuration); error != cudaSuccess) return error;
  StreamRef stream = find_stream(configuration.stream);
  if (!stream) return cudaErrorInvalidResourceHandle;
  auto launch = std::make_unique<Launch>();
  LaunchRequest &request = launch->request;
  request.module = kernel.module;
  request.kernel = &version_for(*kernel.code, configuration);
  request.grid = configuration.grid;
  request.block = configuration.block;
  request.dynamic_shared_bytes = static_cast<uint32_t>(configuration.dynamic_shared_bytes);
  request.priority = stream->priority();
  request.parameters.resize(kernel.code->parameter_bytes);
  fill(request.parameters.data());
  add_pending(*launch);
  auto run = [owned = launch.release()] {
    const std::unique_ptr<Launch> owner(owned);
    run_launch(*owner);
  };
  submit_task(stream, {run, {}, false});
  return cudaSuccess;
}

} // namespace

cudaError_t launch_kernel(const Kernel &kernel, const LaunchConfiguration &configuration, const char *parameters) {
  return enqueue(kernel, configuration, [&](char *buffer) {
    if (parameters) std::memcpy(buffer, parameters, kernel.code->parameter_bytes);
  });
}

void cancel_all_launches() {
  std::lock_guard lock(table().mutex);
  for (Launch *launch = table().pending; launch; launch = launch->next) launch->request.cancelled = true;
}

void stop_launches() {
  {
    std::lock_guard lock(table().mutex);
    if (!table().pending) return;
  }
  cancel_all_launches();
  wait_for_device(patience_at_exit);
}

void set_executor(anychip_executor executor, void *user) {
  std::lock_guard lock(table().mutex);
  table().executor = executor;
  table().executor_user = user;
  table().has_executor.store(executor != nullptr, std::memory_order_release);
}

} // namespace anychip

using namespace anychip;

namespace {

thread_local std::vector<LaunchConfiguration> pushed;

LaunchConfiguration configuration_of(dim3 grid, dim3 block, size_t shared, cudaStream_t stream) {
  return {{grid.x, grid.y, grid.z}, {block.x, block.y, block.z}, shared, stream};
}

cudaError_t launch_host_function(const void *function, const LaunchConfiguration &configuration, void **arguments) {
  Kernel *kernel = nullptr;
  if (cudaError_t error = find_kernel(function, kernel); error != cudaSuccess) return error;
  if (!has_all_arguments(*kernel->code, arguments)) return cudaErrorInvalidValue;
  return enqueue(*kernel, configuration,
                 [&](char *buffer) { gather_parameters(*kernel->code, arguments, buffer); });
}

// Blocks of one grid cannot be promised to run at the same time, so only a single block may ask for it.
cudaError_t launch_cooperatively(const void *function, const LaunchConfiguration &configuration, void **arguments) {
  Kernel *kernel = nullptr;
  if (cudaError_t error = find_kernel(function, kernel); error != cudaSuccess) return error;
  if (cudaError_t error = check_configuration(*kernel, configuration); error != cudaSuccess) return error;
  const Dim3 &grid = configuration.grid;
  if (uint64_t{grid.x} * grid.y * grid.z > 1) return cudaErrorNotSupported;
  return launch_host_function(function, configuration, arguments);
}

// Several devices would each run a part: there is one, so a list of one launch is what can be asked for.
cudaError_t launch_on_each_device(const cudaLaunchParams *list, unsigned count, unsigned flags) {
  constexpr unsigned known = cudaCooperativeLaunchMultiDeviceNoPreSync | cudaCooperativeLaunchMultiDeviceNoPostSync;
  if (!list || count != 1 || (flags & ~known)) return cudaErrorInvalidValue;
  auto configuration = configuration_of(list->gridDim, list->blockDim, list->sharedMem, list->stream);
  return launch_cooperatively(list->func, configuration, list->args);
}

bool asks_for_cluster(const cudaLaunchAttribute &attribute) {
  const auto &cluster = attribute.val.clusterDim;
  return attribute.id == cudaLaunchAttributeClusterDimension && uint64_t{cluster.x} * cluster.y * cluster.z > 1;
}

cudaError_t launch_extended(const cudaLaunchConfig_t *config, const void *function, void **arguments) {
  if (!config || (config->numAttrs && !config->attrs)) return cudaErrorInvalidValue;
  bool cooperative = false;
  for (unsigned i = 0; i < config->numAttrs; ++i) {
    const cudaLaunchAttribute &attribute = config->attrs[i];
    if (asks_for_cluster(attribute)) return cudaErrorNotSupported;
    cooperative |= attribute.id == cudaLaunchAttributeCooperative && attribute.val.cooperative;
  }
  auto configuration = configuration_of(config->gridDim, config->blockDim, config->dynamicSmemBytes, config->stream);
  return (cooperative ? launch_cooperatively : launch_host_function)(function, configuration, arguments);
}

} // namespace

extern "C" {

unsigned int __cudaPushCallConfiguration(dim3 grid, dim3 block, size_t shared, struct CUstream_st *stream) {
  pushed.push_back(configuration_of(grid, block, shared, stream));
  return 0;
}

cudaError_t __cudaPopCallConfiguration(dim3 *grid, dim3 *block, size_t *shared, void *stream) {
  if (pushed.empty()) return remember_error(cudaErrorMissingConfiguration);
  const LaunchConfiguration &top = pushed.back();
  *grid = dim3(top.grid.x, top.grid.y, top.grid.z);
  *block = dim3(top.block.x, top.block.y, top.block.z);
  *shared = top.dynamic_shared_bytes;
  *static_cast<cudaStream_t *>(stream) = top.stream;
  pushed.pop_back();
  return cudaSuccess;
}

cudaError_t cudaLaunchKernel(const void *function, dim3 grid, dim3 block, void **arguments, size_t shared,
                             cudaStream_t stream) {
  return device_call(
      [&] { return launch_host_function(function, configuration_of(grid, block, shared, stream), arguments); });
}

cudaError_t cudaLaunchCooperativeKernel(const void *function, dim3 grid, dim3 block, void **arguments, size_t shared,
                                        cudaStream_t stream) {
  return device_call(
      [&] { return launch_cooperatively(function, configuration_of(grid, block, shared, stream), arguments); });
}

cudaError_t cudaLaunchCooperativeKernelMultiDevice(struct cudaLaunchParams *list, unsigned int count,
                                                   unsigned int flags) {
  return device_call([&] { return launch_on_each_device(list, count, flags); });
}

cudaError_t cudaLaunchKernelExC(const cudaLaunchConfig_t *config, const void *function, void **arguments) {
  return device_call([&] { return launch_extended(config, function, arguments); });
}

} // extern "C"
