// Device printf: every conversion, widths, precisions, strings, long arguments, the return value.
// EXPECT: int -5 +7 007 [   42] [42   ] 4294967291
// EXPECT: hex ff FF 0xff oct 17
// EXPECT: float 3.14 2.500000e+00 0.0001 1e+20 -0.000
// EXPECT: text [abc] [  abc] [ab] % c=x
// EXPECT: long -9000000000 18446744073709551615 12 -1
// EXPECT: 123
// EXPECT: returned 4
#include <cstdio>
__global__ void print() {
  printf("int %d %+d %03d [%5d] [%-5d] %u\n", -5, 7, 7, 42, 42, 4294967291u);
  printf("hex %x %X %#x oct %o\n", 255, 255, 255, 15);
  printf("float %.2f %e %g %g %.3f\n", 3.14159, 2.5, 0.0001, 1e20, -0.0);
  printf("text [%s] [%5s] [%.2s] %% c=%c\n", "abc", "abc", "abc", 'x');
  printf("long %lld %llu %zu %hd\n", -9000000000LL, ~0ull, (size_t)12, (short)-1);
  int n = printf("%d%d%d%c", 1, 2, 3, 10);
  printf("returned %d\n", n);
}
int main() {
  print<<<1, 1>>>();
  cudaDeviceSynchronize();
}
