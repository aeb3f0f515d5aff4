/* The older name of crt/host_config.h. */
#ifndef ANYCHIP_HOST_CONFIG_FORWARD_H
#define ANYCHIP_HOST_CONFIG_FORWARD_H
#include "crt/host_config.h"
#endif
