// Threads repeat passes over their elements until what they depend on, which later threads write, is final.
// REFERENCE: skip, every wait takes it 100,000 instructions
// EXPECT: 0 1 63 127 128
#include <cstdio>

constexpr int count = 129, threads = 32;

// An element is its right neighbour's value less one, once that is known.
__global__ void resolve(volatile int *value) {
  bool again;
  do {
    again = false;
    for (int i = threadIdx.x; i < count - 1; i += threads) {
      if (value[i] >= 0) continue;
      const int right = value[i + 1];
      if (right < 0) again = true;
      else value[i] = right - 1;
    }
  } while (again);
}

int main() {
  int *value;
  cudaMallocManaged(&value, count * sizeof(int));
  for (int i = 0; i < count; ++i) value[i] = i == count - 1 ? i : -1;
  resolve<<<1, threads>>>(value);
  cudaDeviceSynchronize();
  printf("%d %d %d %d %d\n", value[0], value[1], value[63], value[127], value[128]);
}
