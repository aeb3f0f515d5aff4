/* Built-in variables, address spaces, and the library functions that device code may call.
 *
 * The variables themselves come from clang; their conversions to dim3 and uint3 are declared there and defined here.
 */
#ifndef ANYCHIP_CUDA_DEVICE_BUILTINS_H
#define ANYCHIP_CUDA_DEVICE_BUILTINS_H

#include <__clang_cuda_builtin_vars.h>

#include "../../vector_types.h"

#define ANYCHIP_INDEX_CONVERSIONS(type)                                         \
  __device__ inline type::operator dim3() const { return dim3(x, y, z); }       \
  __device__ inline type::operator uint3() const { return uint3{x, y, z}; }

ANYCHIP_INDEX_CONVERSIONS(__cuda_builtin_threadIdx_t)
ANYCHIP_INDEX_CONVERSIONS(__cuda_builtin_blockIdx_t)
ANYCHIP_INDEX_CONVERSIONS(__cuda_builtin_blockDim_t)
ANYCHIP_INDEX_CONVERSIONS(__cuda_builtin_gridDim_t)

#undef ANYCHIP_INDEX_CONVERSIONS

extern "C" {
/* clang turns printf into vprintf with the arguments packed in a buffer. */
__device__ int vprintf(const char *format, const char *arguments);
__device__ int printf(const char *format, ...);
__device__ void __assertfail(const char *message, const char *file, unsigned line, const char *function,
                             size_t char_size) __attribute__((noreturn));
/* What glibc's assert() calls. */
__device__ static inline __attribute__((noreturn)) void __assert_fail(const char *message, const char *file,
                                                                      unsigned line, const char *function) {
  __assertfail(message, file, line, function, sizeof(char));
}
}

/* Which space a generic address belongs to: used in __builtin_assume, hence const. */
#define ANYCHIP_SPACE_QUERY static __device__ __forceinline__ __attribute__((const)) unsigned int
ANYCHIP_SPACE_QUERY __isGlobal(const void *pointer) { return __nvvm_isspacep_global(pointer); }
ANYCHIP_SPACE_QUERY __isShared(const void *pointer) { return __nvvm_isspacep_shared(pointer); }
ANYCHIP_SPACE_QUERY __isConstant(const void *pointer) { return __nvvm_isspacep_const(pointer); }
ANYCHIP_SPACE_QUERY __isLocal(const void *pointer) { return __nvvm_isspacep_local(pointer); }
ANYCHIP_SPACE_QUERY __isGridConstant(const void *pointer) { return __nvvm_isspacep_const(pointer); }
#undef ANYCHIP_SPACE_QUERY

/* Generic address <-> address within one space (the space numbers are NVPTX's). */
#define ANYCHIP_SPACE_CONVERSIONS(space, number)                                                   \
  static __device__ __forceinline__ size_t __cvta_generic_to_##space(const void *pointer) {        \
    return (size_t)(const void __attribute__((address_space(number))) *)pointer;                   \
  }                                                                                                \
  static __device__ __forceinline__ void *__cvta_##space##_to_generic(size_t address) {            \
    return (void *)(void __attribute__((address_space(number))) *)address;                         \
  }

ANYCHIP_SPACE_CONVERSIONS(global, 1)
ANYCHIP_SPACE_CONVERSIONS(shared, 3)
ANYCHIP_SPACE_CONVERSIONS(constant, 4)
ANYCHIP_SPACE_CONVERSIONS(local, 5)

#undef ANYCHIP_SPACE_CONVERSIONS

static __device__ __forceinline__ void __nanosleep(unsigned int nanoseconds) { __nvvm_nanosleep(nanoseconds); }

/* Without a debugger a breakpoint ends the kernel, as on a GPU. */
static __device__ __forceinline__ void __brkpt() { __builtin_trap(); }
static __device__ __forceinline__ void __brkpt(int) { __builtin_trap(); }

#endif
