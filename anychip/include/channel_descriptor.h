/* Format of an array's elements, and cudaCreateChannelDesc<T>() (CUDA Runtime API, "Texture Object Management"). */
#ifndef __CHANNEL_DESCRIPTOR_H__
#define __CHANNEL_DESCRIPTOR_H__

#include "vector_types.h"

enum cudaChannelFormatKind {
  cudaChannelFormatKindSigned = 0,
  cudaChannelFormatKindUnsigned = 1,
  cudaChannelFormatKindFloat = 2,
  cudaChannelFormatKindNone = 3
};

/* Bits of each component. */
struct cudaChannelFormatDesc {
  int x;
  int y;
  int z;
  int w;
  enum cudaChannelFormatKind f;
};

#ifdef __cplusplus
extern "C"
#endif
    struct cudaChannelFormatDesc
    cudaCreateChannelDesc(int x, int y, int z, int w, enum cudaChannelFormatKind f);

#ifdef __cplusplus

namespace anychip_cuda {

template <class T>
struct ChannelFormat;  // undefined: no array can have elements of type T

template <int Bits, int Components, cudaChannelFormatKind Kind>
struct ChannelFormatOf {
  static cudaChannelFormatDesc describe() {
    cudaChannelFormatDesc format = {Bits, Components > 1 ? Bits : 0, Components > 2 ? Bits : 0,
                                    Components > 3 ? Bits : 0, Kind};
    return format;
  }
};

#define ANYCHIP_CHANNEL_FORMAT(type, bits, components, kind) \
  template <>                                                \
  struct ChannelFormat<type> : ChannelFormatOf<bits, components, cudaChannelFormatKind##kind> {};

#define ANYCHIP_CHANNEL_FORMATS(scalar, vector, bits, kind) \
  ANYCHIP_CHANNEL_FORMAT(scalar, bits, 1, kind)             \
  ANYCHIP_CHANNEL_FORMAT(vector##1, bits, 1, kind)          \
  ANYCHIP_CHANNEL_FORMAT(vector##2, bits, 2, kind)          \
  ANYCHIP_CHANNEL_FORMAT(vector##4, bits, 4, kind)

ANYCHIP_CHANNEL_FORMAT(char, 8, 1, Signed)
ANYCHIP_CHANNEL_FORMATS(signed char, char, 8, Signed)
ANYCHIP_CHANNEL_FORMATS(unsigned char, uchar, 8, Unsigned)
ANYCHIP_CHANNEL_FORMATS(short, short, 16, Signed)
ANYCHIP_CHANNEL_FORMATS(unsigned short, ushort, 16, Unsigned)
ANYCHIP_CHANNEL_FORMATS(int, int, 32, Signed)
ANYCHIP_CHANNEL_FORMATS(unsigned int, uint, 32, Unsigned)
ANYCHIP_CHANNEL_FORMATS(float, float, 32, Float)

#undef ANYCHIP_CHANNEL_FORMATS
#undef ANYCHIP_CHANNEL_FORMAT

}  // namespace anychip_cuda

template <class T>
static inline cudaChannelFormatDesc cudaCreateChannelDesc() {
  return anychip_cuda::ChannelFormat<T>::describe();
}

#endif
#endif
