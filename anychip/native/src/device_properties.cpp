// Properties and attributes. Facts of the machine where there is one; the limits of compute capability 8.0 otherwise.
#include <cstddef>
#include <cstdio>
#include <cstring>
#include "anychip/device.h"
#include "anychip/error.h"
#include "anychip/executor.h"
#include "anychip/machine.h"
#include "anychip/memory.h"
#include "anychip/module.h"

namespace anychip {
namespace {

void describe_machine(cudaDeviceProp &device) {
  std::snprintf(device.name, sizeof device.name, "anychip %s", processor_name().c_str());
  std::memcpy(device.uuid.bytes, "anychip device 0", sizeof device.uuid.bytes);
  device.totalGlobalMem = device_memory_total();
  device.multiProcessorCount = static_cast<int>(worker_count());
  device.clockRate = processor_clock_khz();
  device.memoryClockRate = processor_clock_khz(); // not known; programs divide by it
  device.memoryBusWidth = 64;
  device.l2CacheSize = static_cast<int>(last_level_cache_bytes());
  device.singleToDoublePrecisionPerfRatio = 2;
}

void describe_execution_limits(cudaDeviceProp &device) {
  device.major = 8;
  device.minor = 0;
  device.warpSize = 32;
  device.maxThreadsPerBlock = 1024;
  device.maxThreadsDim[0] = device.maxThreadsDim[1] = 1024;
  device.maxThreadsDim[2] = 64;
  device.maxGridSize[0] = 0x7fffffff;
  device.maxGridSize[1] = device.maxGridSize[2] = 65535;
  device.maxThreadsPerMultiProcessor = 2048;
  device.maxBlocksPerMultiProcessor = 32;
  device.regsPerBlock = device.regsPerMultiprocessor = 65536;
  device.asyncEngineCount = 1;
  device.concurrentKernels = 1;
  device.computePreemptionSupported = 1;
  device.streamPrioritiesSupported = 1;
}

void describe_memory(cudaDeviceProp &device) {
  device.sharedMemPerBlock = default_shared_bytes;
  device.sharedMemPerBlockOptin = largest_shared_bytes;
  device.sharedMemPerMultiprocessor = multiprocessor_shared_bytes;
  device.reservedSharedMemPerBlock = reserved_shared_bytes;
  device.totalConstMem = 65536;
  device.memPitch = 0x7fffffff;
  device.textureAlignment = 512;
  device.texturePitchAlignment = 32;
  device.surfaceAlignment = 512;
  device.globalL1CacheSupported = device.localL1CacheSupported = 1;
}

void describe_host_relation(cudaDeviceProp &device) {
  device.integrated = 1; // it shares the host's memory
  device.canMapHostMemory = device.unifiedAddressing = device.managedMemory = 1;
  device.concurrentManagedAccess = device.pageableMemoryAccess = 1;
  device.pageableMemoryAccessUsesHostPageTables = device.directManagedMemAccessFromHost = 1;
  device.hostNativeAtomicSupported = device.canUseHostPointerForRegisteredMem = 1;
  device.hostRegisterSupported = device.hostRegisterReadOnlySupported = 1;
  device.deviceOverlap = 1;
  device.unifiedFunctionPointers = 0;
  device.memoryPoolsSupported = 1;
  device.memoryPoolSupportedHandleTypes = cudaMemHandleTypeNone; // pools are not shared between processes
  device.deviceNumaId = device.hostNumaId = -1;                  // no node is known to be nearest
}

// Which field answers which attribute; all of them are int or size_t.
struct AttributeField {
  cudaDeviceAttr attribute;
  size_t offset;
  size_t bytes;
};

#define ANYCHIP_FIELD(attribute, field) {attribute, offsetof(cudaDeviceProp, field), sizeof(cudaDeviceProp::field)}
#define ANYCHIP_ELEMENT(attribute, field, index) {attribute, offsetof(cudaDeviceProp, field) + sizeof(int) * (index), sizeof(int)}
constexpr AttributeField attribute_fields[] = {
    ANYCHIP_FIELD(cudaDevAttrMaxThreadsPerBlock, maxThreadsPerBlock),
    ANYCHIP_ELEMENT(cudaDevAttrMaxBlockDimX, maxThreadsDim, 0),
    ANYCHIP_ELEMENT(cudaDevAttrMaxBlockDimY, maxThreadsDim, 1),
    ANYCHIP_ELEMENT(cudaDevAttrMaxBlockDimZ, maxThreadsDim, 2),
    ANYCHIP_ELEMENT(cudaDevAttrMaxGridDimX, maxGridSize, 0),
    ANYCHIP_ELEMENT(cudaDevAttrMaxGridDimY, maxGridSize, 1),
    ANYCHIP_ELEMENT(cudaDevAttrMaxGridDimZ, maxGridSize, 2),
    ANYCHIP_FIELD(cudaDevAttrMaxSharedMemoryPerBlock, sharedMemPerBlock),
    ANYCHIP_FIELD(cudaDevAttrTotalConstantMemory, totalConstMem),
    ANYCHIP_FIELD(cudaDevAttrWarpSize, warpSize),
    ANYCHIP_FIELD(cudaDevAttrMaxPitch, memPitch),
    ANYCHIP_FIELD(cudaDevAttrMaxRegistersPerBlock, regsPerBlock),
    ANYCHIP_FIELD(cudaDevAttrClockRate, clockRate),
    ANYCHIP_FIELD(cudaDevAttrTextureAlignment, textureAlignment),
    ANYCHIP_FIELD(cudaDevAttrGpuOverlap, deviceOverlap),
    ANYCHIP_FIELD(cudaDevAttrMultiProcessorCount, multiProcessorCount),
    ANYCHIP_FIELD(cudaDevAttrKernelExecTimeout, kernelExecTimeoutEnabled),
    ANYCHIP_FIELD(cudaDevAttrIntegrated, integrated),
    ANYCHIP_FIELD(cudaDevAttrCanMapHostMemory, canMapHostMemory),
    ANYCHIP_FIELD(cudaDevAttrComputeMode, computeMode),
    ANYCHIP_FIELD(cudaDevAttrMaxTexture1DWidth, maxTexture1D),
    ANYCHIP_ELEMENT(cudaDevAttrMaxTexture2DWidth, maxTexture2D, 0),
    ANYCHIP_ELEMENT(cudaDevAttrMaxTexture2DHeight, maxTexture2D, 1),
    ANYCHIP_ELEMENT(cudaDevAttrMaxTexture3DWidth, maxTexture3D, 0),
    ANYCHIP_ELEMENT(cudaDevAttrMaxTexture3DHeight, maxTexture3D, 1),
    ANYCHIP_ELEMENT(cudaDevAttrMaxTexture3DDepth, maxTexture3D, 2),
    ANYCHIP_FIELD(cudaDevAttrSurfaceAlignment, surfaceAlignment),
    ANYCHIP_FIELD(cudaDevAttrConcurrentKernels, concurrentKernels),
    ANYCHIP_FIELD(cudaDevAttrEccEnabled, ECCEnabled),
    ANYCHIP_FIELD(cudaDevAttrPciBusId, pciBusID),
    ANYCHIP_FIELD(cudaDevAttrPciDeviceId, pciDeviceID),
    ANYCHIP_FIELD(cudaDevAttrTccDriver, tccDriver),
    ANYCHIP_FIELD(cudaDevAttrMemoryClockRate, memoryClockRate),
    ANYCHIP_FIELD(cudaDevAttrGlobalMemoryBusWidth, memoryBusWidth),
    ANYCHIP_FIELD(cudaDevAttrL2CacheSize, l2CacheSize),
    ANYCHIP_FIELD(cudaDevAttrMaxThreadsPerMultiProcessor, maxThreadsPerMultiProcessor),
    ANYCHIP_FIELD(cudaDevAttrAsyncEngineCount, asyncEngineCount),
    ANYCHIP_FIELD(cudaDevAttrUnifiedAddressing, unifiedAddressing),
    ANYCHIP_FIELD(cudaDevAttrPciDomainId, pciDomainID),
    ANYCHIP_FIELD(cudaDevAttrTexturePitchAlignment, texturePitchAlignment),
    ANYCHIP_FIELD(cudaDevAttrComputeCapabilityMajor, major),
    ANYCHIP_FIELD(cudaDevAttrComputeCapabilityMinor, minor),
    ANYCHIP_FIELD(cudaDevAttrStreamPrioritiesSupported, streamPrioritiesSupported),
    ANYCHIP_FIELD(cudaDevAttrGlobalL1CacheSupported, globalL1CacheSupported),
    ANYCHIP_FIELD(cudaDevAttrLocalL1CacheSupported, localL1CacheSupported),
    ANYCHIP_FIELD(cudaDevAttrMaxSharedMemoryPerMultiprocessor, sharedMemPerMultiprocessor),
    ANYCHIP_FIELD(cudaDevAttrMaxRegistersPerMultiprocessor, regsPerMultiprocessor),
    ANYCHIP_FIELD(cudaDevAttrManagedMemory, managedMemory),
    ANYCHIP_FIELD(cudaDevAttrIsMultiGpuBoard, isMultiGpuBoard),
    ANYCHIP_FIELD(cudaDevAttrMultiGpuBoardGroupID, multiGpuBoardGroupID),
    ANYCHIP_FIELD(cudaDevAttrHostNativeAtomicSupported, hostNativeAtomicSupported),
    ANYCHIP_FIELD(cudaDevAttrSingleToDoublePrecisionPerfRatio, singleToDoublePrecisionPerfRatio),
    ANYCHIP_FIELD(cudaDevAttrPageableMemoryAccess, pageableMemoryAccess),
    ANYCHIP_FIELD(cudaDevAttrConcurrentManagedAccess, concurrentManagedAccess),
    ANYCHIP_FIELD(cudaDevAttrComputePreemptionSupported, computePreemptionSupported),
    ANYCHIP_FIELD(cudaDevAttrCanUseHostPointerForRegisteredMem, canUseHostPointerForRegisteredMem),
    ANYCHIP_FIELD(cudaDevAttrCooperativeLaunch, cooperativeLaunch),
    ANYCHIP_FIELD(cudaDevAttrCooperativeMultiDeviceLaunch, cooperativeMultiDeviceLaunch),
    ANYCHIP_FIELD(cudaDevAttrMaxSharedMemoryPerBlockOptin, sharedMemPerBlockOptin),
    ANYCHIP_FIELD(cudaDevAttrHostRegisterSupported, hostRegisterSupported),
    ANYCHIP_FIELD(cudaDevAttrPageableMemoryAccessUsesHostPageTables, pageableMemoryAccessUsesHostPageTables),
    ANYCHIP_FIELD(cudaDevAttrDirectManagedMemAccessFromHost, directManagedMemAccessFromHost),
    ANYCHIP_FIELD(cudaDevAttrMaxBlocksPerMultiprocessor, maxBlocksPerMultiProcessor),
    ANYCHIP_FIELD(cudaDevAttrMaxPersistingL2CacheSize, persistingL2CacheMaxSize),
    ANYCHIP_FIELD(cudaDevAttrMaxAccessPolicyWindowSize, accessPolicyMaxWindowSize),
    ANYCHIP_FIELD(cudaDevAttrReservedSharedMemoryPerBlock, reservedSharedMemPerBlock),
    ANYCHIP_FIELD(cudaDevAttrSparseCudaArraySupported, sparseCudaArraySupported),
    ANYCHIP_FIELD(cudaDevAttrHostRegisterReadOnlySupported, hostRegisterReadOnlySupported),
    ANYCHIP_FIELD(cudaDevAttrMemoryPoolsSupported, memoryPoolsSupported),
    ANYCHIP_FIELD(cudaDevAttrGPUDirectRDMASupported, gpuDirectRDMASupported),
    ANYCHIP_FIELD(cudaDevAttrClusterLaunch, clusterLaunch),
    ANYCHIP_FIELD(cudaDevAttrIpcEventSupport, ipcEventSupported),
    ANYCHIP_FIELD(cudaDevAttrTimelineSemaphoreInteropSupported, timelineSemaphoreInteropSupported),
    ANYCHIP_FIELD(cudaDevAttrGPUDirectRDMAFlushWritesOptions, gpuDirectRDMAFlushWritesOptions),
    ANYCHIP_FIELD(cudaDevAttrGPUDirectRDMAWritesOrdering, gpuDirectRDMAWritesOrdering),
    ANYCHIP_FIELD(cudaDevAttrMemoryPoolSupportedHandleTypes, memoryPoolSupportedHandleTypes),
    ANYCHIP_FIELD(cudaDevAttrDeferredMappingCudaArraySupported, deferredMappingCudaArraySupported),
    ANYCHIP_FIELD(cudaDevAttrNumaConfig, deviceNumaConfig),
    ANYCHIP_FIELD(cudaDevAttrNumaId, deviceNumaId),
    ANYCHIP_FIELD(cudaDevAttrHostNumaId, hostNumaId),
    ANYCHIP_FIELD(cudaDevAttrMpsEnabled, mpsEnabled),
    ANYCHIP_FIELD(cudaDevAttrGpuPciDeviceId, gpuPciDeviceID),
    ANYCHIP_FIELD(cudaDevAttrGpuPciSubsystemId, gpuPciSubsystemID),
    ANYCHIP_FIELD(cudaDevAttrHostNumaMultinodeIpcSupported, hostNumaMultinodeIpcSupported),
};
#undef ANYCHIP_FIELD
#undef ANYCHIP_ELEMENT

int read_field(const AttributeField &field) {
  const char *place = reinterpret_cast<const char *>(&device_properties()) + field.offset;
  if (field.bytes == sizeof(size_t)) return static_cast<int>(*reinterpret_cast<const size_t *>(place));
  return *reinterpret_cast<const int *>(place);
}

} // namespace

const cudaDeviceProp &device_properties() {
  static const cudaDeviceProp properties = [] {
    cudaDeviceProp device{};
    describe_machine(device);
    describe_execution_limits(device);
    describe_memory(device);
    describe_host_relation(device);
    return device;
  }();
  return properties;
}

} // namespace anychip

using namespace anychip;

extern "C" {

cudaError_t cudaGetDeviceProperties(struct cudaDeviceProp *properties, int device) {
  if (!properties) return remember_error(cudaErrorInvalidValue);
  if (device != 0) return remember_error(cudaErrorInvalidDevice);
  *properties = device_properties();
  return cudaSuccess;
}

// Attributes without a field here (textures, NUMA, ...) are of things the device does not have: 0.
cudaError_t cudaDeviceGetAttribute(int *value, enum cudaDeviceAttr attribute, int device) {
  if (!value || attribute <= 0 || attribute >= cudaDevAttrMax) return remember_error(cudaErrorInvalidValue);
  if (device != 0) return remember_error(cudaErrorInvalidDevice);
  *value = 0;
  for (const AttributeField &field : attribute_fields)
    if (field.attribute == attribute) *value = read_field(field);
  return cudaSuccess;
}

} // extern "C"
