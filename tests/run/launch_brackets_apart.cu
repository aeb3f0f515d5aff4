// Launch brackets as formatters for plain C++ write them; template arguments that close the same way.
// EXPECT: 41 3
#include <cstdio>
#include <vector>

template <typename T> struct Box {
  T value;
};

__global__ void put(int *x, int y) { *x = y; }

int main() {
  int *x, host = 0;
  std::vector<Box<Box<int>> > boxes(3);
  cudaMalloc(&x, sizeof(int));
  put << <1, 1 >> > (x, 40);
  put << < dim3(1), dim3(1), 0, 0 >> >(x, 41);
  cudaMemcpy(&host, x, sizeof(int), cudaMemcpyDeviceToHost);
  printf("%d %zu\n", host, boxes.size());
  return 0;
}
