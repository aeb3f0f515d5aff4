// A kernel in a shared object of its own, as the Python API loads them.
#include "anychip/kernel_abi.h"
#include <cstring>

extern "C" void shared_object_kernel(anychip_thread *t) {
  int *pointer;
  std::memcpy(&pointer, t->block->parameters, sizeof pointer);
  *static_cast<volatile int *>(pointer) = 1; // the line that the test expects
}
