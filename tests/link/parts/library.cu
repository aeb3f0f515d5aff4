#include "parts.h"

__device__ int counter = 4;
__constant__ float table[4] = {1, 2, 3, 4};
static __device__ int hidden = 1000;
__device__ float Shape::area() const { return 0; }
__device__ float Square::area() const { return side * side; }
__device__ int add_hidden(int x) { return x + hidden + twice(x); }

static __device__ int negate(int x) { return -x; }
static __device__ int triple(int x) { return 3 * x; }
__device__ Operation negate_pointer = negate;
__device__ Operation choose(int which) { return which % 2 ? negate : triple; }

// The barriers are on both sides of the call.
__device__ int sum_of_block(int start) {
  __syncthreads();
  int sum = start;
  for (int i = 0; i < blockDim.x; ++i) sum += dynamic[i];
  __syncthreads();
  dynamic[threadIdx.x] = sum + threadIdx.x;
  __syncthreads();
  return dynamic[blockDim.x - 1 - threadIdx.x];
}

// Of the same names as in main.cu, and its own.
static __global__ void store_hidden(int *p) { p[0] = hidden + 1; }
namespace {
__device__ int anonymous = 20;
__global__ void store_anonymous(int *p) { p[1] = anonymous; }
} // namespace
__global__ void kernel_of_library(int *p) { p[2] = inline_variable + twice(1); }

void run_library_kernel(int *p) {
  store_hidden<<<1, 1>>>(p);
  store_anonymous<<<1, 1>>>(p);
}
