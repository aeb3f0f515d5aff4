// Launching: every block once, many launches, several streams, sleep when idle, fork, time.
#include "executor_support.h"
#include <algorithm>
#include <cfenv>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

using anychip::worker_count;

double seconds() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return double(time.tv_sec) + double(time.tv_nsec) * 1e-9;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto total = [](timeval t) { return double(t.tv_sec) + double(t.tv_usec) * 1e-6; };
  return total(usage.ru_utime) + total(usage.ru_stime);
}

void count_block(anychip_thread *t) {
  const anychip_block &b = *t->block;
  const uint32_t linear = b.block_idx[0] + b.grid_dim[0] * (b.block_idx[1] + b.grid_dim[1] * b.block_idx[2]);
  for_each_thread(t, [&] { argument<uint32_t>(t)[linear] += t->thread_idx[0] + 10 * t->thread_idx[1]; });
}

void test_grid() {
  for (const anychip::Dim3 grid : {anychip::Dim3{1}, {7, 5, 3}, {1, 1, 300}, {20000}, {3, 4000}}) {
    const uint32_t blocks = grid.x * grid.y * grid.z;
    std::vector<uint32_t> out(blocks);
    CHECK(launch(make_kernel("k", count_block, nullptr), {grid, {4, 3}}, out.data()).error == 0);
    for (const uint32_t one : out) CHECK(one == 138); // 3*(0+1+2+3) + 10*4*(0+1+2)
  }
  CHECK(launch(make_kernel("k", count_block, nullptr), {{0}, {4}}, nullptr).error == 0);
}

void increment(anychip_thread *t) {
  for_each_thread(t, [&] { argument<uint32_t>(t)[global_index(t)] += 1; });
}
STRAND(increment_strand) {
  BEGIN
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER})
  argument<uint32_t>(t)[global_index(t)] += 1;
  END
}

void launch_many(const anychip_kernel &kernel, uint32_t blocks, uint32_t launches) {
  std::vector<uint32_t> out(blocks * 32);
  const double start = seconds();
  for (uint32_t i = 0; i < launches; ++i) CHECK(launch(kernel, {{blocks}, {32}}, out.data()).error == 0);
  std::printf("%s, %u blocks: %.2f us a launch\n", kernel.name, blocks, (seconds() - start) / launches * 1e6);
  for (const uint32_t one : out) CHECK(one == launches);
}

void test_many_launches() {
  launch_many(make_kernel("block", increment, nullptr), 1, 10000);
  launch_many(make_kernel("block", increment, nullptr), 4, 10000);
  launch_many(make_kernel("block", increment, nullptr), 2000, 200);
  launch_many(make_kernel("strands", nullptr, increment_strand), 1, 10000);
  launch_many(make_kernel("strands", nullptr, increment_strand), 1000, 50);
}

void test_streams() {
  std::vector<std::thread> streams;
  for (uint32_t s = 0; s < 6; ++s)
    streams.emplace_back([s] {
      const anychip_kernel plain = make_kernel("block", increment, nullptr);
      const anychip_kernel strands = make_kernel("strands", nullptr, increment_strand);
      for (uint32_t round = 0; round < 20; ++round) {
        launch_many(plain, 1 + 37 * s, 10);
        launch_many(strands, 1 + 11 * s, 10);
      }
    });
  for (std::thread &stream : streams) stream.join();
}

// Block 0 waits for block 1: both must run at once when there are two workers.
void meets_neighbour(anychip_thread *t) {
  auto *flags = argument<std::atomic<uint32_t>>(t);
  const uint32_t self = t->block->block_idx[0];
  flags[self] = 1;
  for (uint32_t i = 0; i < 2000 && flags[1 - self] == 0; ++i) usleep(1000);
  if (flags[1 - self] == 0) anychip_trap(t, 0);
}

void test_blocks_run_together() {
  if (worker_count() < 2) return;
  std::atomic<uint32_t> flags[2] = {};
  CHECK(launch(make_kernel("k", meets_neighbour, nullptr), {{2}, {1}}, flags).error == 0);
}

// A block waits for the one before it: blocks start in the order of their index.
void look_back(anychip_thread *t) {
  auto *sums = argument<std::atomic<uint32_t>>(t);
  const uint32_t self = t->block->block_idx[0];
  while (self != 0 && sums[self - 1] == 0) sched_yield();
  sums[self] = (self == 0 ? 0 : sums[self - 1].load()) + 1;
}

void test_look_back() {
  std::vector<std::atomic<uint32_t>> sums(5000);
  for (int round = 0; round < 5; ++round) {
    for (auto &sum : sums) sum = 0;
    CHECK(launch(make_kernel("k", look_back, nullptr), {{5000}, {1}}, sums.data()).error == 0);
    for (uint32_t i = 0; i < sums.size(); ++i) CHECK(sums[i] == i + 1);
  }
}

void test_idle() {
  launch_many(make_kernel("block", increment, nullptr), 2000, 20);
  usleep(1'500'000); // the watching thread goes to sleep a second after the last launch
  const double before = cpu_seconds();
  usleep(1'000'000);
  const double used = cpu_seconds() - before;
  std::printf("idle: %.6f s of processor time in 1 s\n", used);
  CHECK(used < 0.01);
  launch_many(make_kernel("block", increment, nullptr), 2000, 20);
}

void test_fork() {
  launch_many(make_kernel("block", increment, nullptr), 2000, 5);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    launch_many(make_kernel("block", increment, nullptr), 2000, 5);
    _exit(0);
  }
  int status = 0;
  CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
  launch_many(make_kernel("block", increment, nullptr), 2000, 5);
}

// The process may end while a launch of another thread runs.
void spins_forever(anychip_thread *t) {
  for (volatile uint32_t i = 0;; i = i + 1) argument<volatile uint32_t>(t)[0] = 1;
}
void test_exit_while_running() {
  static std::atomic<uint32_t> started{0};
  std::thread([] { launch(make_kernel("k", spins_forever, nullptr), {{4}, {1}}, &started); }).detach();
  while (started == 0) usleep(1000);
}

void uses_services(anychip_thread *t) {
  const uint64_t clock = anychip_clock(), timer = anychip_globaltimer();
  anychip_nanosleep(200'000);
  anychip_nanosleep(10);
  if (anychip_clock() - clock < 200'000 || anychip_globaltimer() < timer) anychip_trap(t, 0);
  auto *memory = static_cast<uint64_t *>(anychip_device_malloc(t, 800));
  if (!memory || reinterpret_cast<uintptr_t>(memory) % 16 != 0) anychip_trap(t, 1);
  std::memset(memory, 1, 800);
  anychip_device_free(t, memory);
  if (anychip_device_malloc(t, 0) || anychip_device_malloc(t, UINT64_MAX)) anychip_trap(t, 2);
}

void test_services() {
  CHECK(launch(make_kernel("k", uses_services, nullptr), {{8}, {1}}, nullptr).error == 0);
  CHECK(worker_count() >= 1);
  if (const char *count = std::getenv("ANYCHIP_NUM_THREADS")) CHECK(worker_count() == uint32_t(std::atoi(count)));
}

__attribute__((noinline)) float third() { // a call, so that the division stays behind the change of mode
  volatile float one = 1, three = 3;
  return one / three;
}

// The host's rounding mode and flushing of subnormals do not reach the kernel, and come back afterwards.
void divides(anychip_thread *t) {
  volatile float one = 1, tiny = 1e-40f;
  float *out = argument<float>(t) + 2 * t->block->block_idx[0];
  out[0] = third();
  out[1] = tiny * one;
}

void test_floating_point_mode() {
  const float nearest = third();
  std::fesetround(FE_DOWNWARD);
  const float downward = third();
  std::vector<float> out(2 * 64);
  CHECK(launch(make_kernel("k", divides, nullptr), {{64}, {1}}, out.data()).error == 0);
  CHECK(downward != nearest && third() == downward);
  for (uint32_t i = 0; i < 64; ++i) CHECK(out[2 * i] == nearest && out[2 * i + 1] > 0);
}

// Parameters are aligned for any type; shared memory is at 256 bytes.
void checks_alignment(anychip_thread *t) {
  const auto aligned = [](const void *p, uintptr_t to) { return reinterpret_cast<uintptr_t>(p) % to == 0; };
  const anychip_block &b = *t->block;
  if (!aligned(b.parameters, 64) || !aligned(b.shared, 256) || !aligned(b.dynamic_shared, 256)) anychip_trap(t, 0);
  if (b.dynamic_shared - b.shared != 512 || b.dynamic_shared_bytes != 70000) anychip_trap(t, 1);
  std::memset(b.shared, 1, 300);
  std::memset(b.dynamic_shared, 2, 70000);
}

void test_alignment() {
  anychip_kernel kernel = make_kernel("k", checks_alignment, nullptr);
  kernel.static_shared_bytes = 300;
  CHECK(launch(kernel, {{8}, {1}, 70000}, nullptr).error == 0);
}

constexpr Case cases[] = {
    {"grid", test_grid},
    {"many_launches", test_many_launches},
    {"streams", test_streams},
    {"blocks_run_together", test_blocks_run_together},
    {"look_back", test_look_back},
    {"idle", test_idle},
    {"fork", test_fork},
    {"exit_while_running", test_exit_while_running},
    {"services", test_services},
    {"floating_point_mode", test_floating_point_mode},
    {"alignment", test_alignment},
};

} // namespace

int main(int argc, char **argv) { return run_case(cases, argc, argv); }
