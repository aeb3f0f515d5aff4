// Quotients by a number of all threads: powers of two, their neighbours, the ends of the range, zero, infinity, NaN.
// SAME
#include <cmath>
#include <cstdio>
#include <cstring>
constexpr int N = 64;
template <class T> __global__ void divide(const T *in, T *out, T by, int odd) {
  int t = threadIdx.x;
  out[t] = in[t] / by;
  if ((t ^ odd) & 1) out[t] = out[t] * 3 + in[N - 1 - t] / (by + by);
}
template <class T, class Bits> void all(const char *name, T least, T greatest, Bits) {
  T host[N], *in, *out;
  T values[] = {1, 2, 0.5, -4, 3, 1024, static_cast<T>(1) / 4096, 1.5, 0, -static_cast<T>(0), INFINITY, -INFINITY,
                NAN, least, least * 2, least / 2, -least, greatest, greatest / 2, greatest / 4, -greatest / 2};
  for (int i = 0; i < N; i++) host[i] = std::ldexp(static_cast<T>(i * 37 % 101 - 50) / 7, i % 5 * 30 - 60);
  host[3] = INFINITY, host[5] = least, host[7] = least * static_cast<T>(0.375), host[9] = greatest, host[11] = -0.0;
  cudaMalloc(&in, sizeof host);
  cudaMalloc(&out, sizeof host);
  cudaMemcpy(in, host, sizeof host, cudaMemcpyHostToDevice);
  for (T by : values) {
    divide<T><<<1, N>>>(in, out, by, 1);
    T found[N];
    cudaMemcpy(found, out, sizeof found, cudaMemcpyDeviceToHost);
    Bits sum = 0;
    for (T value : found) {
      Bits bits = 0;
      if (value == value) std::memcpy(&bits, &value, sizeof bits);
      else bits = 12345;
      sum = sum * 31 + bits;
    }
    printf("%s %a %llx\n", name, static_cast<double>(by), static_cast<unsigned long long>(sum));
  }
}
int main() {
  all<float>("float", 0x1p-126f, 0x1p127f, 0u);
  all<double>("double", 0x1p-1022, 0x1p1023, 0ull);
}
