/* Everything device code may use without an include, one file per group of functions. */
#ifndef ANYCHIP_CUDA_DEVICE_DEVICE_LANGUAGE_H
#define ANYCHIP_CUDA_DEVICE_DEVICE_LANGUAGE_H

#include "builtins.h"
#include "clang_headers.h"
/* From here on clang's functions are defined. */
#include "min_max.h"
#include "integer.h"
#include "simd.h"
#include "dpx.h"
#include "load_store.h"
#include "atomics.h"
#include "warp.h"
#include "texture_fetch.h"

#endif
