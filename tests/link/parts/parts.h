// What main.cu and library.cu share: everything declared here is defined in library.cu, or inline.
#pragma once
#include <cstdio>

struct Shape {
  __device__ virtual float area() const;
  __device__ virtual ~Shape() {}
};
struct Square : Shape {
  float side;
  __device__ Square(float side) : side(side) {}
  __device__ float area() const override;
};

typedef int (*Operation)(int);

extern __device__ int counter;
extern __constant__ float table[4];
extern __device__ Operation negate_pointer;
extern __shared__ int dynamic[];
inline __device__ int inline_variable = 6;

__device__ int add_hidden(int x);
__device__ int sum_of_block(int start);
__device__ Operation choose(int which);
__global__ void kernel_of_library(int *p);
void run_library_kernel(int *p);

template <class T> __device__ T twice(T x) {
  static __device__ int calls;
  atomicAdd(&calls, 1);
  return x + x;
}
template <class T> __device__ T last(const T *values, int n) { return values[n - 1]; }
