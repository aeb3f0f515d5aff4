// Structures copied whole: between global, shared and local memory, overlapping, larger than registers, in some lanes.
// SAME
#include <cstdio>
struct Small { char c[3]; };
struct Three { float x, y, z; };
struct Four { double a; int b, c; };
struct Big { int v[24]; };
__global__ void copies(const Small *si, Small *so, const Three *ti, Three *to, const Four *fi, Four *fo, const Big *bi, Big *bo, int n) {
  __shared__ Three tile[64];
  __shared__ Four four[64];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t;
  if (i < n) {
    so[i] = si[i];
    tile[t] = ti[i];
    four[t] = fi[n - 1 - i];
    if (i % 3) bo[i] = bi[i];
    else bo[i] = Big{};
  }
  __syncthreads();
  if (i < n) {
    int other = t ^ 1;
    if (blockIdx.x * blockDim.x + other < n) to[i] = tile[other];
    if (i & 2) fo[i] = four[t];
    Three local[4] = {};
    for (int k = 0; k < 4; k++) local[(k * (t + 1)) & 3] = ti[(i + k) % n];
    to[i].x += local[t & 3].y;
  }
}
template <class T> T *make(int n, int seed) {
  T *p;
  cudaMallocManaged(&p, n * sizeof(T));
  for (size_t i = 0; i < n * sizeof(T); i++) ((unsigned char *)p)[i] = seed ? (i * 31 + seed) % 61 : 0;
  return p;
}
template <class T> void show(const T *p, int n) {
  unsigned long long hash = 14695981039346656037u;
  for (size_t i = 0; i < n * sizeof(T); i++) hash = (hash ^ ((const unsigned char *)p)[i]) * 1099511628211u;
  printf("%d %016llx\n", n, hash);
}
int main() {
  for (int n : {64, 150, 33}) {
    auto *so = make<Small>(n, 0); auto *to = make<Three>(n, 0); auto *fo = make<Four>(n, 0); auto *bo = make<Big>(n, 0);
    copies<<<(n + 63) / 64, 64>>>(make<Small>(n, 1), so, make<Three>(n, 2), to, make<Four>(n, 3), fo, make<Big>(n, 4), bo, n);
    printf("%s\n", cudaGetErrorName(cudaDeviceSynchronize()));
    show(so, n); show(to, n); show(fo, n); show(bo, n);
  }
}
