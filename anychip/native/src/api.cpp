#include "anychip/api.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <string>
#include "anychip/error.h"
#include "anychip/guarded_access.h"
#include "anychip/launch.h"
#include "anychip/memory.h"
#include "anychip/stream.h"

using namespace anychip;

struct anychip_loaded_module {
  void *library = nullptr;
  const anychip_module *tables = nullptr;
};

namespace {

uint64_t write_text(const std::string &text, char *buffer, uint64_t capacity) {
  if (buffer && capacity) {
    size_t length = std::min<size_t>(text.size(), capacity - 1);
    std::memcpy(buffer, text.data(), length);
    buffer[length] = 0;
  }
  return text.size();
}

Kernel *kernel_behind(anychip_kernel_handle *handle) { return reinterpret_cast<Kernel *>(handle); }

} // namespace

extern "C" {

anychip_loaded_module *anychip_module_load(const char *path, char *message, uint64_t capacity) {
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    write_text(dlerror(), message, capacity);
    return nullptr;
  }
  auto tables = static_cast<const anychip_module *>(dlsym(library, "anychip_module"));
  if (const char *defect = module_defect(tables)) {
    write_text(std::string(path) + ": " + defect, message, capacity);
    dlclose(library);
    return nullptr;
  }
  add_module(tables);
  return new anychip_loaded_module{library, tables};
}

int anychip_module_unload(anychip_loaded_module *module) {
  if (!module) return cudaErrorInvalidValue;
  wait_for_device(); // no kernel of it may be running
  remove_module(module->tables);
  dlclose(module->library);
  delete module;
  return cudaSuccess;
}

const anychip_module *anychip_module_tables(const anychip_loaded_module *module) { return module->tables; }

anychip_kernel_handle *anychip_kernel_find(anychip_loaded_module *module, const char *name) {
  return reinterpret_cast<anychip_kernel_handle *>(find_kernel_by_name(module->tables, name));
}

const anychip_kernel *anychip_kernel_tables(const anychip_kernel_handle *kernel) {
  return reinterpret_cast<const Kernel *>(kernel)->code;
}

void *anychip_variable_find(anychip_loaded_module *module, const char *name, uint64_t *size) {
  const anychip_variable *variable = find_variable_by_name(module->tables, name);
  if (!variable) return nullptr;
  if (size) *size = variable->size;
  return variable->address;
}

int anychip_launch(anychip_kernel_handle *handle, const uint32_t grid[3], const uint32_t block[3],
                   uint64_t dynamic_shared_bytes, void *stream, const void *parameters, uint64_t parameter_bytes) {
  return device_call([&] {
    const Kernel *kernel = kernel_behind(handle);
    if (!kernel || parameter_bytes != kernel->code->parameter_bytes) return cudaErrorInvalidValue;
    LaunchConfiguration configuration{{grid[0], grid[1], grid[2]},
                                      {block[0], block[1], block[2]},
                                      dynamic_shared_bytes,
                                      static_cast<cudaStream_t>(stream)};
    return launch_kernel(*kernel, configuration, static_cast<const char *>(parameters));
  });
}

int anychip_stream_wait(void *handle, uint32_t milliseconds) {
  StreamRef stream = find_stream(static_cast<cudaStream_t>(handle));
  if (!stream) return cudaErrorInvalidResourceHandle;
  auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  for (const StreamPoint &point : pending_points(stream)) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (!point.stream->wait_for(point.sequence, std::max(left, std::chrono::milliseconds(0)))) return cudaErrorNotReady;
  }
  flush_device_output();
  return take_asynchronous_error();
}

int anychip_device_wait(uint32_t milliseconds) {
  if (!wait_for_device(std::chrono::milliseconds(milliseconds))) return cudaErrorNotReady;
  flush_device_output();
  return take_asynchronous_error();
}

void anychip_launch_cancel_all(void) { cancel_all_launches(); }

uint64_t anychip_launch_message(char *message, uint64_t capacity) {
  return write_text(take_message(), message, capacity);
}

void anychip_set_executor(anychip_executor executor, void *user) { set_executor(executor, user); }

int anychip_is_mapped(const void *address, uint64_t size) {
  auto first = reinterpret_cast<uintptr_t>(address);
  if (size == 0) return 1;
  if (!address || first + size < first) return 0;
  if (is_device_range(address, size)) return 1;
  return !is_device_address(address) && is_host_mapped(address, size);
}

uint64_t anychip_describe_address(const void *address, char *message, uint64_t capacity) {
  return write_text(describe_address(address), message, capacity);
}

void anychip_print(const char *text, uint64_t length) {
  flush_device_output();
  std::fwrite(text, 1, length, stdout);
  std::fflush(stdout);
}

} // extern "C"
