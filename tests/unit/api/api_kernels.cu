// The kernels that the tests of the Python API launch; lines matter: tests assert positions.
template <class T> __global__ void scale(T *x, T factor, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) x[i] *= factor;
}
template __global__ void scale<float>(float *, float, int);
template __global__ void scale<double>(double *, double, int);

namespace ns {
__global__ void set(int *x) { x[threadIdx.x] = threadIdx.x; }
} // namespace ns

__global__ void over(int *x) { *x = 1; }
__global__ void over(float *x) { *x = 2; }
extern "C" __global__ void plain(int *x) { *x += 7; }

struct Pair {
  int first;
  double second;
};
__global__ void add_pair(Pair pair, double *sum) { *sum = pair.first + pair.second; }
__global__ void copy_first(const int *from, int *to) { *to = *from; }
__global__ void is_null(const float *p, int *answer) { *answer = p == nullptr; }

__global__ void scalars(signed char a, unsigned char b, short c, unsigned short d, int e, unsigned f, long long g,
                        unsigned long long h, bool i, float j, double k, double *out) {
  double values[] = {double(a), double(b), double(c), double(d), double(e), double(f),
                     double(g), double(h), double(i), double(j), k};
  for (int n = 0; n < 11; ++n) out[n] = values[n];
}

__global__ void place(int *grid_and_block) {
  int *out = grid_and_block;
  if (blockIdx.x + blockIdx.y + blockIdx.z + threadIdx.x + threadIdx.y + threadIdx.z) return;
  out[0] = gridDim.x, out[1] = gridDim.y, out[2] = gridDim.z;
  out[3] = blockDim.x, out[4] = blockDim.y, out[5] = blockDim.z;
}

__global__ void reverse(int *x) {
  extern __shared__ int tile[];
  tile[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  x[threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x];
}

__global__ void count_up(int *x, int steps) {
  for (int i = 0; i < steps; ++i) ++*(volatile int *)x;
}
__global__ void endless(volatile int *x) {
  while (*x == 0);
}
__global__ void wild(int *x, long far) {
  if (blockIdx.x == 1 && threadIdx.x == 3)
    x[far] = 1;
}
