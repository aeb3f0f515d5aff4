/* Sizes and alignments of the Programming Guide's table of built-in vector types, numbers of the reference manual.
 * Valid C and C++, to be compiled by every compiler that reads the headers. */
#include <cuda_runtime_api.h>

#ifdef __cplusplus
#define STATIC_ASSERT static_assert
#define ALIGNOF alignof
#else
#define STATIC_ASSERT _Static_assert
#define ALIGNOF _Alignof
#endif
#define LAYOUT(type, size, alignment) STATIC_ASSERT(sizeof(type) == size && ALIGNOF(type) == alignment, #type)

LAYOUT(char1, 1, 1);
LAYOUT(char2, 2, 2);
LAYOUT(uchar3, 3, 1);
LAYOUT(uchar4, 4, 4);
LAYOUT(short2, 4, 4);
LAYOUT(short3, 6, 2);
LAYOUT(ushort4, 8, 8);
LAYOUT(int2, 8, 8);
LAYOUT(int3, 12, 4);
LAYOUT(uint4, 16, 16);
LAYOUT(float1, 4, 4);
LAYOUT(float2, 8, 8);
LAYOUT(float3, 12, 4);
LAYOUT(float4, 16, 16);
LAYOUT(longlong2, 16, 16);
LAYOUT(ulonglong4, 32, 16);
LAYOUT(double2, 16, 16);
LAYOUT(double3, 24, 8);
LAYOUT(double4, 32, 16);
LAYOUT(double4_32a, 32, 32);
LAYOUT(long1, sizeof(long), sizeof(long));
LAYOUT(long2, 2 * sizeof(long), 2 * sizeof(long));
LAYOUT(dim3, 12, 4);
LAYOUT(cudaIpcMemHandle_t, 64, 1);
LAYOUT(cudaUUID_t, 16, 1);
STATIC_ASSERT(sizeof(cudaLaunchAttributeValue) == 64, "attribute value");

STATIC_ASSERT(cudaErrorInvalidValue == 1 && cudaErrorMemoryAllocation == 2, "error numbers");
STATIC_ASSERT(cudaErrorInvalidConfiguration == 9 && cudaErrorInvalidMemcpyDirection == 21, "error numbers");
STATIC_ASSERT(cudaErrorInvalidDeviceFunction == 98 && cudaErrorNoDevice == 100, "error numbers");
STATIC_ASSERT(cudaErrorInvalidResourceHandle == 400 && cudaErrorNotReady == 600, "error numbers");
STATIC_ASSERT(cudaErrorIllegalAddress == 700 && cudaErrorLaunchOutOfResources == 701, "error numbers");
STATIC_ASSERT(cudaErrorAssert == 710 && cudaErrorLaunchFailure == 719 && cudaErrorUnknown == 999, "error numbers");
STATIC_ASSERT(cudaDevAttrMaxThreadsPerBlock == 1 && cudaDevAttrMultiProcessorCount == 16, "attribute numbers");
STATIC_ASSERT(cudaDevAttrComputeCapabilityMajor == 75 && cudaDevAttrCooperativeLaunch == 95, "attribute numbers");
STATIC_ASSERT(CUDART_VERSION == 12090, "version");
