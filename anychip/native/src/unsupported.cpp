// What this runtime does not have yet: the calls say so. Programs that ask first, or go another way, can be linked.
#include <string>
#include "anychip/error.h"
#include "cuda_runtime_api.h"

using namespace anychip;

namespace {

cudaError_t refuse(const char *function, const char *what) {
  return device_call([&] {
    explain_error(std::string(function) + ": " + what + " are not supported");
    return cudaErrorNotSupported;
  });
}

} // namespace

extern "C" {

#define ANYCHIP_UNSUPPORTED(name, ...) \
  cudaError_t name(__VA_ARGS__) { return refuse(#name, "graphs"); }
ANYCHIP_UNSUPPORTED(cudaGraphCreate, cudaGraph_t *, unsigned int)
ANYCHIP_UNSUPPORTED(cudaGraphDestroy, cudaGraph_t)
ANYCHIP_UNSUPPORTED(cudaGraphClone, cudaGraph_t *, cudaGraph_t)
ANYCHIP_UNSUPPORTED(cudaGraphGetNodes, cudaGraph_t, cudaGraphNode_t *, size_t *)
ANYCHIP_UNSUPPORTED(cudaGraphGetRootNodes, cudaGraph_t, cudaGraphNode_t *, size_t *)
ANYCHIP_UNSUPPORTED(cudaGraphNodeGetType, cudaGraphNode_t, enum cudaGraphNodeType *)
ANYCHIP_UNSUPPORTED(cudaGraphDestroyNode, cudaGraphNode_t)
ANYCHIP_UNSUPPORTED(cudaGraphAddDependencies, cudaGraph_t, const cudaGraphNode_t *, const cudaGraphNode_t *, size_t)
ANYCHIP_UNSUPPORTED(cudaGraphAddKernelNode, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t, const
                    struct cudaKernelNodeParams *)
ANYCHIP_UNSUPPORTED(cudaGraphAddMemcpyNode, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t, const
                    struct cudaMemcpy3DParms *)
ANYCHIP_UNSUPPORTED(cudaGraphAddMemcpyNode1D, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t, void *,
                    const void *, size_t, enum cudaMemcpyKind)
ANYCHIP_UNSUPPORTED(cudaGraphAddMemsetNode, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t, const
                    struct cudaMemsetParams *)
ANYCHIP_UNSUPPORTED(cudaGraphAddHostNode, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t, const
                    struct cudaHostNodeParams *)
ANYCHIP_UNSUPPORTED(cudaGraphAddChildGraphNode, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t,
                    cudaGraph_t)
ANYCHIP_UNSUPPORTED(cudaGraphAddEmptyNode, cudaGraphNode_t *, cudaGraph_t, const cudaGraphNode_t *, size_t)
ANYCHIP_UNSUPPORTED(cudaGraphKernelNodeGetParams, cudaGraphNode_t, struct cudaKernelNodeParams *)
ANYCHIP_UNSUPPORTED(cudaGraphKernelNodeSetParams, cudaGraphNode_t, const struct cudaKernelNodeParams *)
ANYCHIP_UNSUPPORTED(cudaGraphInstantiate, cudaGraphExec_t *, cudaGraph_t, unsigned long long)
ANYCHIP_UNSUPPORTED(cudaGraphInstantiateWithFlags, cudaGraphExec_t *, cudaGraph_t, unsigned long long)
ANYCHIP_UNSUPPORTED(cudaGraphUpload, cudaGraphExec_t, cudaStream_t)
ANYCHIP_UNSUPPORTED(cudaGraphLaunch, cudaGraphExec_t, cudaStream_t)
ANYCHIP_UNSUPPORTED(cudaGraphExecDestroy, cudaGraphExec_t)
ANYCHIP_UNSUPPORTED(cudaGraphExecKernelNodeSetParams, cudaGraphExec_t, cudaGraphNode_t, const struct
                    cudaKernelNodeParams *)
ANYCHIP_UNSUPPORTED(cudaGraphExecUpdate, cudaGraphExec_t, cudaGraph_t, cudaGraphExecUpdateResultInfo *)
#undef ANYCHIP_UNSUPPORTED

#define ANYCHIP_UNSUPPORTED(name, ...) \
  cudaError_t name(__VA_ARGS__) { return refuse(#name, "arrays"); }
ANYCHIP_UNSUPPORTED(cudaMallocArray, cudaArray_t *, const struct cudaChannelFormatDesc *, size_t, size_t, unsigned
                    int)
ANYCHIP_UNSUPPORTED(cudaMalloc3DArray, cudaArray_t *, const struct cudaChannelFormatDesc *, struct cudaExtent,
                    unsigned int)
ANYCHIP_UNSUPPORTED(cudaFreeArray, cudaArray_t)
ANYCHIP_UNSUPPORTED(cudaMallocMipmappedArray, cudaMipmappedArray_t *, const struct cudaChannelFormatDesc *, struct
                    cudaExtent, unsigned int, unsigned int)
ANYCHIP_UNSUPPORTED(cudaFreeMipmappedArray, cudaMipmappedArray_t)
ANYCHIP_UNSUPPORTED(cudaGetMipmappedArrayLevel, cudaArray_t *, cudaMipmappedArray_const_t, unsigned int)
ANYCHIP_UNSUPPORTED(cudaArrayGetInfo, struct cudaChannelFormatDesc *, struct cudaExtent *, unsigned int *,
                    cudaArray_t)
ANYCHIP_UNSUPPORTED(cudaMemcpyToArray, cudaArray_t, size_t, size_t, const void *, size_t, enum cudaMemcpyKind)
ANYCHIP_UNSUPPORTED(cudaMemcpyFromArray, void *, cudaArray_const_t, size_t, size_t, size_t, enum cudaMemcpyKind)
ANYCHIP_UNSUPPORTED(cudaMemcpyToArrayAsync, cudaArray_t, size_t, size_t, const void *, size_t, enum cudaMemcpyKind,
                    cudaStream_t)
ANYCHIP_UNSUPPORTED(cudaMemcpyFromArrayAsync, void *, cudaArray_const_t, size_t, size_t, size_t, enum cudaMemcpyKind,
                    cudaStream_t)
ANYCHIP_UNSUPPORTED(cudaMemcpy2DToArray, cudaArray_t, size_t, size_t, const void *, size_t, size_t, size_t, enum
                    cudaMemcpyKind)
ANYCHIP_UNSUPPORTED(cudaMemcpy2DFromArray, void *, size_t, cudaArray_const_t, size_t, size_t, size_t, size_t, enum
                    cudaMemcpyKind)
ANYCHIP_UNSUPPORTED(cudaMemcpy2DToArrayAsync, cudaArray_t, size_t, size_t, const void *, size_t, size_t, size_t, enum
                    cudaMemcpyKind, cudaStream_t)
ANYCHIP_UNSUPPORTED(cudaMemcpy2DFromArrayAsync, void *, size_t, cudaArray_const_t, size_t, size_t, size_t, size_t,
                    enum cudaMemcpyKind, cudaStream_t)
ANYCHIP_UNSUPPORTED(cudaMemcpy2DArrayToArray, cudaArray_t, size_t, size_t, cudaArray_const_t, size_t, size_t, size_t,
                    size_t, enum cudaMemcpyKind)
#undef ANYCHIP_UNSUPPORTED

#define ANYCHIP_UNSUPPORTED(name, ...) \
  cudaError_t name(__VA_ARGS__) { return refuse(#name, "textures"); }
ANYCHIP_UNSUPPORTED(cudaDeviceGetTexture1DLinearMaxWidth, size_t *, const struct cudaChannelFormatDesc *, int)
ANYCHIP_UNSUPPORTED(cudaGetChannelDesc, struct cudaChannelFormatDesc *, cudaArray_const_t)
ANYCHIP_UNSUPPORTED(cudaCreateTextureObject, cudaTextureObject_t *, const struct cudaResourceDesc *, const struct
                    cudaTextureDesc *, const struct cudaResourceViewDesc *)
ANYCHIP_UNSUPPORTED(cudaDestroyTextureObject, cudaTextureObject_t)
ANYCHIP_UNSUPPORTED(cudaGetTextureObjectResourceDesc, struct cudaResourceDesc *, cudaTextureObject_t)
ANYCHIP_UNSUPPORTED(cudaGetTextureObjectTextureDesc, struct cudaTextureDesc *, cudaTextureObject_t)
ANYCHIP_UNSUPPORTED(cudaCreateSurfaceObject, cudaSurfaceObject_t *, const struct cudaResourceDesc *)
ANYCHIP_UNSUPPORTED(cudaDestroySurfaceObject, cudaSurfaceObject_t)
ANYCHIP_UNSUPPORTED(cudaGetSurfaceObjectResourceDesc, struct cudaResourceDesc *, cudaSurfaceObject_t)
ANYCHIP_UNSUPPORTED(cudaBindTexture, size_t *, const struct textureReference *, const void *, const struct
                    cudaChannelFormatDesc *, size_t)
ANYCHIP_UNSUPPORTED(cudaBindTexture2D, size_t *, const struct textureReference *, const void *, const struct
                    cudaChannelFormatDesc *, size_t, size_t, size_t)
ANYCHIP_UNSUPPORTED(cudaBindTextureToArray, const struct textureReference *, cudaArray_const_t, const struct
                    cudaChannelFormatDesc *)
ANYCHIP_UNSUPPORTED(cudaUnbindTexture, const struct textureReference *)
ANYCHIP_UNSUPPORTED(cudaBindSurfaceToArray, const struct surfaceReference *, cudaArray_const_t, const struct
                    cudaChannelFormatDesc *)
#undef ANYCHIP_UNSUPPORTED

#define ANYCHIP_UNSUPPORTED(name, ...) \
  cudaError_t name(__VA_ARGS__) { return refuse(#name, "clusters"); }
ANYCHIP_UNSUPPORTED(cudaOccupancyMaxPotentialClusterSize, int *, const void *, const cudaLaunchConfig_t *)
ANYCHIP_UNSUPPORTED(cudaOccupancyMaxActiveClusters, int *, const void *, const cudaLaunchConfig_t *)
#undef ANYCHIP_UNSUPPORTED

} // extern "C"
