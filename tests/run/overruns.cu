// A GPU maps 2 MiB at a time and does not notice accesses a little outside an allocation. Here the kernel goes on too and
// the place is told; what lies outside is nobody's memory. Further away, and in freed memory, it is an error as ever.
// EXPECT: kernel 0, results right, neighbours untouched
// EXPECT: before the beginning 0
// EXPECT: memory of the same place, used again: 0
// EXPECT: far outside 700
// STDERR: illegal memory (access|read|write) in kernel no_bound_check\(.*overruns\.cu:14\b.*bytes past the end of the allocation.*went on
// STDERR: kernel one_before\(.*overruns\.cu:17\b.*went on
// STDERR: kernel touch\(.*overruns\.cu:18\b
// REFERENCE: skip, it tells every access outside an allocation
#include <cstdio>
__global__ void no_bound_check(const float *in, float *out) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  out[i] = in[i] + 1;
}
// A page is full from its beginning: what is before lies in the guard behind the allocation below.
__global__ void one_before(char *p) { p[-1] = p[0]; }
__global__ void touch(char *p, long i) { p[i] = 1; }

int main() {
  const int n = 1024;
  float *in, *out, host[n];
  char *low, *high;
  cudaMalloc(&low, 4096); cudaMalloc(&in, n * sizeof(float)); cudaMalloc(&out, n * sizeof(float)); cudaMalloc(&high, 4096);
  cudaMemset(low, 5, 4096); cudaMemset(high, 5, 4096); cudaMemset(in, 0, n * sizeof(float));
  for (int run = 0; run < 2; ++run) no_bound_check<<<9, 256>>>(in, out);
  printf("kernel %d, ", cudaDeviceSynchronize());
  bool right = true, untouched = true;
  cudaMemcpy(host, out, sizeof host, cudaMemcpyDeviceToHost);
  for (float x : host) right &= x == 1;
  for (char *memory : {low, high}) {
    cudaMemcpy(host, memory, 4096, cudaMemcpyDeviceToHost);
    for (int i = 0; i < 4096; ++i) untouched &= reinterpret_cast<char *>(host)[i] == 5;
  }
  printf("results %s, neighbours %s\n", right ? "right" : "wrong", untouched ? "untouched" : "changed");
  one_before<<<1, 1>>>(reinterpret_cast<char *>(in));
  printf("before the beginning %d\n", cudaDeviceSynchronize());
  for (int i = 0; i < 100; ++i) {
    cudaFree(out);
    cudaMalloc(&out, n * sizeof(float));
    touch<<<1, 1>>>(reinterpret_cast<char *>(out), n * sizeof(float) - 1);
  }
  printf("memory of the same place, used again: %d\n", cudaDeviceSynchronize());
  touch<<<1, 1>>>(low, 1L << 26);
  printf("far outside %d\n", cudaDeviceSynchronize());
}
