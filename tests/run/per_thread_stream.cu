// A default stream per thread: threads do not wait for each other's work, and blocking streams not for theirs.
// OPTIONS: --default-stream per-thread
// REFERENCE: skip, launches of two streams run at the same time
// EXPECT: own stream 1 | busy 600 | other thread 0 5 | not waited for 600
// EXPECT: legacy waits 1 | now 0
#include <cstdio>
#include <thread>
__global__ void wait_for(volatile int *flag) { while (!*flag) {} }
__global__ void set(int *p, int v) { *p = v; }
int main() {
  int *flag, *data;
  cudaMallocManaged(&flag, 4);
  cudaMallocManaged(&data, 4);
  *flag = 0;
  unsigned long long own = 0, zero = 0;
  cudaStreamGetId(cudaStreamPerThread, &own);
  cudaStreamGetId(0, &zero);
  printf("own stream %d | ", own == zero);
  wait_for<<<1, 1>>>(flag);
  printf("busy %d | ", cudaStreamQuery(0));
  std::thread other([&] {
    set<<<1, 1>>>(data, 5);
    int error = cudaStreamSynchronize(0), value = 0;
    cudaMemcpy(&value, data, 4, cudaMemcpyDeviceToHost);
    printf("other thread %d %d | ", error, value);
  });
  other.join();
  printf("not waited for %d\n", cudaStreamQuery(cudaStreamPerThread));
  set<<<1, 1, 0, cudaStreamLegacy>>>(data, 6); // the legacy stream waits for blocking ones
  bool waits = cudaStreamQuery(cudaStreamLegacy) == cudaErrorNotReady;
  *(volatile int *)flag = 1;
  cudaStreamSynchronize(cudaStreamLegacy);
  printf("legacy waits %d | now %d\n", waits && *data == 6, cudaStreamQuery(0));
}
