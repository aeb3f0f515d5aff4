/* Rounding modes, as some library interfaces name them. */
#ifndef __DEVICE_TYPES_H__
#define __DEVICE_TYPES_H__
#include "crt/host_defines.h"

enum cudaRoundMode { cudaRoundNearest, cudaRoundZero, cudaRoundPosInf, cudaRoundMinInf };

#endif
