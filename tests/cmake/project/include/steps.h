// The steps of the test program; read by the CUDA compiler and by the C++ compiler.
#pragma once
#include <cuda_runtime.h>

void scale(float *values, int count, float factor);
void shift(float *values, int count, float offset);
inline bool good(cudaError_t error) { return error == cudaSuccess; }
