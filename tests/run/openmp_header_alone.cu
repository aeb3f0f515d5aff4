// omp.h and its functions without -fopenmp: GCC finds the header and the library on request; pragmas do nothing.
// OPTIONS: -lgomp
// ONLY: native, the OpenMP runtime is a library of this machine
// EXPECT: threads 1
#include <cstdio>
#include <omp.h>

int main() {
  int threads = 0;
#pragma omp parallel
  threads += omp_in_parallel() ? 2 : 1;
  printf("threads %d\n", threads);
  return 0;
}
