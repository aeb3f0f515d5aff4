// Templates, classes with members, operators, constexpr, references, a generic lambda inside a kernel.
// EXPECT: 30 4.5 12 81
#include <cstdio>
template <class T, int N> struct Vec {
  T v[N];
  __host__ __device__ T dot(const Vec &o) const { T s = 0; for (int i = 0; i < N; i++) s += v[i] * o.v[i]; return s; }
  __host__ __device__ Vec operator+(const Vec &o) const { Vec r; for (int i = 0; i < N; i++) r.v[i] = v[i] + o.v[i]; return r; }
};
__host__ __device__ constexpr int power(int b, int e) { return e ? b * power(b, e - 1) : 1; }
template <class F> __device__ void each(int n, F f) { for (int i = 0; i < n; i++) f(i); }
template <class T> __global__ void run(T *o, Vec<T, 4> a) {
  o[0] = a.dot(a);
  Vec<T, 4> b = a + a;
  o[1] = b.v[0] * T(9) / T(4);
  T sum = 0;
  each(4, [&](int i) { sum += b.v[i] * (i < 3); });
  o[2] = sum;
  constexpr int cubed = power(3, 4);
  o[3] = cubed;
}
int main() {
  double h[4], *out;
  cudaMalloc(&out, sizeof h);
  run<double><<<1, 1>>>(out, Vec<double, 4>{{1, 2, 3, 4}});
  cudaMemcpy(h, out, sizeof h, cudaMemcpyDeviceToHost);
  printf("%g %g %g %g\n", h[0], h[1], h[2], h[3]);
}
