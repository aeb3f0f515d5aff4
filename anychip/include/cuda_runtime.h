/* The CUDA runtime for C++, and in a CUDA compilation the whole of CUDA's device language.
 *
 * A CUDA compiler includes this file before the first line of every source (nvcc does so too).
 */
#ifndef __CUDA_RUNTIME_H__
#define __CUDA_RUNTIME_H__

#if defined(__CUDA__) && defined(__clang__)
#include "anychip_cuda/device/prologue.h"
#endif

#include "crt/host_defines.h"
#include "cuda_runtime_api.h"
#include "library_types.h"
#include "vector_functions.h"
#include "vector_types.h"

#ifdef __cplusplus
#include "anychip_cuda/host/occupancy.h"
#include "anychip_cuda/host/templates.h"
#endif

#if defined(__CUDA__) && defined(__clang__)
#include "cuda.h"
#include "anychip_cuda/device/device_language.h"
#include "anychip_cuda/host/host_math.h"
#endif

#endif
