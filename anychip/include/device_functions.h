/* Kept for programs that name it: its contents are part of cuda_runtime.h. */
#ifndef __DEVICE_FUNCTIONS_H__
#define __DEVICE_FUNCTIONS_H__
#include "cuda_runtime.h"
#endif
