// Advice and prefetches in the forms of CUDA 12 and 13, and what is known of a range afterwards.
// EXPECT: 1 0 | -1 0 | 0 -1 -2 | -2
// EXPECT: 13: 0 -1 2 1 | 1 101
// EXPECT: parts -2 0 0
// EXPECT: wrong 1 1 101 1 1 | pageable 0 5 | freed 1
// EXPECT: several 1 0
#include <cstdio>
#include <cstdlib>
__global__ void add(int *p) { *p += 1; }
static int ask(const void *p, size_t n, cudaMemRangeAttribute a) {
  int value = -77;
  cudaMemRangeGetAttribute(&value, 4, a, p, n);
  return value;
}
int main() {
  char *p, *device;
  cudaMallocManaged(&p, 1 << 16);
  cudaMalloc(&device, 4096);
  cudaMemAdvise(p, 1 << 16, cudaMemAdviseSetReadMostly, 0);
  printf("%d ", ask(p, 100, cudaMemRangeAttributeReadMostly));
  cudaMemAdvise(p, 1 << 16, cudaMemAdviseUnsetReadMostly, 0);
  printf("%d | ", ask(p, 100, cudaMemRangeAttributeReadMostly));
  cudaMemAdvise(p, 1 << 16, cudaMemAdviseSetPreferredLocation, cudaCpuDeviceId);
  cudaMemPrefetchAsync(p, 1 << 16, 0, 0);
  printf("%d %d | ", ask(p, 1 << 16, cudaMemRangeAttributePreferredLocation), ask(p, 4096, cudaMemRangeAttributeLastPrefetchLocation));
  cudaMemAdvise(p, 1 << 16, cudaMemAdviseSetAccessedBy, 0);
  cudaMemAdvise(p, 1 << 16, cudaMemAdviseSetAccessedBy, cudaCpuDeviceId);
  int by[3];
  cudaMemRangeGetAttribute(by, sizeof by, cudaMemRangeAttributeAccessedBy, p, 1 << 16);
  printf("%d %d %d | ", by[0], by[1], by[2]);
  cudaMemAdvise(p, 1 << 16, cudaMemAdviseUnsetPreferredLocation, 0);
  printf("%d\n", ask(p, 16, cudaMemRangeAttributePreferredLocation));
  cudaMemLocation host = {cudaMemLocationTypeHost, 0}, gpu = {cudaMemLocationTypeDevice, 0}, none = {cudaMemLocationTypeDevice, 3};
  printf("13: %d ", cudaMemPrefetchAsync(p, 4096, host, 0, 0));
  printf("%d %d ", ask(p, 4096, cudaMemRangeAttributeLastPrefetchLocation), ask(p, 4096, cudaMemRangeAttributeLastPrefetchLocationType));
  cudaMemAdvise(p, 4096, cudaMemAdviseSetPreferredLocation, gpu);
  printf("%d | %d %d\n", ask(p, 4096, cudaMemRangeAttributePreferredLocationType), cudaMemPrefetchAsync(p, 4096, gpu, 1, 0),
         cudaMemAdvise(p, 4096, cudaMemAdviseSetAccessedBy, none));
  printf("parts %d %d %d\n", ask(p, 8192, cudaMemRangeAttributePreferredLocation), ask(p + 100, 200, cudaMemRangeAttributePreferredLocation),
         ask(p + 4096, 100, cudaMemRangeAttributeReadMostly));
  printf("wrong %d %d %d %d %d | ", cudaMemAdvise(device, 64, cudaMemAdviseSetReadMostly, 0), cudaMemPrefetchAsync(p, 1 << 17, 0, 0),
         cudaMemPrefetchAsync(p, 64, 9, 0), cudaMemAdvise(p, 0, cudaMemAdviseSetReadMostly, 0), cudaMemPrefetchAsync(device, 64, 0, 0));
  int *plain = (int *)malloc(4096);
  *plain = 4;
  int prefetched = cudaMemPrefetchAsync(plain, 4096, 0, 0);
  add<<<1, 1>>>(plain);
  cudaDeviceSynchronize();
  printf("pageable %d %d | ", prefetched, *plain);
  char *gone = p;
  cudaMallocManaged(&p, 4096);
  cudaFree(gone);
  printf("freed %d\n", cudaMemAdvise(gone, 64, cudaMemAdviseSetReadMostly, 0));
  cudaMemAdvise(p, 4096, cudaMemAdviseSetReadMostly, 0);
  cudaMemPrefetchAsync(p, 4096, 0);
  int values[2] = {};
  void *data[] = {&values[0], &values[1]};
  size_t sizes[] = {4, 4};
  cudaMemRangeAttribute attributes[] = {cudaMemRangeAttributeReadMostly, cudaMemRangeAttributeLastPrefetchLocation};
  cudaMemRangeGetAttributes(data, sizes, attributes, 2, p, 4096);
  printf("several %d %d\n", values[0], values[1]);
}
