// Managed variables: host and device see one place in memory, with its initial value before the first kernel.
// EXPECT: 5 1.5 0 @x managed
// EXPECT: 8 20.0 8 18 1 1 3
// EXPECT: 5 1.5 0 0
#include <cstdio>
struct Node { int value; Node *next; };
__managed__ int x = 5;
__device__ __managed__ float values[5] = {1, 1.5f, 2};
static __managed__ int *place;
namespace inner { __managed__ double sum; }
__managed__ Node first = {1, nullptr};
__managed__ Node *list = &first;
__global__ void change(int *by) {
  x += *by;
  values[2] *= 2;
  place = &x;
  inner::sum += x + values[2] / 2;
  list->value += 2;
}
int main() {
  printf("%d %.1f %d %s\n", x, values[1], place != nullptr, "@x managed");
  x = 7;
  values[2] = 10;
  int *one;
  cudaMallocManaged(&one, 4);
  *one = 1;
  change<<<1, 1>>>(one);
  cudaDeviceSynchronize();
  cudaPointerAttributes a;
  int copied = 0;
  void *address = nullptr;
  cudaPointerGetAttributes(&a, &x);
  cudaMemcpyFromSymbol(&copied, x, sizeof x);
  cudaGetSymbolAddress(&address, x);
  printf("%d %.1f %d %.0f %d %d %d\n", x, values[2], *place, inner::sum, a.type == cudaMemoryTypeManaged && copied == 8,
         address == &x, first.value);
  cudaDeviceReset();
  printf("%d %.1f %d %.0f\n", x, values[1], place != nullptr, inner::sum);
}
