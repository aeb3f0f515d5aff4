// Kernels that go wrong: the launch fails with the right error and text, and the process goes on.
#include "executor_support.h"
#include <csetjmp>
#include <csignal>
#include <dlfcn.h>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

const char *this_file = "executor_faults.cpp"; // with the directories as the compiler was called

// --- a kernel that works, run after each fault ---

void fill(anychip_thread *t) {
  for_each_thread(t, [&] { argument<uint32_t>(t)[global_index(t)] = global_index(t) + 1; });
}

void check_still_works() {
  std::vector<uint32_t> out(64 * 100);
  CHECK(launch(make_kernel("fill", fill, nullptr), {{100}, {64}}, out.data()).error == 0);
  for (uint32_t i = 0; i < out.size(); ++i) CHECK(out[i] == i + 1);
}

// --- memory ---

constexpr int wild_line = __LINE__ + 3;
void wild_write(anychip_thread *t) {
  for_each_thread(t, [&] {
    if (global_index(t) == 700) *argument<volatile int>(t) = 1;
  });
}

std::string at_line(int line) { return std::string(this_file) + ":" + std::to_string(line); }

void test_wild_pointer() {
  for (int round = 0; round < 3; ++round) {
    const auto result = launch(make_kernel("_Z10wild_writePi", wild_write, nullptr), {{20}, {8, 4, 2}},
                               reinterpret_cast<void *>(0x7000));
    CHECK(result.error == 700);
    CHECK_CONTAINS(result.message, "illegal memory");
    CHECK_CONTAINS(result.message, " in kernel wild_write(int*) at ");
    CHECK_CONTAINS(result.message, at_line(wild_line) + ", block (10,0,0), thread (4,3,1): <0x7000>");
    check_still_works();
  }
}

constexpr int strand_line = __LINE__ + 6;
STRAND(wild_strand) {
  BEGIN
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER})
  if (t->thread_linear == 33) {
    argument<volatile int>(t)[1] = argument<volatile int>(t)[0];
  }
  END
}

void test_wild_strand() {
  const auto result = launch(make_kernel("k", nullptr, wild_strand), {{1}, {64}}, nullptr);
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, at_line(strand_line - 1) + ", block (0,0,0), thread (33,0,0): null pointer");
  check_still_works();
}

// The fault is inside the C library: the line is the caller's.
constexpr int copy_line = __LINE__ + 2;
void wild_copy(anychip_thread *t) {
  std::memset(argument<char>(t), 1, size_t(100000) + t->thread_linear);
  asm volatile("" ::: "memory");
}

void test_library_fault() {
  const auto result = launch(make_kernel("k", wild_copy, nullptr), {{1}, {1}}, reinterpret_cast<void *>(0x7000));
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, at_line(copy_line));
}

void past_shared(anychip_thread *t) {
  for (uint32_t i = 0; i < 100000; ++i) reinterpret_cast<volatile char *>(t->block->shared)[i] = 1;
}

void test_past_shared() {
  anychip_kernel kernel = make_kernel("k", past_shared, nullptr);
  kernel.static_shared_bytes = 1024;
  const auto result = launch(kernel, {{1}, {1}, 512}, nullptr);
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, "is past the end of the block's shared memory (1536 bytes)");
}

// ANYCHIP_TEST_OBJECT is executor_shared_object.cpp, built with some version of DWARF.
void test_shared_object() {
  void *object = dlopen(std::getenv("ANYCHIP_TEST_OBJECT"), RTLD_NOW);
  CHECK(object);
  const auto run = reinterpret_cast<anychip_block_function>(dlsym(object, "shared_object_kernel"));
  CHECK(run && launch(make_kernel("k", run, nullptr), {{1}, {1}}, nullptr).error == 700);
}

// The lowest failing block is not promised, one message is; all blocks of a large grid stop.
void always_fails(anychip_thread *t) { *argument<volatile int>(t) = 1; }

void test_many_faults() {
  for (int i = 0; i < 50; ++i) {
    const auto result = launch(make_kernel("k", always_fails, nullptr), {{1000000}, {1}}, nullptr);
    CHECK(result.error == 700);
  }
  check_still_works();
}

// --- instructions ---

void asserts(anychip_thread *t) {
  for_each_thread(t, [&] {
    if (global_index(t) == 37) anychip_assert_fail(t, "x > 0", "kernel.cu", 12, "void f(int)");
  });
}

void test_assert() {
  const auto result = launch(make_kernel("k", asserts, nullptr), {{4}, {4, 4}}, nullptr);
  CHECK(result.error == 710);
  CHECK(result.message == "kernel.cu:12: void f(int): block: [2,0,0], thread: [1,1,0] Assertion `x > 0` failed.");
  check_still_works();
}

STRAND(traps) {
  BEGIN
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER})
  if (t->thread_linear == 5) anychip_trap(t, 20);
  END
}

void test_trap() {
  const auto result = launch(make_kernel("k", nullptr, traps), {{1}, {32}}, nullptr);
  CHECK(result.error == 719);
  CHECK_CONTAINS(result.message, "trap in kernel k at kernel.cu:120, block (0,0,0), thread (5,0,0)");
  check_still_works();
}

void raises(anychip_thread *t) { // what a division by zero or an unreachable would do on some processors
  const int signal = *argument<int>(t);
  if (signal == SIGILL) __builtin_trap();
#if defined(__x86_64__)
  if (signal == SIGTRAP) asm volatile("int3");
  volatile int zero = 0, one = 1;
  if (signal == SIGFPE) one = one / zero;
#endif
}

void test_instruction_faults() {
  struct Expected {
    int signal, error;
    const char *text;
  };
  for (const Expected e : {Expected{SIGILL, 715, "illegal instruction in kernel k at "},
#if defined(__x86_64__)
                           Expected{SIGTRAP, 715, "illegal instruction in kernel k at "},
                           Expected{SIGFPE, 719, "arithmetic fault in kernel k at "}
#endif
       }) {
    int signal = e.signal;
    const auto result = launch(make_kernel("k", raises, nullptr), {{1}, {1}}, &signal);
    CHECK(result.error == e.error);
    CHECK_CONTAINS(result.message, e.text);
    CHECK_CONTAINS(result.message, this_file);
    check_still_works();
  }
}

__attribute__((noinline)) int recurse(volatile char *outer, int depth) {
  volatile char local[512];
  local[0] = char(depth);
  if (depth == -1) return outer[0];
  return recurse(local, depth + 1) + local[0];
}
void recurses(anychip_thread *t) {
  char start = 0;
  argument<int>(t)[0] = recurse(&start, 0);
}

void test_stack_overflow() {
  int out = 0;
  for (const uint32_t blocks : {1u, 16u}) { // on the caller's stack, and also on the workers'
    const auto result = launch(make_kernel("recurses", recurses, nullptr), {{blocks}, {1}}, &out);
    CHECK(result.error == 714);
    CHECK_CONTAINS(result.message, "stack overflow in kernel recurses at ");
    CHECK_CONTAINS(result.message, this_file);
    check_still_works();
  }
  std::thread([&] {
    CHECK(launch(make_kernel("recurses", recurses, nullptr), {{1}, {1}}, &out).error == 714);
  }).join();
}

void frees_twice(anychip_thread *t) {
  void *block = anychip_device_malloc(t, 100);
  std::memset(block, 1, 100);
  anychip_device_free(t, nullptr);
  anychip_device_free(t, block);
  anychip_device_free(t, block);
}

void test_double_free() {
  const auto result = launch(make_kernel("k", frees_twice, nullptr), {{1}, {1}}, nullptr);
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, "free of 0x");
}

void prints_wild_string(anychip_thread *t) {
  const char *arguments[] = {argument<char>(t)};
  anychip_vprintf(t, "text: %s\n", arguments);
}

// The output buffer must not stay locked behind the fault.
void test_printf_fault() {
  for (int round = 0; round < 2; ++round) {
    const auto result = launch(make_kernel("k", prints_wild_string, nullptr), {{1}, {1}}, reinterpret_cast<void *>(64));
    CHECK(result.error == 700);
    char text[] = "fine";
    CHECK(launch(make_kernel("k", prints_wild_string, nullptr), {{1}, {1}}, text).error == 0);
  }
  anychip::flush_device_output();
}

// --- cancelling ---

void spins_forever(anychip_thread *t) {
  for (volatile uint32_t i = 0;; i = i + 1) argument<volatile uint32_t>(t)[0] = 1;
}
STRAND(yields_forever) {
  BEGIN
  for (;;) {
    argument<volatile uint32_t>(t)[0] = 1;
    WAIT(1, {.kind = ANYCHIP_REQUEST_YIELD})
  }
  END
}
void prints_forever(anychip_thread *t) {
  for (;;) {
    argument<volatile uint32_t>(t)[0] = 1;
    anychip_vprintf(t, "again and again\n", nullptr);
    anychip_device_free(t, anychip_device_malloc(t, 64));
  }
}

void check_cancel(const anychip_kernel &kernel, Shape shape) {
  std::atomic<uint32_t> started{0};
  anychip::LaunchRequest request;
  set_up(request, kernel, shape, &started);
  std::thread canceller([&] {
    while (started.load() == 0) usleep(1000);
    usleep(30000);
    request.cancelled = true;
  });
  const auto result = anychip::execute_grid(request);
  canceller.join();
  CHECK(result.error == 702);
  CHECK_CONTAINS(result.message, "kernel " + std::string(kernel.name) + " cancelled");
  check_still_works();
}

void test_cancel() {
  check_cancel(make_kernel("spins", spins_forever, nullptr), {{1}, {1}});
  check_cancel(make_kernel("spins", spins_forever, nullptr), {{100}, {1}});
  check_cancel(make_kernel("yields", nullptr, yields_forever), {{100}, {64}});
  check_cancel(make_kernel("prints", prints_forever, nullptr), {{2}, {1}});
}

// One block fails while the others would spin for ever.
void fails_or_spins(anychip_thread *t) {
  if (t->block->block_idx[0] == 1) anychip_trap(t, 1);
  for (volatile uint32_t i = 0;; i = i + 1) {}
}

void test_failure_stops_others() {
  const auto result = launch(make_kernel("k", fails_or_spins, nullptr), {{2}, {1}}, nullptr);
  CHECK(result.error == 719);
  check_still_works();
}

// --- the program's own handlers ---

sigjmp_buf host_exit;
volatile sig_atomic_t host_faults = 0;
void host_handler(int) {
  host_faults = host_faults + 1;
  siglongjmp(host_exit, 1);
}

void test_host_handler() {
  struct sigaction action {};
  action.sa_handler = host_handler;
  sigaction(SIGSEGV, &action, nullptr);
  CHECK(launch(make_kernel("k", always_fails, nullptr), {{1}, {1}}, nullptr).error == 700);
  CHECK(host_faults == 0);
  if (sigsetjmp(host_exit, 1) == 0) *reinterpret_cast<volatile int *>(16) = 1;
  CHECK(host_faults == 1);
}

// Exits by SIGSEGV: a fault of the host is the host's.
void test_host_fault() {
  check_still_works();
  *reinterpret_cast<volatile int *>(16) = 1;
}

constexpr Case cases[] = {
    {"wild_pointer", test_wild_pointer},
    {"wild_strand", test_wild_strand},
    {"library_fault", test_library_fault},
    {"shared_object", test_shared_object},
    {"past_shared", test_past_shared},
    {"many_faults", test_many_faults},
    {"assert", test_assert},
    {"trap", test_trap},
    {"instruction_faults", test_instruction_faults},
    {"stack_overflow", test_stack_overflow},
    {"double_free", test_double_free},
    {"printf_fault", test_printf_fault},
    {"cancel", test_cancel},
    {"failure_stops_others", test_failure_stops_others},
    {"host_handler", test_host_handler},
    {"host_fault", test_host_fault},
};

} // namespace

int main(int argc, char **argv) { return run_case(cases, argc, argv); }
