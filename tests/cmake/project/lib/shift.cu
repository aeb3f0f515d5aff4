#include "steps.h"
__global__ void shift_kernel(float *values, int count, float offset) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) values[i] += offset;
}
void shift(float *values, int count, float offset) { shift_kernel<<<(count + 63) / 64, 64>>>(values, count, offset); }
