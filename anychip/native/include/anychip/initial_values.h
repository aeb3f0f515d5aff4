// The values that variables of device code start with, to which cudaDeviceReset takes them back.
#pragma once
#include "anychip/kernel_abi.h"

namespace anychip {

void keep_initial_values(const anychip_module *module); // before anything of it runs
void forget_initial_values(const anychip_module *module);
void restore_all_variables();

} // namespace anychip
