// The device: what this machine is in CUDA's terms.
#pragma once
#include "cuda_runtime_api.h"

namespace anychip {

const cudaDeviceProp &device_properties();
void empty_device_heap();   // cudaDeviceReset: what kernels allocated is gone
size_t device_heap_limit(); // cudaLimitMallocHeapSize: of malloc in kernels

} // namespace anychip
