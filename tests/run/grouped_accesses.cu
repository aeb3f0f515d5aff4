// Structures, strides, reversals and register tiles: what lanes load and store together, with tails and under conditions.
// SAME
#include <cstdint>
#include <cstdio>
struct Three { float x, y, z; };
struct Mixed { int a; float b; int64_t *p; short s, t; char c[4]; };
template <int N> struct Pack { float v[N]; };
const int kCount = 203;

__global__ void pairs(const float2 *in, float2 *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float2 v = in[i];
  out[i] = make_float2(v.y, v.x + 1);
  if (i % 3 == 0) out[i].y = in[n - 1 - i].x;
}
__global__ void quads(const float4 *in, float4 *out, uchar4 *bytes, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  float4 v = in[i], w = in[(i * 7) % n];
  out[i] = make_float4(v.w, v.z + w.x, v.y + w.y, v.x * w.w);
  uchar4 b = bytes[(i * 5) % n];
  if (i & 1) bytes[n + i] = make_uchar4(b.w, b.y + 1, b.z, b.x);
}
__global__ void triples(const Three *in, Three *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    Three t = in[i];
    out[n - 1 - i].x = t.z;
    out[n - 1 - i].y = t.x;
    out[n - 1 - i].z = t.y;
  }
}
__global__ void mixed(const Mixed *in, Mixed *out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i].a = in[i].a + 1; out[i].b = in[i].b * 2; out[i].p = in[i].p + in[i].s;
    out[i].s = in[i].t; out[i].t = in[i].s;
    for (int k = 0; k < 4; k++) out[i].c[k] = in[i].c[3 - k];
  }
}
template <int N> __global__ void packs(const Pack<N> *in, Pack<N> *out, float *last, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  Pack<N> p = in[i], q;
  for (int k = 0; k < N; k++) q.v[k] = p.v[N - 1 - k] + k;
  out[i] = q;
  last[i] = out[i].v[N / 2] + in[n - 1 - i].v[0] + in[i].v[N - 1];
}
__global__ void reversed(const int *in, int *out, double *wide, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  out[n - 1 - i] = in[n - 1 - i] + in[2 * (n - 1 - i)];
  wide[3 * i + 1] = wide[3 * (n - 1 - i) + 1 + 3 * n] + 0.5;
}
__global__ void ordered(int *a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  int x = a[4 * i];
  a[4 * i + 1] = x + 1;
  int y = a[4 * i + 1];
  a[4 * i] = y + a[4 * i + 2];
  a[4 * i + 2] = x;
  a[4 * i + 3] = a[4 * i] - a[4 * i + 2];
  a[4 * i + 2] = 5 + i;
}
__global__ void overlapping(int *a, const int *p, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n) return;
  int x = a[2 * i];
  a[2 * i + 1] = 7;
  int z = p[2 * i + 1];
  a[2 * i] = x + z;
}
__global__ void run_time_stride(const float *in, float *out, int stride, int n) {
  unsigned i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    out[i * stride] = in[i * stride] + in[i * stride + 1];
    out[i * stride + 1] = in[(i ^ 5) * stride % (n * stride)];
  }
}
__global__ void shared_tile(float *out) {
  __shared__ float tile[64 * 9];
  __shared__ float2 points[64];
  int t = threadIdx.x;
  for (int k = 0; k < 9; k++) tile[t * 9 + k] = t * k;
  points[t ^ 3] = make_float2(t, -t);
  __syncthreads();
  float sum = 0;
  for (int k = 0; k < 9; k++) sum += tile[(63 - t) * 9 + k] * (k + 1);
  out[t] = sum + points[t].x * 3 + points[63 - t].y;
}

template <class T> struct Array {
  T *data;
  size_t bytes;
  explicit Array(size_t n) : bytes(n * sizeof(T)) {
    cudaMallocManaged(&data, bytes);
    for (size_t i = 0; i < bytes; i++) ((unsigned char *)data)[i] = 0;
  }
  void fill() { for (size_t i = 0; i < bytes / 4; i++) ((float *)data)[i] = (i * 37 % 101) * 0.25f; }
  void count() { for (size_t i = 0; i < bytes / 4; i++) ((int *)data)[i] = i * 37 % 1009; }
  void show(const char *name) {
    cudaError_t status = cudaDeviceSynchronize();
    uint64_t hash = 14695981039346656037u;
    for (size_t i = 0; i < bytes; i++) hash = (hash ^ ((unsigned char *)data)[i]) * 1099511628211u;
    printf("%s %s %016llx\n", name, cudaGetErrorName(status), (unsigned long long)hash);
  }
};
template <int N> void run_packs(int n, int threads) {
  Array<Pack<N>> in(n), out(n);
  Array<float> last(n);
  in.fill();
  packs<N><<<(n + threads - 1) / threads, threads>>>(in.data, out.data, last.data, n);
  out.show("packs"); last.show("last");
}
void run(int n, int threads) {
  int blocks = (n + threads - 1) / threads;
  Array<float2> a(n), b(n);
  a.fill();
  pairs<<<blocks, threads>>>(a.data, b.data, n); b.show("pairs");
  Array<float4> c(n), d(n);
  Array<uchar4> e(2 * n);
  c.fill(); e.count();
  quads<<<blocks, threads>>>(c.data, d.data, e.data, n); d.show("quads"); e.show("bytes");
  Array<Three> f(n), g(n);
  f.fill();
  triples<<<blocks, threads>>>(f.data, g.data, n); g.show("triples");
  Array<Mixed> h(n), k(n);
  h.count();
  mixed<<<blocks, threads>>>(h.data, k.data, n); k.show("mixed");
  run_packs<2>(n, threads); run_packs<5>(n, threads); run_packs<6>(n, threads); run_packs<8>(n, threads);
  run_packs<16>(n, threads); run_packs<33>(n, threads);
  Array<int> l(2 * n), m(n);
  Array<double> w(6 * n);
  l.count();
  for (int i = 0; i < 6 * n; i++) w.data[i] = i * 0.125;
  reversed<<<blocks, threads>>>(l.data, m.data, w.data, n); m.show("reversed"); w.show("wide");
  Array<int> o(4 * n);
  o.count();
  ordered<<<blocks, threads>>>(o.data, n); o.show("ordered");
  overlapping<<<blocks, threads>>>(o.data, o.data, n); o.show("overlapping");
  for (int stride = 2; stride < 20; stride += 7) {
    Array<float> in(n * stride + 8), out(n * stride + 8);
    in.fill();
    run_time_stride<<<blocks, threads>>>(in.data, out.data, stride, n); out.show("stride");
  }
  Array<float> s(64);
  shared_tile<<<1, 64>>>(s.data); s.show("shared");
}
int main() {
  run(kCount, 64);
  run(128, 32);
  run(37, 13);
}
