// Launch checks, kernels' errors, function attributes, occupancy, device properties, the executor hook.
#include <cstdlib>
#include <string>
#include "api_support.h"

extern "C" unsigned __cudaPushCallConfiguration(dim3, dim3, size_t, CUstream_st *);
extern "C" cudaError_t __cudaPopCallConfiguration(dim3 *, dim3 *, size_t *, void *);

namespace {

int *device_ints(const std::vector<int> &values) {
  void *memory = nullptr;
  OK(cudaMalloc(&memory, values.size() * 4));
  OK(cudaMemcpy(memory, values.data(), values.size() * 4, cudaMemcpyHostToDevice));
  return static_cast<int *>(memory);
}

std::vector<int> host_ints(const int *device, size_t count) {
  std::vector<int> values(count);
  OK(cudaMemcpy(values.data(), device, count * 4, cudaMemcpyDeviceToHost));
  return values;
}

void runs_a_kernel() {
  std::vector<int> values(1000);
  for (int i = 0; i < 1000; ++i) values[size_t(i)] = i;
  int *device = device_ints(values);
  OK(launch(stub_scale, 8, 128, 0, nullptr, device, 1000u));
  values = host_ints(device, 1000);
  for (int i = 0; i < 1000; ++i) CHECK(values[size_t(i)] == 3 * i);
}

// The launch's arguments are copied: the stack they came from is gone when the kernel runs.
void arguments_are_copied() {
  int *device = device_ints({0, 0});
  int value = 5;
  unsigned wait = 20;
  void *arguments[] = {&device, &value, &wait};
  OK(cudaLaunchKernel(&stub_slow, 1, 1, arguments, 0, nullptr));
  value = 6;
  CHECK(host_ints(device, 1)[0] == 5);
}

void configuration_errors() {
  int *data = device_ints({1});
  auto scale = [&](dim3 grid, dim3 block, size_t shared = 0, cudaStream_t stream = nullptr) {
    return launch(stub_scale, grid, block, shared, stream, data, 0u);
  };
  for (dim3 grid : {dim3(0), dim3(1, 0), dim3(1, 1, 0), dim3(0x80000000u), dim3(1, 65536), dim3(1, 1, 65536)})
    EXPECT(cudaErrorInvalidConfiguration, scale(grid, 1));
  for (dim3 block : {dim3(0), dim3(1025), dim3(32, 33), dim3(1, 1, 65), dim3(1, 2048)})
    EXPECT(cudaErrorInvalidConfiguration, scale(1, block));
  EXPECT(cudaErrorInvalidConfiguration, cudaGetLastError());
  OK(cudaGetLastError());
  EXPECT(cudaErrorInvalidValue, scale(1, 1, (48 << 10) + 1));
  OK(scale(1, 1, 48 << 10));
  EXPECT(cudaErrorInvalidResourceHandle, scale(1, 1, 0, reinterpret_cast<cudaStream_t>(0x1234)));
  EXPECT(cudaErrorLaunchOutOfResources, launch(stub_bounded, 1, 129, 0, nullptr));
  OK(launch(stub_bounded, 1, 128, 0, nullptr));
  EXPECT(cudaErrorInvalidDeviceFunction, launch(stub_unknown, 1, 1, 0, nullptr));
  EXPECT(cudaErrorInvalidDeviceFunction, launch(shadow_unknown, 1, 1, 0, nullptr));
  OK(cudaDeviceSynchronize());
}

void wrong_image() {
  static int not_a_module[64] = {1, 2, 3};
  static struct {
    int magic, version;
    const void *data;
    void *unused;
  } wrapper = {0x466243b1, 1, not_a_module, nullptr};
  static char stub;
  void **handle = __cudaRegisterFatBinary(&wrapper);
  __cudaRegisterFunction(handle, &stub, nullptr, "kernel", -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  EXPECT(cudaErrorInvalidKernelImage, launch(stub, 1, 1, 0, nullptr));
}

void call_configuration() {
  dim3 grid, block;
  size_t shared = 0;
  cudaStream_t stream = nullptr;
  EXPECT(cudaErrorMissingConfiguration, __cudaPopCallConfiguration(&grid, &block, &shared, &stream));
  CHECK(__cudaPushCallConfiguration(dim3(1, 2, 3), dim3(4, 5, 6), 7, cudaStreamPerThread) == 0);
  CHECK(__cudaPushCallConfiguration(dim3(9), dim3(8), 0, nullptr) == 0); // in an argument's own launch
  OK(__cudaPopCallConfiguration(&grid, &block, &shared, &stream));
  CHECK(grid.x == 9 && block.x == 8 && stream == nullptr);
  OK(__cudaPopCallConfiguration(&grid, &block, &shared, &stream));
  CHECK(grid.z == 3 && block.y == 5 && shared == 7 && stream == cudaStreamPerThread);
}

// A wild pointer: the error comes at the next call and stays; the process goes on, reset mends the device.
void sticky_error() {
  setenv("ANYCHIP_STRICT_MEMORY", "1", 1);
  int *data = device_ints(std::vector<int>(64));
  OK(launch(stub_store, 1, 1, 0, nullptr, data + 64, 1));
  EXPECT(cudaErrorIllegalAddress, cudaDeviceSynchronize());
  EXPECT(cudaErrorIllegalAddress, cudaGetLastError());
  EXPECT(cudaErrorIllegalAddress, cudaGetLastError());
  void *more = nullptr;
  EXPECT(cudaErrorIllegalAddress, cudaMalloc(&more, 4));
  EXPECT(cudaErrorIllegalAddress, launch(stub_store, 1, 1, 0, nullptr, data, 1));
  EXPECT(cudaErrorIllegalAddress, cudaFree(data));
  char text[2000];
  CHECK(anychip_launch_message(text, sizeof text) > 0);
  CHECK(std::strstr(text, "store") && std::strstr(text, "past the end of the allocation"));
  OK(cudaDeviceReset());
  OK(cudaGetLastError());
  EXPECT(cudaErrorInvalidValue, cudaFree(data));
  runs_a_kernel();
}

void skips_after_failure() {
  setenv("ANYCHIP_STRICT_MEMORY", "1", 1);
  int *data = device_ints(std::vector<int>(64));
  cudaStream_t stream = nullptr;
  OK(cudaStreamCreate(&stream));
  int *unmapped = data + 64;
  OK(launch(stub_slow, 1, 1, 0, stream, unmapped, 1, 20u));
  OK(launch(stub_store, 1, 1, 0, stream, data, 9));
  EXPECT(cudaErrorIllegalAddress, cudaStreamSynchronize(stream));
  CHECK(data[0] == 0);
}

// Just past an allocation, where a GPU has memory too, a kernel goes on; the words come, the error does not.
void goes_on_past_the_end() {
  int *data = device_ints(std::vector<int>(64));
  OK(launch(stub_store, 1, 1, 0, nullptr, data + 64, 1));
  OK(cudaDeviceSynchronize());
  OK(launch(stub_store, 1, 1, 0, nullptr, data + (1 << 26), 1));
  EXPECT(cudaErrorIllegalAddress, cudaDeviceSynchronize());
}

void function_attributes() {
  cudaFuncAttributes attributes;
  OK(cudaFuncGetAttributes(&attributes, &stub_bounded));
  CHECK(attributes.sharedSizeBytes == 1024 && attributes.localSizeBytes == 16 && attributes.maxThreadsPerBlock == 128);
  CHECK(attributes.maxDynamicSharedSizeBytes == (48 << 10) - 1024);
  auto limit = cudaFuncAttributeMaxDynamicSharedMemorySize;
  EXPECT(cudaErrorInvalidValue, cudaFuncSetAttribute(&stub_bounded, limit, 227 << 10));
  OK(cudaFuncSetAttribute(&stub_bounded, limit, 226 << 10));
  OK(launch(stub_bounded, 1, 32, 226 << 10, nullptr));
  EXPECT(cudaErrorInvalidDeviceFunction, cudaFuncGetAttributes(&attributes, &shadow_unknown));
  const char *name = nullptr;
  OK(cudaFuncGetName(&name, &stub_bounded));
  CHECK(std::string(name) == "bounded");
  int blocks = 0;
  OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &stub_scale, 256, 0));
  CHECK(blocks == 8);
  OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &stub_scale, 33, 0));
  CHECK(blocks == 32);
  OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &stub_scale, 64, 100 << 10));
  CHECK(blocks == 2);
  OK(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &stub_bounded, 256, 0));
  CHECK(blocks == 0);
  EXPECT(cudaErrorInvalidValue, cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, &stub_scale, 0, 0));
  OK(cudaDeviceSynchronize());
}

void device_facts() {
  int count = 0, value = 0;
  OK(cudaGetDeviceCount(&count));
  CHECK(count == 1);
  EXPECT(cudaErrorInvalidDevice, cudaSetDevice(1));
  cudaDeviceProp properties;
  OK(cudaGetDeviceProperties(&properties, 0));
  CHECK(std::strncmp(properties.name, "anychip ", 8) == 0);
  CHECK(properties.warpSize == 32 && properties.major == 8 && properties.multiProcessorCount >= 1);
  CHECK(properties.clockRate > 0 && properties.totalGlobalMem > 0);
  const std::pair<cudaDeviceAttr, int> expected[] = {
      {cudaDevAttrMultiProcessorCount, properties.multiProcessorCount}, {cudaDevAttrMaxBlockDimZ, 64},
      {cudaDevAttrMaxSharedMemoryPerBlockOptin, 227 << 10}, {cudaDevAttrComputeCapabilityMajor, 8}};
  for (auto [attribute, answer] : expected) {
    OK(cudaDeviceGetAttribute(&value, attribute, 0));
    CHECK(value == answer);
  }
  EXPECT(cudaErrorInvalidValue, cudaDeviceGetAttribute(&value, static_cast<cudaDeviceAttr>(9999), 0));
  size_t limit = 0;
  OK(cudaDeviceSetLimit(cudaLimitMallocHeapSize, 123456));
  OK(cudaDeviceGetLimit(&limit, cudaLimitMallocHeapSize));
  CHECK(limit == 123456);
  CHECK(std::string(cudaGetErrorName(cudaErrorIllegalAddress)) == "cudaErrorIllegalAddress");
  CHECK(std::string(cudaGetErrorString(cudaErrorInvalidValue)) == "invalid argument");
  CHECK(std::string(cudaGetErrorString(static_cast<cudaError_t>(12345))) == "unrecognized error code");
}

int fake_executor(void *user, const anychip_module *, const anychip_kernel *kernel, const uint32_t grid[3],
                  const uint32_t block[3], uint32_t shared, const void *, uint64_t bytes, char *message,
                  uint64_t capacity) {
  auto seen = static_cast<std::string *>(user);
  *seen = std::string(kernel->name) + " " + std::to_string(grid[1]) + " " + std::to_string(block[0]) + " " +
          std::to_string(shared) + " " + std::to_string(bytes);
  std::snprintf(message, capacity, "made up");
  return grid[1] == 2 ? cudaErrorAssert : cudaSuccess;
}

void executor_hook() {
  std::string seen;
  anychip_set_executor(fake_executor, &seen);
  OK(launch(stub_scale, dim3(1, 4), 7, 16, nullptr, static_cast<int *>(nullptr), 0u));
  OK(cudaDeviceSynchronize());
  CHECK(seen == "scale 4 7 16 16");
  OK(launch(stub_scale, dim3(1, 2), 7, 16, nullptr, static_cast<int *>(nullptr), 0u));
  EXPECT(cudaErrorAssert, cudaDeviceSynchronize());
  char text[100];
  anychip_launch_message(text, sizeof text);
  CHECK(std::string(text) == "made up");
  OK(cudaDeviceReset());
  anychip_set_executor(nullptr, nullptr);
  runs_a_kernel();
}

// Launched before main, from a static constructor that runs after registration.
int *early_data = nullptr;
const cudaError_t early_launch = [] {
  early_data = device_ints({5});
  return launch(stub_scale, 1, 1, 0, nullptr, early_data, 1u);
}();

void launch_before_main() {
  OK(early_launch);
  CHECK(host_ints(early_data, 1)[0] == 15);
}

} // namespace

int main(int argc, char **argv) {
  return run_case({{"runs_a_kernel", runs_a_kernel},
                   {"arguments_are_copied", arguments_are_copied},
                   {"configuration_errors", configuration_errors},
                   {"wrong_image", wrong_image},
                   {"call_configuration", call_configuration},
                   {"sticky_error", sticky_error},
                   {"skips_after_failure", skips_after_failure},
                   {"goes_on_past_the_end", goes_on_past_the_end},
                   {"function_attributes", function_attributes},
                   {"device_facts", device_facts},
                   {"executor_hook", executor_hook},
                   {"launch_before_main", launch_before_main}},
                  argc, argv);
}
