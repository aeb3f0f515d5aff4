// Memory pools of the stream-ordered allocator.
#pragma once
#include "cuda_runtime_api.h"

namespace anychip {

void destroy_all_pools(); // cudaDeviceReset: the program's own; the default pool gets its first settings back

} // namespace anychip
