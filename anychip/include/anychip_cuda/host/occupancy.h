/* The block size with the most resident threads (CUDA Runtime API, "Occupancy", C++ part): tries every multiple of a
 * warp, asking the runtime how many such blocks fit.
 */
#ifndef ANYCHIP_CUDA_HOST_OCCUPANCY_H
#define ANYCHIP_CUDA_HOST_OCCUPANCY_H

#include "../../cuda_runtime_api.h"

template <class T>
static inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int *numBlocks, T func, int blockSize,
                                                                        size_t dynamicSMemSize) {
  return ::cudaOccupancyMaxActiveBlocksPerMultiprocessor(numBlocks, (const void *)func, blockSize, dynamicSMemSize);
}

template <class T>
static inline cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int *numBlocks, T func, int blockSize,
                                                                                 size_t dynamicSMemSize,
                                                                                 unsigned int flags) {
  return ::cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(numBlocks, (const void *)func, blockSize,
                                                                  dynamicSMemSize, flags);
}

template <class T>
static inline cudaError_t cudaOccupancyAvailableDynamicSMemPerBlock(size_t *dynamicSmemSize, T *func, int numBlocks,
                                                                    int blockSize) {
  return ::cudaOccupancyAvailableDynamicSMemPerBlock(dynamicSmemSize, (const void *)func, numBlocks, blockSize);
}

namespace anychip_cuda {

/* Largest block that both the kernel and the device allow, and the number of multiprocessors. */
static inline cudaError_t block_limits(const void *func, int limit, int *largest, int *processors) {
  int device = 0;
  cudaError_t status = ::cudaGetDevice(&device);
  if (status == cudaSuccess)
    status = ::cudaDeviceGetAttribute(processors, cudaDevAttrMultiProcessorCount, device);
  if (status == cudaSuccess)
    status = ::cudaDeviceGetAttribute(largest, cudaDevAttrMaxThreadsPerBlock, device);
  cudaFuncAttributes attributes;
  if (status == cudaSuccess)
    status = ::cudaFuncGetAttributes(&attributes, func);
  if (status != cudaSuccess)
    return status;
  if (attributes.maxThreadsPerBlock < *largest)
    *largest = attributes.maxThreadsPerBlock;
  if (limit > 0 && limit < *largest)
    *largest = limit;
  return cudaSuccess;
}

}  // namespace anychip_cuda

/* The shared memory of a block is a function of its size. A limit of 0 is none. */
template <class SharedMemory, class T>
static inline cudaError_t cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(
    int *minGridSize, int *blockSize, T func, SharedMemory blockSizeToDynamicSMemSize, int blockSizeLimit = 0,
    unsigned int flags = 0) {
  if (!minGridSize || !blockSize || !func)
    return cudaErrorInvalidValue;
  const int warp = 32;
  int largest = 0, processors = 0;
  cudaError_t status = anychip_cuda::block_limits((const void *)func, blockSizeLimit, &largest, &processors);
  int best_threads = 0, best_blocks = 0, best_size = 0;
  /* From large to small, so that of equal choices the largest block wins. */
  for (int size = largest; status == cudaSuccess && size > 0; size = (size - 1) / warp * warp) {
    int blocks = 0;
    status = ::cudaOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(&blocks, (const void *)func, size,
                                                                      blockSizeToDynamicSMemSize(size), flags);
    if (blocks * size <= best_threads)
      continue;
    best_threads = blocks * size;
    best_blocks = blocks;
    best_size = size;
  }
  if (status != cudaSuccess)
    return status;
  *minGridSize = best_blocks * processors;
  *blockSize = best_size;
  return cudaSuccess;
}

template <class SharedMemory, class T>
static inline cudaError_t cudaOccupancyMaxPotentialBlockSizeVariableSMem(int *minGridSize, int *blockSize, T func,
                                                                         SharedMemory blockSizeToDynamicSMemSize,
                                                                         int blockSizeLimit = 0) {
  return cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(minGridSize, blockSize, func,
                                                                 blockSizeToDynamicSMemSize, blockSizeLimit, 0);
}

namespace anychip_cuda {
struct ConstantSharedMemory {
  size_t bytes;
  __host__ __device__ size_t operator()(int) const { return bytes; }
};
}  // namespace anychip_cuda

template <class T>
static inline cudaError_t cudaOccupancyMaxPotentialBlockSizeWithFlags(int *minGridSize, int *blockSize, T func,
                                                                      size_t dynamicSMemSize = 0,
                                                                      int blockSizeLimit = 0, unsigned int flags = 0) {
  anychip_cuda::ConstantSharedMemory shared = {dynamicSMemSize};
  return cudaOccupancyMaxPotentialBlockSizeVariableSMemWithFlags(minGridSize, blockSize, func, shared, blockSizeLimit,
                                                                 flags);
}

template <class T>
static inline cudaError_t cudaOccupancyMaxPotentialBlockSize(int *minGridSize, int *blockSize, T func,
                                                             size_t dynamicSMemSize = 0, int blockSizeLimit = 0) {
  return cudaOccupancyMaxPotentialBlockSizeWithFlags(minGridSize, blockSize, func, dynamicSMemSize, blockSizeLimit, 0);
}

#endif
