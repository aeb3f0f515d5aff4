// Variable qualifiers, cache-hinted accesses, address spaces, printf, assert, device heap, launch bounds.
#include <new>

__constant__ float table[16];
__device__ int counter;
__managed__ int shared_with_host;
extern __shared__ float dynamic[];

template <class T>
__device__ void hinted(T *p) {
  __stcg(p, __ldg(p)), __stcs(p, __ldcg(p)), __stwb(p, __ldcs(p)), __stwt(p, __ldcv(p)), __stcs(p, __ldca(p));
}

struct Parameters {
  int n;
  float3 scale;
};

__global__ void __launch_bounds__(256, 2) memory(float *p, float4 *v, double2 *w, char *c, long *l,
                                                 const __grid_constant__ Parameters parameters) {
  __shared__ float tile[32][33];
  hinted(p), hinted(v), hinted(w), hinted(c), hinted(l);
  tile[threadIdx.y][threadIdx.x] = table[threadIdx.x & 15] + dynamic[threadIdx.x] * parameters.scale.x;
  __syncthreads();
  const uint3 thread = threadIdx;
  const dim3 block = blockDim, grid = gridDim, index = blockIdx;
  __builtin_assume(parameters.n > 0);
  if (__isGlobal(p) && __isShared(&tile[0][0]) && __cvta_generic_to_shared(&tile[0][0]) == 0) counter++;
  printf("%d %f %s\n", thread.x + block.x + grid.x + index.x, (double)tile[0][0], "text");
  assert(parameters.n < 100);
  int *heap = new int[4];
  delete[] heap;
  free(malloc(8));
  if (shared_with_host < 0) __trap();
  if (shared_with_host < -1) __brkpt();
}

template <class F>
__global__ void apply(F f, int *p) { *p = f(*p); }

__host__ __device__ float both(float x) { return rsqrtf(x) + max(x, 1.0f) + __int_as_float(__float_as_int(x)); }

int main() {
  cudaStream_t stream = cudaStreamPerThread;
  memory<<<dim3(1), dim3(32, 8), 1024, stream>>>(nullptr, nullptr, nullptr, nullptr, nullptr, Parameters{});
  int scale = 3;
  apply<<<1, 1>>>([=] __device__(int x) { return x * scale; }, (int *)nullptr);
  cudaMemcpyToSymbol(table, &scale, sizeof scale);
  shared_with_host = (int)both(2.0f);
  return cudaDeviceSynchronize();
}
