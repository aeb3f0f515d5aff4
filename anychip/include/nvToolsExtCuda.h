/* NVTX under the name of its second version. */
#ifndef ANYCHIP_NVTOOLSEXTCUDA_FORWARD_H
#define ANYCHIP_NVTOOLSEXTCUDA_FORWARD_H
#include "nvtx3/nvToolsExtCuda.h"
#endif
