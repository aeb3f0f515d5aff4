// memcpy, memset and structure copies inside a kernel.
// EXPECT: 1 1 1
#include <cstdio>
#include <cstring>
struct Block { int v[40]; };
__global__ void run(Block *b, int *o) {
  Block local;
  memset(&local, 0x11, sizeof local);
  memcpy(&b[1], &b[0], sizeof(Block));
  b[2] = local;
  o[0] = b[1].v[39] == 39; o[1] = b[2].v[7] == 0x11111111; o[2] = b[1].v[0] == 0;
}
int main() {
  Block h, *b; int g[3], *o;
  for (int i = 0; i < 40; i++) h.v[i] = i;
  cudaMalloc(&b, 3 * sizeof h); cudaMalloc(&o, sizeof g);
  cudaMemcpy(b, &h, sizeof h, cudaMemcpyHostToDevice);
  run<<<1, 1>>>(b, o);
  cudaMemcpy(g, o, sizeof g, cudaMemcpyDeviceToHost);
  printf("%d %d %d\n", g[0], g[1], g[2]);
}
