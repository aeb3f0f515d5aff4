// A scan with a barrier per step, in blocks of every shape; several blocks use the same memory after one another.
// EXPECT: 0 wrong
#include <cstdio>

__global__ void scan(const int *in, int *out) {
  extern __shared__ int tile[];
  const int n = blockDim.x * blockDim.y * blockDim.z;
  const int t = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  int local[3] = {in[blockIdx.x * n + t], (int)threadIdx.y, (int)threadIdx.z};
  tile[t] = local[0];
  for (int step = 1; step < n; step *= 2) {
    __syncthreads();
    const int other = t >= step ? tile[t - step] : 0;
    __syncthreads();
    tile[t] = local[0] += other;
  }
  out[blockIdx.x * n + t] = local[0] * 100 + local[1] * 10 + local[2];
}

int main() {
  const dim3 shapes[] = {{33, 1, 1}, {100, 1, 1}, {32, 1, 1}, {31, 1, 1}, {5, 7, 9}, {8, 3, 2}, {40, 3, 1},
                         {2, 2, 64}, {1, 9, 7}, {64, 4, 2}, {1000, 1, 1}, {17, 2, 2}, {1, 1, 1}};
  const int blocks = 5;
  int *in, *out, wrong = 0;
  cudaMallocManaged(&in, blocks * 1024 * sizeof(int));
  cudaMallocManaged(&out, blocks * 1024 * sizeof(int));
  for (int i = 0; i < blocks * 1024; ++i) in[i] = i * 7 % 13;
  for (const dim3 &shape : shapes) {
    const int n = shape.x * shape.y * shape.z;
    scan<<<blocks, shape, n * sizeof(int)>>>(in, out);
    if (cudaDeviceSynchronize() != cudaSuccess) return 1;
    for (int b = 0; b < blocks; ++b) {
      int sum = 0;
      for (int t = 0; t < n; ++t) {
        sum += in[b * n + t];
        const int y = t / shape.x % shape.y, z = t / (shape.x * shape.y);
        wrong += out[b * n + t] != sum * 100 + y * 10 + z;
      }
    }
  }
  printf("%d wrong\n", wrong);
}
