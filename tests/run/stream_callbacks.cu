// Host functions run in stream order.
// EXPECT: callback 7
// EXPECT: host function 9
#include <cstdio>
__global__ void set(int *p, int v) { *p = v; }
int main() {
  cudaStream_t s; int *p;
  cudaStreamCreate(&s); cudaMallocManaged(&p, 4);
  set<<<1, 1, 0, s>>>(p, 7);
  cudaStreamAddCallback(s, [](cudaStream_t, cudaError_t, void *d) { printf("callback %d\n", *(int *)d); }, p, 0);
  set<<<1, 1, 0, s>>>(p, 9);
  cudaLaunchHostFunc(s, [](void *d) { printf("host function %d\n", *(int *)d); }, p);
  cudaStreamSynchronize(s);
}
