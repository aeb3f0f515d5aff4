// What a launch costs, 10,000 times each, and what the process costs while it waits for nothing. One JSON line:
// microseconds of the mean and the median of one launch, and CPU seconds used per second of sleep.
#include <cuda_runtime.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

__global__ void empty(float*) {}

static void require(cudaError_t status) {
  if (status == cudaSuccess) return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(status));
  std::exit(3);
}

static double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

static double cpu_seconds() {
  timespec used;  // of all threads
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return used.tv_sec + 1e-9 * used.tv_nsec;
}

// Mean and median microseconds of `count` calls; the enqueue alone is timed if `wait` is false, with a wait every 100.
template <bool wait>
static void measure(const char* name, int blocks, int threads, int count) {
  std::vector<double> times;
  for (int i = 0; i < count; i++) {
    double start = now();
    empty<<<blocks, threads>>>(nullptr);
    if (wait) cudaDeviceSynchronize();
    times.push_back(now() - start);
    if (!wait && i % 100 == 99) cudaDeviceSynchronize();
  }
  require(cudaDeviceSynchronize());
  require(cudaGetLastError());
  double total = 0;
  for (double time : times) total += time;
  std::sort(times.begin(), times.end());
  std::printf("\"%s_us\": %.3f, \"%s_median_us\": %.3f, ", name, 1e6 * total / count, name, 1e6 * times[count / 2]);
}

int main(int argc, char** argv) {
  int count = argc > 1 ? std::atoi(argv[1]) : 10000;
  double idle = argc > 2 ? std::atof(argv[2]) : 2;
  if (count < 1 || idle <= 0) return std::fprintf(stderr, "usage: launch [COUNT [IDLE SECONDS]]\n"), 2;
  for (int i = 0; i < 100; i++) empty<<<64, 128>>>(nullptr);
  require(cudaDeviceSynchronize());
  std::printf("{\"benchmark\": \"launch\", \"count\": %d, ", count);
  measure<true>("one_warp_wait", 1, 32, count);
  measure<true>("64_blocks_wait", 64, 128, count);
  measure<false>("enqueue", 1, 32, count);
  usleep(1500000);  // idle is what comes when the runtime has stopped looking for more work
  double before = cpu_seconds();
  usleep(static_cast<useconds_t>(idle * 1e6));
  std::printf("\"idle_cpu\": %.6f}\n", (cpu_seconds() - before) / idle);
}
