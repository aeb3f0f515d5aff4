// Local arrays of scalars: indexed at run time, filled, live across barriers, under conditions, of all sizes of elements.
// SAME
#include <cstdio>
template <class T> __global__ void work(const T *in, T *out, int n, int rounds) {
  T a[12] = {}, b[7], c[100];
  int t = blockIdx.x * blockDim.x + threadIdx.x;
  for (int i = 0; i < 7; i++) b[i] = in[(t * 5 + i) % n];
  for (int i = 0; i < 100; i++) c[i] = T(i);
  __syncthreads();
  for (int r = 0; r < rounds; r++) {
    a[(t + r) % 12] += b[r % 7];
    if ((t + r) % 3 == 0) {
      T d[5] = {1, 2, 3, 4, 5};
      T e[40];
      for (int i = 0; i < 40; i++) e[i] = 0;
      e[(t * r) % 40] = b[(t + r) % 7];
      d[r % 5] = e[(t * 3 + r) % 40] + d[(t + 1) % 5];
      a[r % 12] += d[(r + t) % 5];
      for (int i = t % 4; i < 5; i++) c[(i * r + t) % 100] += d[i];
    }
    __syncthreads();
  }
  if (t >= n) return;
  T sum = 0;
  for (int i = 0; i < 12; i++) sum += a[i] * T(i + 1);
  for (int i = t & 1; i < 100; i += 3) sum += c[i];
  T *p = t % 5 ? a + t % 7 : b + 1;
  out[t] = sum + *p;
}
__global__ void pointers(void **out, int n) {
  void *p[4] = {out, out + 1, nullptr, out + 3};
  bool flags[6] = {};
  int t = threadIdx.x;
  flags[t % 6] = true;
  p[t & 3] = out + t;
  if (t < n) out[t] = (void *)((char *)p[(t + 1) & 3] - (char *)0 - (p[(t + 1) & 3] ? (char *)out - (char *)0 : 0) + flags[(t * 5) % 6]);
}
template <class T> void run(int n, int threads) {
  T *in, *out;
  int blocks = (n + threads - 1) / threads;
  cudaMallocManaged(&in, n * sizeof(T)); cudaMallocManaged(&out, n * sizeof(T));
  for (int i = 0; i < n; i++) in[i] = T(i * 7 % 31);
  work<<<blocks, threads>>>(in, out, n, 23);
  cudaError_t status = cudaDeviceSynchronize();
  double sum = 0;
  for (int i = 0; i < n; i++) sum += double(out[i]) * (i % 17 + 1);
  printf("%s %.6f %.3f\n", cudaGetErrorName(status), sum, double(out[n - 1]));
}
int main() {
  for (int threads : {64, 37}) {
    run<float>(150, threads); run<double>(150, threads); run<int>(64, threads);
    run<short>(70, threads); run<unsigned char>(99, threads); run<long long>(33, threads);
  }
  void **out;
  cudaMallocManaged(&out, 45 * sizeof(void *));
  pointers<<<1, 50>>>(out, 45);
  cudaDeviceSynchronize();
  size_t sum = 0;
  for (int i = 0; i < 45; i++) sum = sum * 3 + (size_t)out[i];
  printf("%zx\n", sum);
}
