/* NVTX names for objects of the CUDA driver; they do nothing. */
#ifndef NVTOOLSEXT_CUDA_V3
#define NVTOOLSEXT_CUDA_V3

#include "../cuda.h"
#include "nvToolsExt.h"

ANYCHIP_NVTX_2(void, nvtxNameCuDeviceA, CUdevice, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCuDeviceW, CUdevice, const wchar_t *, )
ANYCHIP_NVTX_2(void, nvtxNameCuContextA, CUcontext, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCuContextW, CUcontext, const wchar_t *, )
ANYCHIP_NVTX_2(void, nvtxNameCuStreamA, CUstream, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCuStreamW, CUstream, const wchar_t *, )
ANYCHIP_NVTX_2(void, nvtxNameCuEventA, CUevent, const char *, )
ANYCHIP_NVTX_2(void, nvtxNameCuEventW, CUevent, const wchar_t *, )

#define nvtxNameCuDevice ANYCHIP_NVTX_TEXT(nvtxNameCuDevice)
#define nvtxNameCuContext ANYCHIP_NVTX_TEXT(nvtxNameCuContext)
#define nvtxNameCuStream ANYCHIP_NVTX_TEXT(nvtxNameCuStream)
#define nvtxNameCuEvent ANYCHIP_NVTX_TEXT(nvtxNameCuEvent)

#endif
