/* Cooperative groups. Reductions are in cooperative_groups/reduce.h, as in the guide. */
#ifndef _COOPERATIVE_GROUPS_H_
#define _COOPERATIVE_GROUPS_H_
#include "anychip_cuda/cooperative/groups.h"
#endif
