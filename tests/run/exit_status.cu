// The program's own exit status, arguments and standard input.
// ARGS: 3 4
// STDIN: 35
// STATUS: 42
// EXPECT: 2 arguments
#include <cstdio>
#include <cstdlib>
__global__ void add(int *p, int a, int b) { *p += a + b; }
int main(int argc, char **argv) {
  int h = 0, *p;
  printf("%d arguments\n", argc - 1);
  if (scanf("%d", &h) != 1) return 1;
  cudaMalloc(&p, 4); cudaMemcpy(p, &h, 4, cudaMemcpyHostToDevice);
  add<<<1, 1>>>(p, atoi(argv[1]), atoi(argv[2]));
  cudaMemcpy(&h, p, 4, cudaMemcpyDeviceToHost);
  return h;
}
