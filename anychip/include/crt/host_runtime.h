/* Kept for programs that name it: its contents are part of cuda_runtime.h. */
#ifndef __CRT_HOST_RUNTIME_H__
#define __CRT_HOST_RUNTIME_H__
#include "../cuda_runtime.h"
#endif
