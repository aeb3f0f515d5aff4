// Modules: compiled device code, and what the host's names for its kernels and variables mean.
#pragma once
#include <cstddef>
#include <cstdint>
#include "anychip/kernel_abi.h"
#include "cuda_runtime_api.h"

namespace anychip {

constexpr uint32_t default_shared_bytes = 48u << 10;     // of a block, static and dynamic
constexpr uint32_t largest_shared_bytes = 227u << 10;    // after cudaFuncSetAttribute
constexpr uint32_t multiprocessor_shared_bytes = 228u << 10;
constexpr uint32_t reserved_shared_bytes = 1u << 10;     // of each resident block

// A kernel and what the host has set for it. Lives as long as the process.
struct Kernel {
  const anychip_module *module = nullptr;
  const anychip_kernel *code = nullptr;
  uint32_t dynamic_shared_limit = 0;
  int carveout = -1;
};

struct Variable {
  void *address = nullptr;
  size_t size = 0;
};

// Null, or why the module cannot be used by this runtime.
const char *module_defect(const anychip_module *module);
void add_module(const anychip_module *module);
void remove_module(const anychip_module *module);

Kernel *find_kernel_by_name(const anychip_module *module, const char *name);
const anychip_variable *find_variable_by_name(const anychip_module *module, const char *name);

// What the host's stub names; cudaErrorInvalidDeviceFunction, cudaErrorInvalidKernelImage.
cudaError_t find_kernel(const void *host_function, Kernel *&kernel);
void reset_kernel_settings(); // cudaDeviceReset: what cudaFuncSetAttribute changed
bool find_variable(const void *symbol, Variable &variable);

} // namespace anychip
