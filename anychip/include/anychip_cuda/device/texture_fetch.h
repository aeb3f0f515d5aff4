/* Texture and surface access is not supported: every use is an error with that message, at the line of the use. */
#ifndef ANYCHIP_CUDA_DEVICE_TEXTURE_FETCH_H
#define ANYCHIP_CUDA_DEVICE_TEXTURE_FETCH_H

#include "../../surface_types.h"
#include "../../texture_types.h"

namespace anychip_cuda {
template <class...>
struct Unsupported {
  static const bool value = false;
};
}  // namespace anychip_cuda

template <class T, int Type = cudaTextureType1D, enum cudaTextureReadMode Mode = cudaReadModeElementType>
struct texture : textureReference {
  static_assert(anychip_cuda::Unsupported<T>::value, "texture references are not supported by anychip");
};

template <class T, int Type = cudaSurfaceType1D>
struct surface : surfaceReference {
  static_assert(anychip_cuda::Unsupported<T>::value, "surface references are not supported by anychip");
};

/* Both forms of the guide: value = tex2D<T>(object, ...) and tex2D(&value, object, ...). */
#define ANYCHIP_UNSUPPORTED_ACCESS(name)                                                                  \
  template <class T, class... Arguments>                                                                  \
  static __device__ inline T name(cudaTextureObject_t, Arguments...) {                                    \
    static_assert(anychip_cuda::Unsupported<T>::value, #name " is not supported by anychip: texture access"); \
    return T();                                                                                           \
  }                                                                                                       \
  template <class T, class... Arguments>                                                                  \
  static __device__ inline void name(T *, cudaTextureObject_t, Arguments...) {                            \
    static_assert(anychip_cuda::Unsupported<T>::value, #name " is not supported by anychip: texture access"); \
  }

ANYCHIP_UNSUPPORTED_ACCESS(tex1D)
ANYCHIP_UNSUPPORTED_ACCESS(tex1Dfetch)
ANYCHIP_UNSUPPORTED_ACCESS(tex1DLod)
ANYCHIP_UNSUPPORTED_ACCESS(tex1DLayered)
ANYCHIP_UNSUPPORTED_ACCESS(tex2D)
ANYCHIP_UNSUPPORTED_ACCESS(tex2DLod)
ANYCHIP_UNSUPPORTED_ACCESS(tex2DGrad)
ANYCHIP_UNSUPPORTED_ACCESS(tex2DLayered)
ANYCHIP_UNSUPPORTED_ACCESS(tex2Dgather)
ANYCHIP_UNSUPPORTED_ACCESS(tex3D)
ANYCHIP_UNSUPPORTED_ACCESS(tex3DLod)
ANYCHIP_UNSUPPORTED_ACCESS(tex3DGrad)
ANYCHIP_UNSUPPORTED_ACCESS(texCubemap)
ANYCHIP_UNSUPPORTED_ACCESS(texCubemapLayered)
ANYCHIP_UNSUPPORTED_ACCESS(surf1Dread)
ANYCHIP_UNSUPPORTED_ACCESS(surf2Dread)
ANYCHIP_UNSUPPORTED_ACCESS(surf3Dread)
ANYCHIP_UNSUPPORTED_ACCESS(surf2DLayeredread)

#undef ANYCHIP_UNSUPPORTED_ACCESS

#define ANYCHIP_UNSUPPORTED_WRITE(name)                                                                   \
  template <class T, class... Arguments>                                                                  \
  static __device__ inline void name(T, cudaSurfaceObject_t, Arguments...) {                              \
    static_assert(anychip_cuda::Unsupported<T>::value, #name " is not supported by anychip: surface access"); \
  }

ANYCHIP_UNSUPPORTED_WRITE(surf1Dwrite)
ANYCHIP_UNSUPPORTED_WRITE(surf2Dwrite)
ANYCHIP_UNSUPPORTED_WRITE(surf3Dwrite)
ANYCHIP_UNSUPPORTED_WRITE(surf2DLayeredwrite)

#undef ANYCHIP_UNSUPPORTED_WRITE

#endif
