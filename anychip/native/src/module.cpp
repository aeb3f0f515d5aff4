#include "anychip/module.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include "anychip/executor.h"
#include "anychip/initial_values.h"
#include "anychip/launch.h"
#include "anychip/memory.h"

namespace anychip {
namespace {

struct HostFunction {
  const anychip_module *module = nullptr;
  Kernel *kernel = nullptr; // null: the image could not be used, or has no kernel of this name
  bool bad_image = false;
};

struct HostVariable {
  const anychip_module *module = nullptr;
  Variable variable;
};

struct ModuleTable {
  std::shared_mutex mutex;
  std::unordered_map<const void *, HostFunction> functions;
  std::unordered_map<const void *, HostVariable> variables;
  std::unordered_map<const anychip_kernel *, std::unique_ptr<Kernel>> kernels;
  std::atomic<uint64_t> changes{1}; // of `functions`, counted with the lock held
};

// The kernels that this thread launched last. An entry holds as long as the table has not changed since.
struct RecentKernel {
  const void *host_function = nullptr;
  Kernel *kernel = nullptr;
  uint64_t changes = 0;
};
constexpr size_t recent_kernel_count = 32;
constinit thread_local RecentKernel recent_kernels[recent_kernel_count];

RecentKernel &recent_kernel(const void *host_function) {
  const auto address = reinterpret_cast<uintptr_t>(host_function);
  return recent_kernels[(address >> 4 ^ address >> 9) % recent_kernel_count]; // functions lie 16 bytes apart or more
}

// Made on first use and never destroyed: static constructors register and launch, static destructors may too.
ModuleTable &table() {
  static ModuleTable *instance = new ModuleTable;
  return *instance;
}

uint32_t initial_dynamic_limit(const anychip_kernel &code) {
  const uint32_t used = code.static_shared_bytes;
  return used < default_shared_bytes ? default_shared_bytes - used : 0;
}

// The kernel that cudaGetKernel gave as a handle; null if it is not one.
Kernel *kernel_behind(const void *handle) {
  for (const auto &[code, kernel] : table().kernels)
    if (kernel.get() == handle) return kernel.get();
  return nullptr;
}

Kernel *kernel_of(const anychip_module *module, const anychip_kernel *code) {
  std::unique_ptr<Kernel> &kernel = table().kernels[code];
  if (kernel) return kernel.get();
  kernel = std::make_unique<Kernel>(Kernel{module, code, initial_dynamic_limit(*code), -1});
  return kernel.get();
}

void stop_at_exit() {
  stop_launches();
  flush_device_output();
}

} // namespace

const char *module_defect(const anychip_module *module) {
  if (!module || module->magic != ANYCHIP_MODULE_MAGIC) return "the device code was not compiled by anychip";
  if (module->abi_version != ANYCHIP_ABI_VERSION) return "the device code was compiled for another version of the runtime";
  return nullptr;
}

void add_module(const anychip_module *module) {
  static const int registered = std::atexit(stop_at_exit);
  (void)registered;
  keep_initial_values(module);
  for (uint32_t i = 0; i < module->variable_count; ++i) {
    const anychip_variable &variable = module->variables[i];
    if (variable.size == 0) continue;
    bool managed = variable.flags & ANYCHIP_VARIABLE_MANAGED;
    MemoryKind kind = managed ? MemoryKind::ManagedVariable : MemoryKind::Variable;
    add_range({reinterpret_cast<uintptr_t>(variable.address), variable.size, kind, variable.flags, {}});
  }
}

void remove_module(const anychip_module *module) {
  stop_launches(); // its code may go away
  forget_initial_values(module);
  for (uint32_t i = 0; i < module->variable_count; ++i) {
    bool managed = module->variables[i].flags & ANYCHIP_VARIABLE_MANAGED;
    remove_range(module->variables[i].address, managed ? MemoryKind::ManagedVariable : MemoryKind::Variable);
  }
  std::unique_lock lock(table().mutex);
  table().changes.fetch_add(1, std::memory_order_release);
  std::erase_if(table().functions, [&](const auto &entry) { return entry.second.module == module; });
  std::erase_if(table().variables, [&](const auto &entry) { return entry.second.module == module; });
  std::erase_if(table().kernels, [&](const auto &entry) { return entry.second->module == module; });
}

Kernel *find_kernel_by_name(const anychip_module *module, const char *name) {
  std::unique_lock lock(table().mutex);
  for (uint32_t i = 0; i < module->kernel_count; ++i)
    if (std::strcmp(module->kernels[i].name, name) == 0) return kernel_of(module, &module->kernels[i]);
  return nullptr;
}

const anychip_variable *find_variable_by_name(const anychip_module *module, const char *name) {
  for (uint32_t i = 0; i < module->variable_count; ++i)
    if (std::strcmp(module->variables[i].name, name) == 0) return &module->variables[i];
  return nullptr;
}

cudaError_t find_kernel(const void *host_function, Kernel *&kernel) {
  RecentKernel &recent = recent_kernel(host_function);
  if (recent.host_function == host_function && recent.changes == table().changes.load(std::memory_order_acquire)) {
    kernel = recent.kernel;
    return cudaSuccess;
  }
  std::shared_lock lock(table().mutex);
  auto found = table().functions.find(host_function);
  if (found == table().functions.end()) {
    kernel = kernel_behind(host_function);
    return kernel ? cudaSuccess : cudaErrorInvalidDeviceFunction;
  }
  kernel = found->second.kernel;
  if (kernel) {
    recent = {host_function, kernel, table().changes.load(std::memory_order_relaxed)};
    return cudaSuccess;
  }
  return found->second.bad_image ? cudaErrorInvalidKernelImage : cudaErrorInvalidDeviceFunction;
}

void reset_kernel_settings() {
  std::unique_lock lock(table().mutex);
  for (const auto &[code, kernel] : table().kernels) {
    kernel->dynamic_shared_limit = initial_dynamic_limit(*code);
    kernel->carveout = -1;
  }
}

bool find_variable(const void *symbol, Variable &variable) {
  std::shared_lock lock(table().mutex);
  auto found = table().variables.find(symbol);
  if (found == table().variables.end()) return false;
  variable = found->second.variable;
  return true;
}

} // namespace anychip

using namespace anychip;

namespace {

// What clang's host code passes: the wrapper around the embedded device code.
struct FatBinaryWrapper {
  int magic;
  int version;
  const void *data;
  void *unused;
};

// What the registration handle points at.
struct RegisteredImage {
  const anychip_module *module = nullptr; // null if it cannot be used
};

const anychip_module *module_behind(void **handle) { return reinterpret_cast<RegisteredImage *>(handle)->module; }

void register_variable(void **handle, const void *host_variable, const char *name) {
  const anychip_module *module = module_behind(handle);
  const anychip_variable *found = module ? find_variable_by_name(module, name) : nullptr;
  if (!found) return; // its use returns cudaErrorInvalidSymbol
  std::unique_lock lock(table().mutex);
  table().variables[host_variable] = {module, {found->address, found->size}};
}

} // namespace

extern "C" {

void **__cudaRegisterFatBinary(void *wrapper) {
  auto module = static_cast<const anychip_module *>(static_cast<FatBinaryWrapper *>(wrapper)->data);
  const char *defect = module_defect(module);
  if (defect) std::fprintf(stderr, "anychip: %s; its kernels cannot be launched\n", defect);
  if (!defect) add_module(module);
  return reinterpret_cast<void **>(new RegisteredImage{defect ? nullptr : module});
}

void __cudaRegisterFatBinaryEnd(void **) {}

void __cudaUnregisterFatBinary(void **handle) {
  auto image = reinterpret_cast<RegisteredImage *>(handle);
  if (image->module) remove_module(image->module);
  delete image;
}

void __cudaRegisterFunction(void **handle, const char *host_function, char *, const char *name, int, uint3 *, uint3 *,
                            dim3 *, dim3 *, int *) {
  const anychip_module *module = module_behind(handle);
  Kernel *kernel = module ? find_kernel_by_name(module, name) : nullptr;
  std::unique_lock lock(table().mutex);
  table().changes.fetch_add(1, std::memory_order_release);
  table().functions[host_function] = {module, kernel, module == nullptr};
}

void __cudaRegisterVar(void **handle, char *host_variable, char *, const char *name, int, size_t, int, int) {
  register_variable(handle, host_variable, name);
}

// `host_pointer` is the pointer through which host code reaches the managed variable.
void __cudaRegisterManagedVar(void **handle, void **host_pointer, char *, const char *name, int, size_t, int, int) {
  register_variable(handle, host_pointer, name);
  const anychip_module *module = module_behind(handle);
  const anychip_variable *found = module ? find_variable_by_name(module, name) : nullptr;
  if (found) *host_pointer = found->address;
}

} // extern "C"
