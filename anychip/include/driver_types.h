/* Every data type of the CUDA runtime API; each chapter's types stand in a file of their own. */
#ifndef __DRIVER_TYPES_H__
#define __DRIVER_TYPES_H__

#include <limits.h>
#include <stddef.h>

#include "anychip_cuda/device_types.h"
#include "anychip_cuda/error_codes.h"
#include "anychip_cuda/execution_types.h"
#include "anychip_cuda/graph_types.h"
#include "anychip_cuda/handles_and_flags.h"
#include "anychip_cuda/memory_types.h"
#include "crt/host_defines.h"
#include "vector_types.h"

#endif
