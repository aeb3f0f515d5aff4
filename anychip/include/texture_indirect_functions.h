/* Kept for programs that name it: its contents are part of cuda_runtime.h. */
#ifndef __TEXTURE_INDIRECT_FUNCTIONS_H__
#define __TEXTURE_INDIRECT_FUNCTIONS_H__
#include "cuda_runtime.h"
#endif
