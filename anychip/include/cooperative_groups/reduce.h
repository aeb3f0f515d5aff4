/* Reductions of cooperative groups. */
#ifndef _CG_REDUCE_H
#define _CG_REDUCE_H
#include "../anychip_cuda/cooperative/reduce.h"
#endif
