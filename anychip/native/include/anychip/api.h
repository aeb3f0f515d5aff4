/* The C interface for other languages (Python loads it with ctypes): modules from files, launches by name, waiting
 * that can be interrupted. Functions that return int return a cudaError_t value. */
#ifndef ANYCHIP_API_H
#define ANYCHIP_API_H
#include <stdint.h>
#include "anychip/kernel_abi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct anychip_loaded_module anychip_loaded_module;
typedef struct anychip_kernel_handle anychip_kernel_handle;

/* Loads a shared object that exports `anychip_module`. Null: `message` says why. */
anychip_loaded_module *anychip_module_load(const char *path, char *message, uint64_t message_capacity);
int anychip_module_unload(anychip_loaded_module *module);
/* The tables of the module: names, parameters, variables. */
const anychip_module *anychip_module_tables(const anychip_loaded_module *module);

anychip_kernel_handle *anychip_kernel_find(anychip_loaded_module *module, const char *name);
const anychip_kernel *anychip_kernel_tables(const anychip_kernel_handle *kernel);
/* The variable's address and size; null if the module has none of that name. */
void *anychip_variable_find(anychip_loaded_module *module, const char *name, uint64_t *size);

/* `parameters` is laid out as anychip_kernel.parameters says and copied; `stream` is a cudaStream_t. */
int anychip_launch(anychip_kernel_handle *kernel, const uint32_t grid[3], const uint32_t block[3],
                   uint64_t dynamic_shared_bytes, void *stream, const void *parameters, uint64_t parameter_bytes);
/* Waits at most that long; cudaErrorNotReady (600) if work is left. Otherwise the error of the work, if any. */
int anychip_stream_wait(void *stream, uint32_t milliseconds);
int anychip_device_wait(uint32_t milliseconds);
/* Running and waiting launches end soon, with cudaErrorLaunchTimeout (702), which is reported once. */
void anychip_launch_cancel_all(void);
/* What the last failed launch or allocation printed: kernel, block, thread, line. Returns its length. Empty if there is
 * none, or if it was read before and the device can still be used. */
uint64_t anychip_launch_message(char *message, uint64_t message_capacity);

/* Runs grids instead of the compiled kernels' executor; null restores that. Returns a cudaError_t value and writes a
 * message if it is not 0. Called from any thread. */
typedef int (*anychip_executor)(void *user, const anychip_module *module, const anychip_kernel *kernel,
                                const uint32_t grid[3], const uint32_t block[3], uint32_t dynamic_shared_bytes,
                                const void *parameters, uint64_t parameter_bytes, char *message,
                                uint64_t message_capacity);
void anychip_set_executor(anychip_executor executor, void *user);

/* 1 if a kernel may touch all of [address, address+size): live device memory, module variables or host memory. */
int anychip_is_mapped(const void *address, uint64_t size);
/* What the address is, in words, as in fault messages. Returns the length. */
uint64_t anychip_describe_address(const void *address, char *message, uint64_t message_capacity);
/* malloc and free of device code, for an executor of its own. Null: the heap is full. free: 0 if it is not a block. */
void *anychip_heap_allocate(uint64_t bytes);
int anychip_heap_free(void *pointer);
/* Writes device output to standard output, after what is buffered. */
void anychip_print(const char *text, uint64_t length);

#ifdef __cplusplus
}
#endif
#endif
