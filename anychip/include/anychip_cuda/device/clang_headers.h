/* clang's own device headers, in the only order that works without NVIDIA's toolkit.
 *
 * They were written to complete NVIDIA's headers. Here they stand alone: they reduce mathematics to __nv_* functions
 * (our device library) and warp operations to builtins. A few of their functions are PTX assembler, or vector loads
 * that would hide plain memory accesses from our compiler; those are renamed out of the way and defined in
 * load_store.h, integer.h and simd.h instead.
 */
#ifndef ANYCHIP_CUDA_DEVICE_CLANG_HEADERS_H
#define ANYCHIP_CUDA_DEVICE_CLANG_HEADERS_H

/* The host pass parses device code too and must see every function. */
#ifndef __CUDA_ARCH__
#define __CUDA_ARCH__ 9999
#define ANYCHIP_NO_CUDA_ARCH
#endif

/* Read by the headers, normally set by NVIDIA's. */
#define __CUDA_PREC_DIV 1
#define __CUDA_FTZ 0
#ifndef __USE_FAST_MATH__
#define __USE_FAST_MATH__ 0
#define ANYCHIP_NO_FAST_MATH
#endif

/* Up to CUDA 9.1 the SIMD functions (__vadd4 ...) were library functions, later PTX assembler. */
#pragma push_macro("CUDA_VERSION")
#undef CUDA_VERSION
#define CUDA_VERSION 9010
#define __brkpt __anychip_unused_brkpt
#include <__clang_cuda_libdevice_declares.h>
#include <__clang_cuda_device_functions.h>
#undef __brkpt
#pragma pop_macro("CUDA_VERSION")

#include <__clang_cuda_math.h>
#include "math_overloads.h"
#include <__clang_cuda_cmath.h>

#define __ldg __anychip_unused_ldg
#define __ldcg __anychip_unused_ldcg
#define __ldcs __anychip_unused_ldcs
#define __ldcv __anychip_unused_ldcv
#define __stwt __anychip_unused_stwt
#define __funnelshift_l __anychip_unused_funnelshift_l
#define __funnelshift_lc __anychip_unused_funnelshift_lc
#define __funnelshift_r __anychip_unused_funnelshift_r
#define __funnelshift_rc __anychip_unused_funnelshift_rc
#include <__clang_cuda_intrinsics.h>
#undef __ldg
#undef __ldcg
#undef __ldcs
#undef __ldcv
#undef __stwt
#undef __funnelshift_l
#undef __funnelshift_lc
#undef __funnelshift_r
#undef __funnelshift_rc

#include <__clang_cuda_complex_builtins.h>

#ifdef ANYCHIP_NO_FAST_MATH
#undef __USE_FAST_MATH__
#undef ANYCHIP_NO_FAST_MATH
#endif
#ifdef ANYCHIP_NO_CUDA_ARCH
#undef __CUDA_ARCH__
#undef ANYCHIP_NO_CUDA_ARCH
#endif

/* A profiler's counter; there is no such profiler here. */
#undef __prof_trigger
#define __prof_trigger(counter) ((void)(counter))

#endif
