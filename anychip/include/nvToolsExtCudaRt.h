/* NVTX under the name of its second version. */
#ifndef ANYCHIP_NVTOOLSEXTCUDART_FORWARD_H
#define ANYCHIP_NVTOOLSEXTCUDART_FORWARD_H
#include "nvtx3/nvToolsExtCudaRt.h"
#endif
