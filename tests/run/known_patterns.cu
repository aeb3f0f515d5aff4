// Accesses whose order among the lanes is known when the kernel is compiled: exchanged, spread, repeated; some lanes off.
// SAME
#include <cstdio>
#include <cstring>
constexpr int N = 96, GUARD = -7;
template <class T> __device__ T of(int number) { return static_cast<T>(number * 3 + 1); }
template <class T> __global__ void exchange(const T *in, T *out) {
  int t = threadIdx.x;
  out[t] = in[t ^ 1] + in[t ^ 5] * 2 + in[t >> 1] + in[t & 3] + in[(t & ~3) | (3 - (t & 3))] + in[t | 2];
}
template <class T, int P> __global__ void spread(const T *in, T *out) {
  int t = threadIdx.x, k = t & (P - 1), j = 2 * t - k;
  T a = in[j], b = in[j + P];
  if (a > b) {
    out[j] = b;
    out[j + P] = a;
  } else {
    out[j] = a;
  }
}
template <class T> __global__ void holes(const T *in, T *out) {
  int t = threadIdx.x;
  out[t * 3] = in[t];
  if (in[t] > of<T>(20)) out[(t ^ 3) * 3 + 1] = in[t ^ 2];
}
__global__ void in_a_loop(const int *in, int *out, int rounds) {
  __shared__ int buffer[2 * N];
  int t = threadIdx.x;
  buffer[t] = in[t], buffer[t + N] = in[N - 1 - t];
  __syncthreads();
  for (int k = 0; k < rounds + (t & 2); k++) {
    int p = 2 * t - (t & 7);
    if (buffer[p] > k) buffer[p + 8] ^= buffer[p] + k;
    else buffer[p] += 5;
  }
  __syncthreads();
  out[t] = buffer[t], out[t + N] = buffer[t + N];
}
// The last lanes' elements are the last of an allocation, which ends where a page does.
template <class T> __global__ void at_the_end(const T *end, T *out) {
  int t = threadIdx.x, threads = blockDim.x;
  out[t] = end[-1 - (t >> 1)] + end[(t >> 1) - (threads >> 1)] + end[-4 + (t & 3)];
}
template <class T> void report(const char *name, T *device, int count) {
  T host[8 * N];
  cudaMemcpy(host, device, count * sizeof(T), cudaMemcpyDeviceToHost);
  unsigned sum = 0;
  for (int i = 0; i < count; i++) sum = sum * 31 + static_cast<unsigned>(static_cast<long>(host[i]));
  printf("%s %08x\n", name, sum);
  for (int i = 0; i < count; i++) host[i] = static_cast<T>(GUARD);
  cudaMemcpy(device, host, count * sizeof(T), cudaMemcpyHostToDevice);
}
template <class T> void all(const char *name) {
  T host[8 * N], *in, *out;
  for (int i = 0; i < 8 * N; i++) host[i] = static_cast<T>((i * 37 + 11) % 101);
  cudaMalloc(&in, sizeof host);
  cudaMalloc(&out, sizeof host);
  cudaMemset(out, 1, sizeof host);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  T *page;
  constexpr int PAGE = 4096 / sizeof(T);
  cudaMalloc(&page, PAGE * sizeof(T));
  cudaMemset(page, 0, PAGE * sizeof(T));
  cudaMemcpy(page + PAGE - 64, host, 64 * sizeof(T), cudaMemcpyHostToDevice);
  puts(name);
  for (int threads : {N, 64, 37, 8}) {
    exchange<T><<<1, threads>>>(in, out), report("exchange", out, 8 * N);
    spread<T, 1><<<1, threads>>>(in, out), report("spread 1", out, 8 * N);
    spread<T, 2><<<1, threads>>>(in, out), report("spread 2", out, 8 * N);
    spread<T, 4><<<1, threads>>>(in, out), report("spread 4", out, 8 * N);
    spread<T, 16><<<1, threads>>>(in, out), report("spread 16", out, 8 * N);
    holes<T><<<1, threads>>>(in, out), report("holes", out, 8 * N);
    at_the_end<T><<<1, threads & ~1>>>(page + PAGE, out), report("at the end", out, 8 * N);
  }
}
int main() {
  all<int>("int");
  all<float>("float");
  all<double>("double");
  all<unsigned char>("unsigned char");
  all<short>("short");
  int host[8 * N], *in, *out;
  for (int i = 0; i < 8 * N; i++) host[i] = (i * 53 + 5) % 89;
  cudaMalloc(&in, sizeof host);
  cudaMalloc(&out, sizeof host);
  cudaMemset(out, 0, sizeof host);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  in_a_loop<<<1, N>>>(in, out, 5), report("in a loop", out, 2 * N);
}
