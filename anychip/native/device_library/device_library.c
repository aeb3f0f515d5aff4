// The whole device library as one translation unit: compile this file.
//
//   clang --target=nvptx64-nvidia-cuda -O2 -ffp-contract=off -fno-math-errno -fno-vectorize \
//       -fno-slp-vectorize -emit-llvm -c device_library.c -o device_library.bc
//
// Every function that clang's CUDA headers call __nv_... is defined in one of the chapters below.
#include "bessel.c"
#include "bessel_order_n.c"
#include "conversion.c"
#include "directed_rounding.c"
#include "error_functions.c"
#include "exp_double.c"
#include "exp_float.c"
#include "fast.c"
#include "gamma.c"
#include "hyperbolic_double.c"
#include "hyperbolic_float.c"
#include "integer.c"
#include "inverse_error_functions.c"
#include "inverse_trig_double.c"
#include "inverse_trig_float.c"
#include "log_double.c"
#include "log_float.c"
#include "packed_integer.c"
#include "power.c"
#include "remainder.c"
#include "roots.c"
#include "rounding.c"
#include "trig_double.c"
#include "trig_float.c"
