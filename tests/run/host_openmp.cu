// OpenMP in host code: regions, loops of every schedule, reductions, critical, single, ordered, tasks, locks.
// OPTIONS: -Xcompiler -fopenmp
// ONLY: native, the OpenMP runtime is a library of this machine
// EXPECT: static 499500
// EXPECT: chunked 499500
// EXPECT: dynamic 499500
// EXPECT: guided 499500
// EXPECT: down 499500
// EXPECT: short 3
// EXPECT: empty 0
// EXPECT: critical 100, atomic 100, single 1, max 99
// EXPECT: ordered 0 1 2 3 4 5 6 7
// EXPECT: copyprivate 4 of 4
// EXPECT: team 3, nested 1, outside 1
// EXPECT: sections 3, tasks 6, lock 8
// EXPECT: device 4950
#include <cstdio>
#include <omp.h>

__global__ void sum(const int *values, int *result) { atomicAdd(result, values[threadIdx.x]); }

static long sum_down() {
  long total = 0;
#pragma omp parallel for reduction(+ : total)
  for (long long i = 999; i >= 0; --i) total += i;
  return total;
}

int main() {
  omp_set_num_threads(4);
  long total = 0;
#pragma omp parallel for reduction(+ : total)
  for (int i = 0; i < 1000; ++i) total += i;
  printf("static %ld\n", total);
  total = 0;
#pragma omp parallel for reduction(+ : total) schedule(static, 7)
  for (unsigned i = 0; i < 1000; ++i) total += i;
  printf("chunked %ld\n", total);
  total = 0;
#pragma omp parallel for reduction(+ : total) schedule(dynamic, 3)
  for (size_t i = 0; i < 1000; ++i) total += i;
  printf("dynamic %ld\n", total);
  total = 0;
#pragma omp parallel for reduction(+ : total) schedule(guided)
  for (int i = 0; i < 1000; ++i) total += i;
  printf("guided %ld\n", total);
  printf("down %ld\n", sum_down());
  total = 0;
#pragma omp parallel for reduction(+ : total)
  for (unsigned i = 0; i < 3; ++i) total += i;
  printf("short %ld\n", total);
  total = 0;
#pragma omp parallel for reduction(+ : total)
  for (unsigned i = 7; i < 7; ++i) total += i;
  printf("empty %ld\n", total);

  int in_critical = 0, in_atomic = 0, in_single = 0, largest = -1;
#pragma omp parallel
  {
#pragma omp for reduction(max : largest)
    for (int i = 0; i < 100; ++i) {
#pragma omp critical
      ++in_critical;
#pragma omp atomic
      ++in_atomic;
      if (i > largest) largest = i;
    }
#pragma omp single
    ++in_single;
  }
  printf("critical %d, atomic %d, single %d, max %d\n", in_critical, in_atomic, in_single, largest);

  printf("ordered");
#pragma omp parallel for ordered schedule(dynamic)
  for (int i = 0; i < 8; ++i) {
#pragma omp ordered
    printf(" %d", i);
  }
  printf("\n");

  int received = 0;
#pragma omp parallel
  {
    int value = 0;
#pragma omp single copyprivate(value)
    value = 42;
#pragma omp atomic
    received += value == 42;
  }
  printf("copyprivate %d of 4\n", received);

  int team = 0, nested = 0;
#pragma omp parallel num_threads(3)
  {
#pragma omp master
    {
      team = omp_get_num_threads();
#pragma omp parallel
      nested += omp_get_num_threads();
    }
  }
  printf("team %d, nested %d, outside %d\n", team, nested, omp_get_num_threads());

  int sections = 0, tasks = 0, locked = 0;
  omp_lock_t lock;
  omp_init_lock(&lock);
#pragma omp parallel
  {
#pragma omp sections reduction(+ : sections)
    {
#pragma omp section
      sections += 1;
#pragma omp section
      sections += 2;
    }
#pragma omp single
    for (int i = 1; i < 4; ++i) {
#pragma omp task firstprivate(i) shared(tasks)
      {
#pragma omp atomic
        tasks += i;
      }
    }
    for (int i = 0; i < 2; ++i) {
      omp_set_lock(&lock);
      ++locked;
      omp_unset_lock(&lock);
    }
  }
  omp_destroy_lock(&lock);
  printf("sections %d, tasks %d, lock %d\n", sections, tasks, locked);

  int *values, *result;
  cudaMallocManaged(&values, 100 * sizeof(int));
  cudaMallocManaged(&result, sizeof(int));
  *result = 0;
#pragma omp parallel for
  for (int i = 0; i < 100; ++i) values[i] = i;
  sum<<<1, 100>>>(values, result);
  cudaDeviceSynchronize();
  printf("device %d\n", *result);
}
