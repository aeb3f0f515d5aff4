// The device: what this machine is in CUDA's terms.
#pragma once
#include "cuda_runtime_api.h"

namespace anychip {

const cudaDeviceProp &device_properties();
size_t device_heap_limit();  // cudaLimitMallocHeapSize: of malloc in kernels
size_t device_stack_limit(); // cudaLimitStackSize: of each thread

} // namespace anychip
