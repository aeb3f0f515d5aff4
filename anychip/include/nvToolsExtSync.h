/* NVTX under the name of its second version. */
#ifndef ANYCHIP_NVTOOLSEXTSYNC_FORWARD_H
#define ANYCHIP_NVTOOLSEXTSYNC_FORWARD_H
#include "nvtx3/nvToolsExtSync.h"
#endif
