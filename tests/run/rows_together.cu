// Blocks of several rows: what is shared by rows, rows that end at different bounds, local arrays, atomics, loops.
// SAME
#include <cstdio>
#include <vector>

__global__ void product(const int* a, const int* b, int* c, int rows, int columns, int depth) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  if (y >= rows || x >= columns) return;
  int sum = 0;
  for (int k = 0; k < depth; k++) sum += a[y * depth + k] * b[k * columns + x];
  c[y * columns + x] = sum;
}

__global__ void histories(int* out, int* count, int rows, int columns) {
  int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y * blockDim.y + threadIdx.y;
  int seen[8];
  for (int i = 0; i < 8; i++) seen[i] = (x * 3 + y * 5 + i) & 7;
  if (x < columns && y < rows) {
    int number = atomicAdd(count, 1);
    atomicMax(count + 1, number);
    atomicAdd(count + 2 + (x & 1), y);
    out[y * columns + x] = seen[(x + y) & 7] * 100 + seen[y & 7];
  }
}

__global__ void steps(int* out, int columns) {
  int x = threadIdx.x, y = threadIdx.y, z = threadIdx.z, value = y;
  for (int i = 0; i < x % 5; i++) value = value * 3 + (i == 2 ? y : x);
  out[((blockIdx.x * blockDim.z + z) * blockDim.y + y) * columns + x] = value;
}

static unsigned hash(const int* data, int count) {
  unsigned sum = 0;
  for (int i = 0; i < count; i++) sum = sum * 31 + unsigned(data[i]);
  return sum;
}

int main() {
  const dim3 shapes[] = {{16, 16}, {32, 8}, {32, 3}, {64, 1}, {16, 5}, {32, 2}, {16, 4, 2}, {8, 8}};
  const int most = 1 << 14;
  int *a, *b, *c, *count;
  cudaMallocManaged(&a, most * 4), cudaMallocManaged(&b, most * 4), cudaMallocManaged(&c, most * 4);
  cudaMallocManaged(&count, 64);
  for (int i = 0; i < most; i++) a[i] = i * 7 % 23 - 11, b[i] = i * 5 % 19 - 9;
  for (dim3 shape : shapes) {
    const int rows = 37, columns = 70, depth = 13;
    dim3 plane(shape.x, shape.y), grid((columns + shape.x - 1) / shape.x, (rows + shape.y - 1) / shape.y);
    for (int i = 0; i < most; i++) c[i] = -1;
    product<<<grid, plane>>>(a, b, c, rows, columns, depth);
    cudaDeviceSynchronize();
    int wrong = 0;
    for (int i = 0; i < most; i++) {
      int sum = i < rows * columns ? 0 : -1;
      for (int k = 0; k < depth && i < rows * columns; k++)
        sum += a[i / columns * depth + k] * b[k * columns + i % columns];
      wrong += sum != c[i];
    }
    for (int i = 0; i < 16; i++) count[i] = 0;
    histories<<<grid, plane>>>(c, count, rows, columns);
    cudaDeviceSynchronize();
    for (int y = 0; y < rows; y++)
      for (int x = 0; x < columns; x++) {
        int first = (x * 3 + y * 5 + ((x + y) & 7)) & 7, second = (x * 3 + y * 5 + (y & 7)) & 7;
        wrong += c[y * columns + x] != first * 100 + second;
      }
    printf("%u x %u x %u: %d wrong, %d %d %d %d", shape.x, shape.y, shape.z, wrong, count[0], count[1], count[2],
           count[3]);
    for (int i = 0; i < most; i++) c[i] = -1;
    steps<<<3, shape>>>(c, shape.x);
    cudaDeviceSynchronize();
    printf(" %08x\n", hash(c, most));
  }
}
