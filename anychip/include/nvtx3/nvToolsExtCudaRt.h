/* NVTX names for objects of the CUDA runtime; they do nothing. */
#ifndef NVTOOLSEXT_CUDART_V3
#define NVTOOLSEXT_CUDART_V3

#include "../driver_types.h"
#include "nvToolsExt.h"

ANYCHIP_NVTX_2(void, nvtxNameCudaDeviceA, int, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCudaDeviceW, int, const wchar_t *, )
ANYCHIP_NVTX_2(void, nvtxNameCudaStreamA, cudaStream_t, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCudaStreamW, cudaStream_t, const wchar_t *, )
ANYCHIP_NVTX_2(void, nvtxNameCudaEventA, cudaEvent_t, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCudaEventW, cudaEvent_t, const wchar_t *, )

#define nvtxNameCudaDevice ANYCHIP_NVTX_TEXT(nvtxNameCudaDevice)
#define nvtxNameCudaStream ANYCHIP_NVTX_TEXT(nvtxNameCudaStream)
#define nvtxNameCudaEvent ANYCHIP_NVTX_TEXT(nvtxNameCudaEvent)

#endif
