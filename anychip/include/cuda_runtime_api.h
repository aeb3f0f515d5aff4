/* The C interface of the CUDA runtime, for C and C++, with or without a CUDA compiler. */
#ifndef __CUDA_RUNTIME_API_H__
#define __CUDA_RUNTIME_API_H__

#define CUDART_VERSION 12090
#define __CUDART_API_VERSION CUDART_VERSION
#define __CUDA_RUNTIME_API_VERSION CUDART_VERSION

#if defined(CUDA_API_PER_THREAD_DEFAULT_STREAM)
#include "anychip_cuda/per_thread_names.h"
#endif

#include "anychip_cuda/api_device.h"
#include "anychip_cuda/api_execution.h"
#include "anychip_cuda/api_graph.h"
#include "anychip_cuda/api_library.h"
#include "anychip_cuda/api_memory.h"
#include "anychip_cuda/api_stream.h"
#include "anychip_cuda/api_texture.h"
#include "driver_types.h"

/* After the declaration: the compiler of <<<>>> looks for that name. */
#if defined(CUDA_API_PER_THREAD_DEFAULT_STREAM)
#define cudaLaunchKernel cudaLaunchKernel_ptsz
#endif

#endif
