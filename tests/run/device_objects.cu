// malloc, new and virtual functions on the device; the heap's limit; large parameters.
// EXPECT: areas 4.0 12.0 3.0 | 21 | failed 1 1 | freed 1
// EXPECT: limit 1048576 8388608 | parameters 32752 4094 4093.0
#include <cstdio>
struct Shape {
  __device__ virtual float area() const = 0;
  __device__ virtual ~Shape() {}
};
struct Square : Shape {
  float side;
  __device__ Square(float s) : side(s) {}
  __device__ float area() const override { return side * side; }
};
struct Box : Square {
  float height;
  __device__ Box(float s, float h) : Square(s), height(h) {}
  __device__ float area() const override { return Square::area() * height; }
};
struct Counted : Square {
  int *count;
  __device__ Counted(int *c) : Square(1), count(c) {}
  __device__ float area() const override { return 3; }
  __device__ ~Counted() override { atomicAdd(count, 1); }
};
__global__ void make(Shape **shapes, int *count) {
  if (threadIdx.x == 0) shapes[0] = new Square(2);
  if (threadIdx.x == 1) shapes[1] = new Box(2, 3);
  if (threadIdx.x == 2) shapes[2] = new Counted(count);
}
__global__ void ask(Shape **shapes, float *areas) { areas[threadIdx.x] = shapes[threadIdx.x]->area(); }
__global__ void drop(Shape **shapes) { delete shapes[threadIdx.x]; }
__global__ void lists(int *total) {
  int *values = (int *)malloc(7 * sizeof(int));
  for (int i = 0; i < 7; ++i) values[i] = i;
  int sum = 0;
  for (int i = 0; i < 7; ++i) sum += values[i];
  free(values);
  if (threadIdx.x == 0) *total = sum;
}
__device__ char *blocks[2]; // seen by others, so that the compiler cannot do without the memory
__global__ void too_much(int *failed) {
  blocks[0] = (char *)malloc(size_t{1} << 30);
  blocks[1] = (char *)malloc(2 << 20);
  failed[0] = blocks[0] == nullptr;
  failed[1] = blocks[1] == nullptr;
}
struct Large { float values[4094]; int tail[4094]; };
__global__ void large(Large by_value, float *out) {
  out[0] = by_value.tail[4093];
  out[1] = by_value.values[threadIdx.x];
}
int main() {
  Shape **shapes;
  float *areas;
  int *count;
  cudaMalloc(&shapes, 3 * sizeof *shapes);
  cudaMallocManaged(&areas, 3 * sizeof *areas);
  cudaMallocManaged(&count, 3 * sizeof *count);
  count[0] = 0;
  make<<<1, 3>>>(shapes, count);
  ask<<<1, 3>>>(shapes, areas);
  drop<<<1, 3>>>(shapes);
  lists<<<4, 64>>>(count + 1);
  cudaDeviceSynchronize();
  printf("areas %.1f %.1f %.1f | %d | ", areas[0], areas[1], areas[2], count[1]);
  int freed = count[0];
  size_t before = 0, limit = 0;
  cudaDeviceGetLimit(&before, cudaLimitMallocHeapSize);
  cudaDeviceSetLimit(cudaLimitMallocHeapSize, 1 << 20);
  too_much<<<1, 1>>>(count);
  cudaDeviceSynchronize();
  printf("failed %d %d | freed %d\n", count[0], count[1], freed);
  cudaDeviceGetLimit(&limit, cudaLimitMallocHeapSize);
  static Large parameter;
  for (int i = 0; i < 4094; ++i) parameter.values[i] = i, parameter.tail[i] = i + 1;
  large<<<1, 4094 % 1024>>>(parameter, areas);
  large<<<1, 1>>>(parameter, areas);
  cudaDeviceSynchronize();
  printf("limit %zu %zu | parameters %zu %.0f ", limit, before, sizeof parameter, areas[0]);
  printf("%.1f\n", areas[1] + 4093);
}
