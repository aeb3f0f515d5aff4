// Votes at barriers count the threads that are still there, in blocks of any size and shape.
// EXPECT: 0 wrong of 1486
#include <cstdio>

struct Votes {
  int count, all, any, late;
};

__device__ void ask(const int *stay, Votes &mine, int t, int r) {
  mine.count += __syncthreads_count((t + r) % 3 == 0);
  mine.all += __syncthreads_and(stay[t] > r + (t == 5));
  mine.any += __syncthreads_or(t == 7 * r);
}

// Thread t leaves after `stay[t]` rounds, in the middle of a loop.
__global__ void vote_in_loop(const int *stay, Votes *out, int rounds) {
  const int t = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  Votes mine = {};
  for (int r = 0; r < rounds; ++r) {
    if (stay[t] == r) {
      out[t] = mine;
      return;
    }
    ask(stay, mine, t, r);
  }
  __syncthreads();
  mine.late = __syncthreads_count(1);
  out[t] = mine;
}

// The same with the results written at once, so that a group has nothing to wait for.
__global__ void vote_in_line(const int *stay, Votes *out, int rounds) {
  const int t = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  Votes mine = {};
  out[t] = mine;
  if (stay[t] == 0) return;
  ask(stay, mine, t, 0);
  out[t] = mine;
  if (stay[t] == 1) return;
  for (int r = 1; r < rounds; ++r) {
    ask(stay, mine, t, r);
    out[t] = mine;
  }
  __syncthreads();
  out[t].late = __syncthreads_count(1);
}

static Votes expected(const int *stay, int t, int threads, int rounds) {
  Votes mine = {};
  for (int r = 0; r < rounds && stay[t] > r; ++r) {
    int count = 0, all = 1, any = 0;
    for (int i = 0; i < threads; ++i) {
      if (stay[i] <= r) continue;
      count += (i + r) % 3 == 0;
      all &= stay[i] > r + (i == 5);
      any |= i == 7 * r;
    }
    mine.count += count, mine.all += all, mine.any += any;
  }
  for (int i = 0; i < threads && stay[t] >= rounds; ++i) mine.late += stay[i] >= rounds;
  return mine;
}

int main() {
  const dim3 shapes[] = {{256, 1, 1}, {33, 1, 1}, {100, 1, 1}, {7, 5, 3}, {16, 4, 2}, {64, 2, 2}, {8, 8, 1},
                         {1, 1, 1}, {3, 50, 1}, {130, 2, 1}, {32, 1, 3}, {37, 1, 1}};
  const int rounds = 4;
  int *stay, wrong = 0, total = 0;
  Votes *out;
  cudaMallocManaged(&stay, 1024 * sizeof(int));
  cudaMallocManaged(&out, 1024 * sizeof(Votes));
  for (const dim3 &shape : shapes) {
    const int threads = shape.x * shape.y * shape.z;
    // A third of the warps leaves as a whole, and some threads of others on their own.
    for (int t = 0; t < threads; ++t) stay[t] = t / 32 % 3 == 1 ? t / 96 : t % 11 == 4 ? t % 5 : rounds;
    for (auto *kernel : {vote_in_loop, vote_in_line}) {
      for (int t = 0; t < threads && kernel == vote_in_line; ++t) stay[t] = stay[t] > 1 ? rounds : stay[t];
      kernel<<<1, shape>>>(stay, out, rounds);
      if (cudaDeviceSynchronize() != cudaSuccess) return 1;
      for (int t = 0; t < threads; ++t) {
        const Votes right = expected(stay, t, threads, rounds);
        const bool same = out[t].count == right.count && out[t].all == right.all && out[t].any == right.any;
        wrong += !same || out[t].late != right.late;
      }
    }
    total += threads;
  }
  printf("%d wrong of %d\n", wrong, total);
}
