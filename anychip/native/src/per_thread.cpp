// The functions of programs compiled with a default stream per thread (anychip_cuda/per_thread_names.h): the same, with
// stream 0 the calling thread's own.
#include "anychip/stream.h"

using anychip::PerThreadDefault;

#define ANYCHIP_PER_THREAD(name, suffix, parameters, arguments) \
  cudaError_t name##suffix parameters {                         \
    const PerThreadDefault default_stream;                      \
    return name arguments;                                      \
  }

extern "C" {

ANYCHIP_PER_THREAD(cudaMemcpy, _ptds, (void *dst, const void *src, size_t count, enum cudaMemcpyKind kind), (dst, src,
                   count, kind))
ANYCHIP_PER_THREAD(cudaMemcpy2D, _ptds, (void *dst, size_t dpitch, const void *src, size_t spitch, size_t width,
                   size_t height, enum cudaMemcpyKind kind), (dst, dpitch, src, spitch, width, height, kind))
ANYCHIP_PER_THREAD(cudaMemcpy3D, _ptds, (const struct cudaMemcpy3DParms *p), (p))
ANYCHIP_PER_THREAD(cudaMemcpyPeer, _ptds, (void *dst, int dstDevice, const void *src, int srcDevice, size_t count),
                   (dst, dstDevice, src, srcDevice, count))
ANYCHIP_PER_THREAD(cudaMemcpy3DPeer, _ptds, (const struct cudaMemcpy3DPeerParms *p), (p))
ANYCHIP_PER_THREAD(cudaMemcpyToSymbol, _ptds, (const void *symbol, const void *src, size_t count, size_t offset, enum
                   cudaMemcpyKind kind), (symbol, src, count, offset, kind))
ANYCHIP_PER_THREAD(cudaMemcpyFromSymbol, _ptds, (void *dst, const void *symbol, size_t count, size_t offset, enum
                   cudaMemcpyKind kind), (dst, symbol, count, offset, kind))
ANYCHIP_PER_THREAD(cudaMemset, _ptds, (void *devPtr, int value, size_t count), (devPtr, value, count))
ANYCHIP_PER_THREAD(cudaMemset2D, _ptds, (void *devPtr, size_t pitch, int value, size_t width, size_t height), (devPtr,
                   pitch, value, width, height))
ANYCHIP_PER_THREAD(cudaMemset3D, _ptds, (struct cudaPitchedPtr pitchedDevPtr, int value, struct cudaExtent extent),
                   (pitchedDevPtr, value, extent))
ANYCHIP_PER_THREAD(cudaMemcpyAsync, _ptsz, (void *dst, const void *src, size_t count, enum cudaMemcpyKind kind,
                   cudaStream_t stream), (dst, src, count, kind, stream))
ANYCHIP_PER_THREAD(cudaMemcpy2DAsync, _ptsz, (void *dst, size_t dpitch, const void *src, size_t spitch, size_t width,
                   size_t height, enum cudaMemcpyKind kind, cudaStream_t stream), (dst, dpitch, src, spitch, width,
                   height, kind, stream))
ANYCHIP_PER_THREAD(cudaMemcpy3DAsync, _ptsz, (const struct cudaMemcpy3DParms *p, cudaStream_t stream), (p, stream))
ANYCHIP_PER_THREAD(cudaMemcpyPeerAsync, _ptsz, (void *dst, int dstDevice, const void *src, int srcDevice, size_t
                   count, cudaStream_t stream), (dst, dstDevice, src, srcDevice, count, stream))
ANYCHIP_PER_THREAD(cudaMemcpy3DPeerAsync, _ptsz, (const struct cudaMemcpy3DPeerParms *p, cudaStream_t stream), (p,
                   stream))
ANYCHIP_PER_THREAD(cudaMemcpyToSymbolAsync, _ptsz, (const void *symbol, const void *src, size_t count, size_t offset,
                   enum cudaMemcpyKind kind, cudaStream_t stream), (symbol, src, count, offset, kind, stream))
ANYCHIP_PER_THREAD(cudaMemcpyFromSymbolAsync, _ptsz, (void *dst, const void *symbol, size_t count, size_t offset, enum
                   cudaMemcpyKind kind, cudaStream_t stream), (dst, symbol, count, offset, kind, stream))
ANYCHIP_PER_THREAD(cudaMemsetAsync, _ptsz, (void *devPtr, int value, size_t count, cudaStream_t stream), (devPtr,
                   value, count, stream))
ANYCHIP_PER_THREAD(cudaMemset2DAsync, _ptsz, (void *devPtr, size_t pitch, int value, size_t width, size_t height,
                   cudaStream_t stream), (devPtr, pitch, value, width, height, stream))
ANYCHIP_PER_THREAD(cudaMemset3DAsync, _ptsz, (struct cudaPitchedPtr pitchedDevPtr, int value, struct cudaExtent
                   extent, cudaStream_t stream), (pitchedDevPtr, value, extent, stream))
ANYCHIP_PER_THREAD(cudaMemPrefetchAsync, _ptsz, (const void *devPtr, size_t count, int dstDevice, cudaStream_t
                   stream), (devPtr, count, dstDevice, stream))
ANYCHIP_PER_THREAD(cudaMemPrefetchAsync_v2, _ptsz, (const void *devPtr, size_t count, struct cudaMemLocation location,
                   unsigned int flags, cudaStream_t stream), (devPtr, count, location, flags, stream))
ANYCHIP_PER_THREAD(cudaMallocAsync, _ptsz, (void **devPtr, size_t size, cudaStream_t hStream), (devPtr, size,
                   hStream))
ANYCHIP_PER_THREAD(cudaMallocFromPoolAsync, _ptsz, (void **ptr, size_t size, cudaMemPool_t memPool, cudaStream_t
                   stream), (ptr, size, memPool, stream))
ANYCHIP_PER_THREAD(cudaFreeAsync, _ptsz, (void *devPtr, cudaStream_t hStream), (devPtr, hStream))
ANYCHIP_PER_THREAD(cudaStreamSynchronize, _ptsz, (cudaStream_t stream), (stream))
ANYCHIP_PER_THREAD(cudaStreamQuery, _ptsz, (cudaStream_t stream), (stream))
ANYCHIP_PER_THREAD(cudaStreamWaitEvent, _ptsz, (cudaStream_t stream, cudaEvent_t event, unsigned int flags), (stream,
                   event, flags))
ANYCHIP_PER_THREAD(cudaStreamGetFlags, _ptsz, (cudaStream_t hStream, unsigned int *flags), (hStream, flags))
ANYCHIP_PER_THREAD(cudaStreamGetPriority, _ptsz, (cudaStream_t hStream, int *priority), (hStream, priority))
ANYCHIP_PER_THREAD(cudaStreamGetId, _ptsz, (cudaStream_t hStream, unsigned long long *streamId), (hStream, streamId))
ANYCHIP_PER_THREAD(cudaStreamGetDevice, _ptsz, (cudaStream_t hStream, int *device), (hStream, device))
ANYCHIP_PER_THREAD(cudaStreamAttachMemAsync, _ptsz, (cudaStream_t stream, void *devPtr, size_t length, unsigned int
                   flags), (stream, devPtr, length, flags))
ANYCHIP_PER_THREAD(cudaStreamSetAttribute, _ptsz, (cudaStream_t hStream, cudaLaunchAttributeID attr, const
                   cudaLaunchAttributeValue *value), (hStream, attr, value))
ANYCHIP_PER_THREAD(cudaStreamGetAttribute, _ptsz, (cudaStream_t hStream, cudaLaunchAttributeID attr,
                   cudaLaunchAttributeValue *value_out), (hStream, attr, value_out))
ANYCHIP_PER_THREAD(cudaStreamCopyAttributes, _ptsz, (cudaStream_t dst, cudaStream_t src), (dst, src))
ANYCHIP_PER_THREAD(cudaStreamBeginCapture, _ptsz, (cudaStream_t stream, enum cudaStreamCaptureMode mode), (stream,
                   mode))
ANYCHIP_PER_THREAD(cudaStreamEndCapture, _ptsz, (cudaStream_t stream, cudaGraph_t *pGraph), (stream, pGraph))
ANYCHIP_PER_THREAD(cudaStreamIsCapturing, _ptsz, (cudaStream_t stream, enum cudaStreamCaptureStatus *pCaptureStatus),
                   (stream, pCaptureStatus))
ANYCHIP_PER_THREAD(cudaStreamGetCaptureInfo, _ptsz, (cudaStream_t stream, enum cudaStreamCaptureStatus
                   *captureStatus_out, unsigned long long *id_out, cudaGraph_t *graph_out, const cudaGraphNode_t
                   **dependencies_out, size_t *numDependencies_out), (stream, captureStatus_out, id_out, graph_out,
                   dependencies_out, numDependencies_out))
ANYCHIP_PER_THREAD(cudaStreamAddCallback, _ptsz, (cudaStream_t stream, cudaStreamCallback_t callback, void *userData,
                   unsigned int flags), (stream, callback, userData, flags))
ANYCHIP_PER_THREAD(cudaLaunchHostFunc, _ptsz, (cudaStream_t stream, cudaHostFn_t fn, void *userData), (stream, fn,
                   userData))
ANYCHIP_PER_THREAD(cudaEventRecord, _ptsz, (cudaEvent_t event, cudaStream_t stream), (event, stream))
ANYCHIP_PER_THREAD(cudaEventRecordWithFlags, _ptsz, (cudaEvent_t event, cudaStream_t stream, unsigned int flags),
                   (event, stream, flags))
ANYCHIP_PER_THREAD(cudaLaunchKernelExC, _ptsz, (const cudaLaunchConfig_t *config, const void *func, void **args),
                   (config, func, args))
ANYCHIP_PER_THREAD(cudaLaunchCooperativeKernel, _ptsz, (const void *func, dim3 gridDim, dim3 blockDim, void **args,
                   size_t sharedMem, cudaStream_t stream), (func, gridDim, blockDim, args, sharedMem, stream))

cudaError_t cudaLaunchKernel_ptsz(const void *function, dim3 grid, dim3 block, void **arguments, size_t shared,
                                  cudaStream_t stream) {
  const PerThreadDefault default_stream;
  return cudaLaunchKernel(function, grid, block, arguments, shared, stream);
}

// The configuration of <<<>>>, whose stub launches by the ordinary name.
unsigned int __cudaPushCallConfiguration_ptsz(dim3 grid, dim3 block, size_t shared, struct CUstream_st *stream) {
  return __cudaPushCallConfiguration(grid, block, shared, stream ? stream : cudaStreamPerThread);
}

} // extern "C"

#undef ANYCHIP_PER_THREAD
