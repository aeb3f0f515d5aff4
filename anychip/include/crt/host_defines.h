/* Function and variable qualifiers of CUDA C++ (Programming Guide, "C++ Language Extensions").
 *
 * Under a CUDA compiler they are attributes; under a plain C or C++ compiler they vanish, so that headers with
 * `__host__ __device__` functions serve both. Everything here must stay valid C.
 */
#ifndef __HOST_DEFINES_H__
#define __HOST_DEFINES_H__

#if defined(__CUDA__) && defined(__clang__)

#define __host__ __attribute__((host))
#define __device__ __attribute__((device))
#define __global__ __attribute__((global))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
/* clang knows managed variables for HIP only: mark them, and let the compiler of the device code take over. */
#define __managed__ __attribute__((device)) __attribute__((annotate("cuda_managed")))
#define __launch_bounds__(...) __attribute__((launch_bounds(__VA_ARGS__)))
#define __grid_constant__ __attribute__((grid_constant))
#define __device_builtin_texture_type__ __attribute__((device_builtin_texture_type))
#define __device_builtin_surface_type__ __attribute__((device_builtin_surface_type))
/* __noinline__ is a keyword of clang's CUDA mode; as a macro it would break the standard library's headers. */

#else

#define __host__
#define __device__
#define __global__
#define __shared__
#define __constant__
#define __managed__
#define __launch_bounds__(...)
#define __grid_constant__
#define __device_builtin_texture_type__
#define __device_builtin_surface_type__

#endif

#define __device_builtin__
#define __cudart_builtin__
#define __nv_pure__
#define __inline_hint__
#define __maxnreg__(count)
#define __cluster_dims__(...)

#define __align__(bytes) __attribute__((aligned(bytes)))
#define __builtin_align__(bytes) __attribute__((aligned(bytes)))
#define __CUDA_ALIGN__(bytes) __attribute__((aligned(bytes)))
#define __forceinline__ __inline__ __attribute__((always_inline))

#define CUDARTAPI
#define CUDARTAPI_CDECL
#define CUDART_CB

/* A default argument where the language has them. */
#ifndef __dv
#ifdef __cplusplus
#define __dv(value) = value
#else
#define __dv(value)
#endif
#endif

#endif
