#include "steps.h"
__global__ void scale_kernel(float *values, int count, float factor) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) values[i] *= factor;
}
void scale(float *values, int count, float factor) { scale_kernel<<<(count + 63) / 64, 64>>>(values, count, factor); }
