// Errors of calls are read once; a kernel's fault is returned by every later call until the device is reset.
// EXPECT: not sticky 9 9 9 0 | 1 1 0
// EXPECT: fault then 700 700 700 700 700 700
// EXPECT: reset 0 0 0 | variables 3 4 | memory 1 handles 400 400
// EXPECT: trap 719 719 | assert 710 710 | end 0 5
#include <cassert>
#include <cstdio>
__device__ int counter = 3;
__constant__ int factor = 4;
__device__ int big[100000];
__global__ void touch(int *p) { *p = 1; }
__global__ void read(int *p) { p[0] = counter; p[1] = factor; p[2] = big[99999]; counter = 9; big[99999] = 1; }
__global__ void trap() { __trap(); }
__global__ void check(int x) { assert(x == 1); }
int main() {
  int *p, four = 77;
  cudaMalloc(&p, 64);
  touch<<<1, 2000>>>(p);
  int first = cudaPeekAtLastError(), again = cudaPeekAtLastError(), got = cudaGetLastError();
  printf("not sticky %d %d %d %d | ", first, again, got, cudaGetLastError());
  first = cudaMemset(p, 0, 1 << 20);
  got = cudaGetLastError();
  printf("%d %d %d\n", first, got, cudaDeviceSynchronize());
  cudaStream_t stream;
  cudaEvent_t event;
  cudaStreamCreate(&stream);
  cudaEventCreate(&event);
  read<<<1, 1>>>(p);
  cudaMemcpyToSymbol(factor, &four, 4);
  cudaDeviceSynchronize();
  touch<<<1, 1>>>((int *)16);
  printf("fault then %d ", cudaDeviceSynchronize());
  void *q;
  first = cudaMalloc(&q, 4);
  again = cudaGetLastError();
  touch<<<1, 1>>>(p);
  printf("%d %d %d %d %d\n", first, again, cudaGetLastError(), cudaStreamQuery(0), cudaFree(p));
  first = cudaDeviceReset();
  printf("reset %d %d ", first, cudaGetLastError());
  cudaMallocManaged(&q, 64);
  int *r = (int *)q;
  read<<<1, 1>>>(r);
  printf("%d | ", cudaDeviceSynchronize());
  printf("variables %d %d%s | ", r[0], r[1], r[2] ? " wrong" : "");
  printf("memory %d handles %d %d\n", cudaFree(p), cudaStreamSynchronize(stream), cudaEventRecord(event));
  trap<<<1, 1>>>();
  first = cudaDeviceSynchronize();
  printf("trap %d %d | ", first, cudaDeviceSynchronize());
  cudaDeviceReset();
  check<<<1, 1>>>(2);
  first = cudaDeviceSynchronize();
  printf("assert %d %d | ", first, cudaGetLastError());
  cudaDeviceReset();
  cudaMallocManaged(&r, 4);
  *r = 5;
  printf("end %d %d\n", cudaDeviceSynchronize(), *r);
}
