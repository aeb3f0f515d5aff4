/* Kept for programs that name it: its contents are part of cuda_runtime.h. */
#ifndef __SM_61_INTRINSICS_H__
#define __SM_61_INTRINSICS_H__
#include "cuda_runtime.h"
#endif
