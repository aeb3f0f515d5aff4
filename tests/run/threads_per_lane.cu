// Kernels with barriers, several threads to a lane: threads that part in branches and loops and meet again.
// SAME
#include <cstdio>

__global__ void grid_stride(const int* in, int* out, int n) {
  __shared__ int part[256];
  int t = threadIdx.x, sum = 1;
  for (int i = blockIdx.x * blockDim.x + t; i < n; i += blockDim.x * gridDim.x) sum = sum * 3 + in[i];
  part[t] = sum;
  __syncthreads();
  for (int k = blockDim.x / 2; k > 0; k >>= 1) {
    if (t < k) part[t] = part[t] * 5 + part[t + k];
    __syncthreads();
  }
  if (t == 0) out[blockIdx.x] = part[0];
}

// Loops left in the middle, loops in loops, ways that differ from thread to thread.
__global__ void ways(const int* in, int* out, int n) {
  __shared__ int part[256];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t, value = i < n ? in[i] : -7, rounds = 0;
  int own[4] = {value, t, value ^ t, 1};
  while (value > 1) {
    if (value % 7 == 3) break;
    value = value & 1 ? value * 3 + 1 : value / 2;
    for (int k = 0; k < (value & 3); ++k) own[k] += value;
    if (++rounds > 60) break;
  }
  part[t] = value + own[rounds & 3];
  __syncthreads();
  int other = part[(t * 5 + 3) % blockDim.x];
  if (other & 1) {
    for (int k = 0; k < n % 5; ++k) other += own[(k + t) & 3];
  } else if (t % 3) {
    other = -other;
  }
  __syncthreads();
  part[t] = other;
  __syncthreads();
  switch (t % 6) {
  case 0: other += part[t ^ 1]; break;
  case 1: other ^= part[t ^ 2];
  case 2: other -= rounds; break;
  default: other = own[0];
  }
  out[i] = other;
}

// A loop of barriers with what differs and what does not.
__global__ void scan(const int* in, int* out, int n) {
  extern __shared__ int buffer[];
  int t = threadIdx.x, i = blockIdx.x * blockDim.x + t, size = blockDim.x, from = 0;
  buffer[t] = i < n ? in[i] : 0;
  __syncthreads();
  for (int d = 1; d < size; d <<= 1) {
    int value = buffer[from * size + t];
    if (t >= d) value += buffer[from * size + t - d];
    from = 1 - from;
    buffer[from * size + t] = value;
    __syncthreads();
  }
  if (i < n) out[i] = buffer[from * size + t];
}

__global__ void tiles(const int* a, const int* b, int* c, int n) {
  __shared__ int left[8][32], right[8][32];
  int x = threadIdx.x, y = threadIdx.y, row = blockIdx.y * 8 + y, column = blockIdx.x * 32 + x, sum = 0;
  for (int k = 0; k < n; k += 8) {
    left[y][x & 7] = row < n && k + (x & 7) < n ? a[row * n + k + (x & 7)] : 0;
    right[y][x] = k + y < n && column < n ? b[(k + y) * n + column] : 0;
    __syncthreads();
    for (int j = 0; j < 8; ++j) sum += left[y][j] * right[j][x];
    if (y & 1) sum ^= y + k;
    __syncthreads();
  }
  if (row < n && column < n) c[row * n + column] = sum;
}

// All threads of a block leave early, or none.
__global__ void leaves(const int* in, int* out, int n) {
  __shared__ int part[128];
  if (blockIdx.x * 64 >= n) return;
  int t = threadIdx.x;
  part[t] = in[t % n];
  __syncthreads();
  volatile int* seen = part;
  int sum = 0;
  for (int k = t; k < blockDim.x; k += 16) sum += seen[k];
  if (t < n) out[blockIdx.x * blockDim.x + t] = sum;
}

static void tell(const char* name, int shape, int n, const int* data, int count) {
  unsigned hash = 17;
  for (int i = 0; i < count; ++i) hash = hash * 31 + unsigned(data[i]);
  printf("%s %d %d %u\n", name, shape, n, hash);
}

int main() {
  const int most = 4096;
  int *in, *out;
  cudaMallocManaged(&in, most * sizeof(int));
  cudaMallocManaged(&out, most * sizeof(int));
  for (int i = 0; i < most; ++i) in[i] = (i * 7919 + 13) % 1009;
  const int sizes[] = {1, 100, 257, 640};
  const int shapes[] = {256, 128, 64, 96, 40};
  auto clear = [&] { for (int i = 0; i < most; ++i) out[i] = 0; };
  for (int n : sizes)
    for (int shape : shapes) {
      clear(), grid_stride<<<2, shape>>>(in, out, n), cudaDeviceSynchronize(), tell("grid_stride", shape, n, out, 2);
      clear(), ways<<<2, shape>>>(in, out, n), cudaDeviceSynchronize(), tell("ways", shape, n, out, 2 * shape);
      clear(), scan<<<2, shape, 2 * shape * sizeof(int)>>>(in, out, n), cudaDeviceSynchronize();
      tell("scan", shape, n, out, 2 * shape);
      if (shape > 128) continue;
      clear(), leaves<<<3, shape>>>(in, out, n), cudaDeviceSynchronize(), tell("leaves", shape, n, out, 3 * shape);
    }
  for (int n : {5, 33, 40}) {
    clear(), tiles<<<dim3((n + 31) / 32, (n + 7) / 8), dim3(32, 8)>>>(in, in + 1000, out, n), cudaDeviceSynchronize();
    tell("tiles", 256, n, out, n * n);
  }
  printf("%s\n", cudaGetErrorString(cudaGetLastError()));
}
