/* nvcc checks its host compiler here; any compiler that clang can stand for is fine. */
#ifndef __HOST_CONFIG_H__
#define __HOST_CONFIG_H__
#include "host_defines.h"
#endif
