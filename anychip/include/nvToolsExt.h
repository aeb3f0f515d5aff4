/* NVTX under the name of its second version. */
#ifndef ANYCHIP_NVTOOLSEXT_FORWARD_H
#define ANYCHIP_NVTOOLSEXT_FORWARD_H
#include "nvtx3/nvToolsExt.h"
#endif
