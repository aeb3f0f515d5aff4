// Two streams, an event between them, elapsed time, queries.
// EXPECT: 0 0 | 5 1 | 0
#include <cstdio>
__global__ void set(int *p, int v) { *p = v; }
__global__ void add(int *p, const int *q) { *p += *q; }
int main() {
  cudaStream_t a, b; cudaEvent_t done, start; int *x, *y, h; float ms = -1;
  cudaStreamCreate(&a); cudaStreamCreateWithFlags(&b, cudaStreamNonBlocking);
  cudaEventCreate(&start); cudaEventCreate(&done);
  cudaMalloc(&x, 4); cudaMalloc(&y, 4);
  cudaEventRecord(start, a);
  set<<<1, 1, 0, a>>>(x, 2);
  cudaEventRecord(done, a);
  set<<<1, 1, 0, b>>>(y, 3);
  cudaStreamWaitEvent(b, done, 0);
  add<<<1, 1, 0, b>>>(y, x);
  cudaMemcpyAsync(&h, y, 4, cudaMemcpyDeviceToHost, b);
  int s = cudaStreamSynchronize(b), e = cudaEventSynchronize(done);
  cudaEventElapsedTime(&ms, start, done);
  printf("%d %d | %d %d | ", s, e, h, ms >= 0);
  cudaStreamDestroy(a); cudaStreamDestroy(b); cudaEventDestroy(done); cudaEventDestroy(start);
  printf("%d\n", cudaStreamQuery(0));
}
