/* Version and types of the driver API, and the functions this runtime offers of it.
 *
 * Most programs include this file for what cuda_runtime.h holds; a CUDA compilation has that included already.
 */
#ifndef __cuda_cuda_h__
#define __cuda_cuda_h__

#define CUDA_VERSION 12090
#define __CUDA_API_VERSION CUDA_VERSION

#include "anychip_cuda/driver_api.h"
#include "anychip_cuda/driver_api_types.h"

#endif
