#include "parts.h"

static __device__ int hidden = 3;
static __global__ void store_hidden(int *p) { p[0] = hidden; }
namespace {
__device__ int anonymous = 10;
__global__ void store_anonymous(int *p) { p[1] = anonymous; }
} // namespace

__global__ void use_all(int *p, float *area) {
  Square square(3);
  const Shape *shape = &square;
  area[0] = shape->area();
  p[0] = add_hidden(1);
  p[1] = counter + hidden;
  p[2] = (int)last(table, 4);
  p[3] = negate_pointer(5);
  p[4] = twice(2) + inline_variable;
}
__global__ void choose_by_thread(int *p) { p[threadIdx.x] = choose(threadIdx.x)(threadIdx.x); }
__global__ void sum_blocks(int *p) {
  dynamic[threadIdx.x] = threadIdx.x;
  p[blockIdx.x * blockDim.x + threadIdx.x] = sum_of_block(blockIdx.x);
}

static void show(const char *what, const int *device, int n) {
  int values[64];
  cudaMemcpy(values, device, n * sizeof(int), cudaMemcpyDeviceToHost);
  printf("%s", what);
  for (int i = 0; i < n; ++i) printf(" %d", values[i]);
  printf("\n");
}

extern "C" int run_all() {
  int *p;
  float *area, side;
  cudaMalloc(&p, 64 * sizeof(int));
  cudaMalloc(&area, sizeof(float));
  int value = 100;
  cudaMemcpyToSymbol(counter, &value, sizeof value);
  use_all<<<1, 1>>>(p, area);
  show("all", p, 5);
  cudaMemcpy(&side, area, sizeof side, cudaMemcpyDeviceToHost);
  printf("area %g\n", side);
  const float numbers[4] = {0, 0, 0, 7.5f};
  cudaMemcpyToSymbol(table, numbers, sizeof numbers);
  value = 50;
  cudaMemcpyToSymbol(hidden, &value, sizeof value);
  use_all<<<1, 1>>>(p, area);
  show("changed", p, 5);
  store_hidden<<<1, 1>>>(p);
  store_anonymous<<<1, 1>>>(p);
  show("own", p, 2);
  run_library_kernel(p);
  kernel_of_library<<<1, 1>>>(p);
  show("library's", p, 3);
  choose_by_thread<<<1, 6>>>(p);
  show("chosen", p, 6);
  sum_blocks<<<2, 4, 4 * sizeof(int)>>>(p);
  show("sums", p, 8);
  cudaMemcpyFromSymbol(&value, counter, sizeof value);
  printf("counter %d, %s\n", value, cudaGetErrorString(cudaDeviceSynchronize()));
  cudaFree(p);
  cudaFree(area);
  return 0;
}
#ifndef AS_LIBRARY
int main() { return run_all(); }
#endif
