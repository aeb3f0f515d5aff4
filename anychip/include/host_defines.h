/* The qualifiers, under their older name. */
#ifndef ANYCHIP_HOST_DEFINES_FORWARD_H
#define ANYCHIP_HOST_DEFINES_FORWARD_H
#include "crt/host_defines.h"
#endif
