// Pools: usage and its high-water mark, limits, access, the device's pools, what a destroyed pool leaves behind.
// EXPECT: own 1000 1000 | 1 | 0 1000 0
// EXPECT: attributes 0 18446744073709551615 1 0
// EXPECT: too much 2 | access 3 1 101 | foreign 1
// EXPECT: device 1 1 0 | default 1
// EXPECT: after destroy 7 0
// EXPECT: order 700 | after reset 0
// STDERR: a copy met memory that is not there
#include <cstdint>
#include <cstdio>
__global__ void set(int *p, int v) { *p = v; }
int main() {
  cudaMemPool_t pool, standard, current;
  cudaMemPoolProps props = {};
  props.allocType = cudaMemAllocationTypePinned;
  props.location = {cudaMemLocationTypeDevice, 0};
  props.maxSize = 4096;
  cudaMemPoolCreate(&pool, &props);
  cudaStream_t stream;
  cudaStreamCreate(&stream);
  int *p, *q;
  uint64_t used = 0, high = 0, threshold = 1;
  cudaMallocAsync(&p, 1000, pool, stream);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &high);
  printf("own %d %d | ", (int)used, (int)high);
  set<<<1, 1, 0, stream>>>(p, 1);
  cudaMemcpyAsync(&used, p, 4, cudaMemcpyDeviceToHost, stream);
  cudaFreeAsync(p, stream);
  cudaStreamSynchronize(stream);
  printf("%d | ", (int)(used & 0xff) == 1);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemCurrent, &used);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &high);
  printf("%d %d ", (int)used, (int)high);
  uint64_t zero = 0, most = UINT64_MAX;
  cudaMemPoolSetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &zero);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrUsedMemHigh, &high);
  printf("%d\n", (int)high);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold);
  printf("attributes %d ", (int)threshold);
  cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &most);
  cudaMemPoolGetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &threshold);
  int reuse = 0;
  cudaMemPoolGetAttribute(pool, cudaMemPoolReuseAllowOpportunistic, &reuse);
  printf("%llu %d %d\n", (unsigned long long)threshold, reuse, cudaMemPoolTrimTo(pool, 0));
  printf("too much %d | ", cudaMallocFromPoolAsync(&q, 5000, pool, stream));
  cudaMemAccessFlags flags;
  cudaMemAccessDesc access = {{cudaMemLocationTypeDevice, 0}, cudaMemAccessFlagsProtNone}, other = {{cudaMemLocationTypeDevice, 1}};
  cudaMemPoolGetAccess(&flags, pool, &props.location);
  printf("access %d %d %d | ", flags, cudaMemPoolSetAccess(pool, &access, 1), cudaMemPoolSetAccess(pool, &other, 1));
  printf("foreign %d\n", cudaMemPoolDestroy((cudaMemPool_t)&pool));
  cudaDeviceGetDefaultMemPool(&standard, 0);
  cudaDeviceGetMemPool(&current, 0);
  printf("device %d ", current == standard);
  cudaDeviceSetMemPool(0, pool);
  cudaDeviceGetMemPool(&current, 0);
  printf("%d ", current == pool);
  cudaMallocAsync(&q, 100, stream);
  set<<<1, 1, 0, stream>>>(q, 7);
  printf("%d | ", cudaMemPoolDestroy(pool));
  cudaDeviceGetMemPool(&current, 0);
  printf("default %d\n", current == standard);
  int value = 0;
  cudaMemcpy(&value, q, 4, cudaMemcpyDeviceToHost);
  printf("after destroy %d %d\n", value, cudaFree(q));
  // Work behind a free in the same stream may not use the memory.
  cudaMallocAsync(&p, 64, stream);
  int *busy;
  cudaMallocHost(&busy, 64);
  cudaLaunchHostFunc(stream, [](void *) { for (volatile int i = 0; i < 20000000; ++i) {} }, nullptr);
  cudaFreeAsync(p, stream);
  cudaMemcpyAsync(busy, p, 64, cudaMemcpyDeviceToHost, stream);
  printf("order %d | ", cudaStreamSynchronize(stream));
  cudaDeviceReset();
  printf("after reset %d\n", cudaMalloc(&p, 64));
}
