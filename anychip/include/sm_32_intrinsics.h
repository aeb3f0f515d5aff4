/* Kept for programs that name it: its contents are part of cuda_runtime.h. */
#ifndef __SM_32_INTRINSICS_H__
#define __SM_32_INTRINSICS_H__
#include "cuda_runtime.h"
#endif
