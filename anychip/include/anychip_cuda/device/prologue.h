/* What must come before any other header of a CUDA compilation.
 *
 * Declarations of the device's mathematical functions go before <cmath>, whose constexpr functions would otherwise
 * become host and device functions that cannot be overloaded. malloc and free go before <cstdlib>, which makes them
 * std::malloc and std::free, and before <new>, whose device operators call them.
 */
#ifndef ANYCHIP_CUDA_DEVICE_PROLOGUE_H
#define ANYCHIP_CUDA_DEVICE_PROLOGUE_H

#include <__clang_cuda_math_forward_declares.h>

#ifndef __CUDACC__
#define __CUDACC__ 1
#endif
#ifndef __CUDACC_VER_MAJOR__
#define __CUDACC_VER_MAJOR__ 12
#define __CUDACC_VER_MINOR__ 9
#define __CUDACC_VER_BUILD__ 41
#endif
#ifndef __CUDA_ARCH_LIST__
#define __CUDA_ARCH_LIST__ 800
#endif

#include <stddef.h>

#include "../../crt/host_defines.h"

extern "C" {
__device__ void *malloc(size_t size) __attribute__((nothrow, malloc));
__device__ void free(void *pointer) __attribute__((nothrow));
}

/* Programs rely on nvcc's pre-included header for these. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <climits>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <utility>

/* Programs use std::max without <algorithm>: libstdc++'s <cmath> brings it, and libc++'s <algorithm> would double the
 * time to compile an empty program.
 */
#ifdef _LIBCPP_VERSION
#include <__algorithm/max.h>
#include <__algorithm/min.h>
#endif

#endif
