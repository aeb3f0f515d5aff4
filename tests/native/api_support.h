// A hand-written module and checks for the tests of the runtime's API. Each program's argument names the case to run.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <pthread.h>
#include <vector>
#include "anychip/api.h"
#include "anychip/kernel_abi.h"
#include "cuda_runtime_api.h"

extern "C" {
void **__cudaRegisterFatBinary(void *wrapper);
void __cudaRegisterFunction(void **, const char *, char *, const char *, int, uint3 *, uint3 *, dim3 *, dim3 *, int *);
void __cudaRegisterVar(void **, char *, char *, const char *, int, size_t, int, int);
}

#define CHECK(condition)                                                                                             \
  ((condition) ? void(0) : (std::printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #condition), std::exit(1)))
#define EXPECT(code, call)                                                                                           \
  do {                                                                                                               \
    cudaError_t got = (call);                                                                                        \
    if (got == (code)) break;                                                                                        \
    std::printf("%s:%d: %s gave %s, expected %s\n", __FILE__, __LINE__, #call, cudaGetErrorName(got), #code);        \
    std::exit(1);                                                                                                    \
  } while (0)
#define OK(call) EXPECT(cudaSuccess, call)

struct Case {
  const char *name;
  void (*run)();
};

inline int run_case(const std::vector<Case> &cases, int argc, char **argv) {
  for (const Case &test : cases)
    if (argc > 1 && std::strcmp(argv[1], test.name) == 0) return test.run(), std::puts("passed"), 0;
  for (const Case &test : cases) std::puts(test.name);
  return argc > 1;
}

inline void sleep_ms(long milliseconds) {
  timespec time{milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&time, nullptr);
}

// Kernels: what the compiler would emit, written by hand.
template <typename Body> void for_each_thread(anychip_thread *thread, Body &&body) {
  for (uint32_t t = 0; t < thread->block->thread_count; ++t) {
    thread->thread_idx[0] = thread->thread_linear = t;
    body(thread->block->block_idx[0] * thread->block->block_dim[0] + t);
  }
}
template <typename T> T parameter(const anychip_thread *thread, size_t offset) {
  T value;
  std::memcpy(&value, thread->block->parameters + offset, sizeof value);
  return value;
}

inline int scale_factor = 3; // the device's copy of a __device__ variable

inline void scale_block(anychip_thread *thread) { // data[i] *= scale_factor, i < count
  auto data = parameter<int *>(thread, 0);
  auto count = parameter<uint32_t>(thread, 8);
  for_each_thread(thread, [&](uint32_t i) {
    if (i < count) data[i] *= scale_factor;
  });
}
inline void slow_block(anychip_thread *thread) { // sleeps, then writes `value` to *place
  auto place = parameter<volatile int *>(thread, 0);
  auto value = parameter<int>(thread, 8);
  uint64_t end = anychip_globaltimer() + parameter<uint32_t>(thread, 12) * uint64_t{1000000};
  while (anychip_globaltimer() < end) anychip_nanosleep(100000);
  *place = value;
}
inline void store_block(anychip_thread *thread) { // *place = value: wild if the host says so
  __atomic_store_n(parameter<int *>(thread, 0), parameter<int>(thread, 8), __ATOMIC_RELEASE); // hosts poll it
}
inline void spin_block(anychip_thread *thread) { // waits for *place to become non-zero
  auto place = parameter<volatile int *>(thread, 0);
  while (*place == 0) anychip_nanosleep(100000);
}
inline void runner_block(anychip_thread *thread) { // *place = the system thread that runs it
  *parameter<uint64_t *>(thread, 0) = static_cast<uint64_t>(pthread_self());
}

inline const anychip_parameter two_parameters[] = {{0, 8}, {8, 4}};
inline const anychip_parameter three_parameters[] = {{0, 8}, {8, 4}, {12, 4}};
inline const anychip_kernel test_kernels[] = {
    {"scale", "test.cu", 1, 2, two_parameters, 16, 0, 0, 0, 1024, 1, scale_block, nullptr},
    {"slow", "test.cu", 2, 3, three_parameters, 16, 0, 0, 0, 1024, 1, slow_block, nullptr},
    {"store", "test.cu", 3, 2, two_parameters, 16, 0, 0, 0, 1024, 1, store_block, nullptr},
    {"spin", "test.cu", 4, 1, two_parameters, 8, 0, 0, 0, 1024, 1, spin_block, nullptr},
    {"bounded", "test.cu", 5, 0, nullptr, 0, 1024, 16, 0, 128, 1, [](anychip_thread *) {}, nullptr},
    {"runner", "test.cu", 6, 1, two_parameters, 8, 0, 0, 0, 1024, 1, runner_block, nullptr},
};
inline const anychip_variable test_variables[] = {{"scale_factor", &scale_factor, sizeof scale_factor, 0, 0}};
inline const anychip_module test_module = {ANYCHIP_MODULE_MAGIC, ANYCHIP_ABI_VERSION, "test.cu", 6, 1, 0, 0,
                                           test_kernels,         test_variables,      nullptr};

// The host's stubs and shadow variable: only their addresses matter.
inline char stub_scale, stub_slow, stub_store, stub_spin, stub_bounded, stub_runner, stub_unknown;
inline char shadow_factor, shadow_unknown;

inline const bool module_registered = [] {
  static struct {
    int magic, version;
    const void *data;
    void *unused;
  } wrapper = {0x466243b1, 1, &test_module, nullptr};
  void **handle = __cudaRegisterFatBinary(&wrapper);
  const std::pair<char *, const char *> functions[] = {{&stub_scale, "scale"}, {&stub_slow, "slow"},
      {&stub_store, "store"}, {&stub_spin, "spin"}, {&stub_bounded, "bounded"}, {&stub_runner, "runner"},
      {&stub_unknown, "no_such_kernel"}};
  for (auto [stub, name] : functions)
    __cudaRegisterFunction(handle, stub, nullptr, name, -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  __cudaRegisterVar(handle, &shadow_factor, nullptr, "scale_factor", 0, 4, 0, 0);
  return true;
}();

template <typename... Arguments>
cudaError_t launch(char &stub, dim3 grid, dim3 block, size_t shared, cudaStream_t stream, Arguments... arguments) {
  void *pointers[] = {static_cast<void *>(&arguments)..., nullptr};
  return cudaLaunchKernel(&stub, grid, block, pointers, shared, stream);
}
