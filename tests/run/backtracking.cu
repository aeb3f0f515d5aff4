// Backtracking: each thread searches by a stack of its own, in local and in shared memory; work is spread unevenly.
// EXPECT: local 92 shared 92
#include <cstdio>
constexpr int N = 8, THREADS = 64;
__global__ void by_local(int *found) {
  int t = threadIdx.x, board[N], row = 2, count = 0;
  board[0] = t % N, board[1] = t / N, board[2] = -1;
  int d = board[0] - board[1];
  while (row >= 2 && d != 0 && d != 1 && d != -1) {
    board[row]++;
    if (board[row] >= N) { row--; continue; }
    bool free = true;
    for (int k = 0; k < row && free; k++) {
      int e = board[k] - board[row];
      free = e != 0 && e != row - k && e != k - row;
    }
    if (!free) continue;
    if (row == N - 1) count++;
    else board[++row] = -1;
  }
  found[t] = count;
}
__global__ void by_shared(int *sum) {
  __shared__ unsigned taken[THREADS][N], left[THREADS][N], right[THREADS][N], todo[THREADS][N];
  __shared__ int counts[THREADS];
  const unsigned full = (1u << N) - 1;
  int t = threadIdx.x, depth = 0, last = N - 3, count = 0;
  unsigned a = 1u << t % N, b = 1u << t / N;
  if (!(b & (a | a << 1 | a >> 1))) {
    taken[t][0] = a | b, left[t][0] = (a << 1 | b) << 1, right[t][0] = (a >> 1 | b) >> 1;
    todo[t][0] = full & ~(taken[t][0] | left[t][0] | right[t][0]);
    while (depth >= 0) {
      unsigned bit = todo[t][depth] & (0u - todo[t][depth]);
      if (!bit) { depth--; continue; }
      todo[t][depth] ^= bit;
      if (depth == last) { count++; continue; }
      taken[t][depth + 1] = taken[t][depth] | bit;
      left[t][depth + 1] = (left[t][depth] | bit) << 1;
      right[t][depth + 1] = (right[t][depth] | bit) >> 1;
      depth++;
      todo[t][depth] = full & ~(taken[t][depth] | left[t][depth] | right[t][depth]);
    }
  }
  counts[t] = count;
  __syncthreads();
  if (t == 0) {
    int all = 0;
    for (int k = 0; k < THREADS; k++) all += counts[k];
    *sum = all;
  }
}
int main() {
  int *found, h[THREADS + 1], sum = 0;
  cudaMalloc(&found, sizeof h);
  by_local<<<1, THREADS>>>(found);
  by_shared<<<1, THREADS>>>(found + THREADS);
  cudaMemcpy(h, found, sizeof h, cudaMemcpyDeviceToHost);
  for (int t = 0; t < THREADS; t++) sum += h[t];
  printf("local %d shared %d\n", sum, h[THREADS]);
}
