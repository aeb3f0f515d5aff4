// Barriers of one number meet wherever they are: warps that wait at different ones, in loops of different bodies,
// and warps that have ended.
// EXPECT: 0 wrong
#include <cstdio>

constexpr int threads = 256;

__global__ void pass_on(int *out, int rounds) {
  __shared__ int tile[2][threads];
  const int t = threadIdx.x;
  int mine = t;
  if (t < 64) {
    for (int r = 0; r < rounds; ++r) {
      tile[r & 1][t] = mine;
      __syncthreads();
      mine = tile[r & 1][(t + 64) % threads] + 1;
    }
    __syncthreads();
  } else if (t < 192) {
    tile[0][t] = mine;
    __syncthreads();
    mine = tile[0][(t + 64) % threads] + 2;
    for (int r = 1; r <= rounds; ++r) {
      tile[r & 1][t] = mine;
      __syncthreads();
      if (r < rounds) mine = tile[r & 1][(t + 64) % threads] + 2;
    }
  } else {
    for (int r = 0; r < rounds; ++r) {
      tile[r & 1][t] = mine;
      if (__syncthreads_or(0)) mine = -1000;
      mine = tile[r & 1][(t + 64) % threads] + 3;
    }
  }
  out[t] = mine;
}

int main() {
  const int rounds = 6;
  int now[threads], next[threads], wrong = 0, *out;
  for (int t = 0; t < threads; ++t) now[t] = t;
  for (int r = 0; r < rounds; ++r) {
    for (int t = 0; t < threads; ++t) next[t] = now[(t + 64) % threads] + (t < 64 ? 1 : t < 192 ? 2 : 3);
    for (int t = 0; t < threads; ++t) now[t] = next[t];
  }
  cudaMallocManaged(&out, threads * sizeof(int));
  pass_on<<<1, threads>>>(out, rounds);
  if (cudaDeviceSynchronize() != cudaSuccess) return 1;
  for (int t = 0; t < threads; ++t) wrong += out[t] != now[t];
  printf("%d wrong\n", wrong);
}
