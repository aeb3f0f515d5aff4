// Who runs a launch: the stream's thread, or a host thread that waits for it. Same order, errors and refusals either way.
#include <csetjmp>
#include <csignal>
#include <pthread.h>
#include <sys/resource.h>
#include <thread>
#include "api_support.h"

extern "C" void __cudaUnregisterFatBinary(void **handle);

namespace {

// Kernels write to host memory here: it outlives cudaDeviceReset.
int places[8];
uint64_t runner;

void store(cudaStream_t stream, int *place, int value) { OK(launch(stub_store, 1, 1, 0, stream, place, value)); }
bool ran_here() { return runner == uint64_t(pthread_self()); }

// Afterwards the stream's thread naps and is not called, because the host was faster each time.
void launch_and_wait_often(cudaStream_t stream = nullptr) {
  for (int i = 0; i < 300; ++i) {
    store(stream, &places[0], i);
    OK(cudaStreamSynchronize(stream));
    CHECK(places[0] == i);
  }
}

bool arrives(const int *place, int value) {
  for (int i = 0; i < 20000; ++i) {
    if (__atomic_load_n(place, __ATOMIC_ACQUIRE) == value) return true;
    sleep_ms(1);
  }
  return false;
}

void host_thread_runs_launches() {
  int here = 0;
  for (int i = 0; i < 2000; ++i) {
    OK(launch(stub_runner, 1, 1, 0, nullptr, &runner));
    OK(cudaDeviceSynchronize());
    here += ran_here();
  }
  CHECK(here > 0);
}

void starts_without_waiting() {
  cudaStream_t own = nullptr;
  OK(cudaStreamCreateWithFlags(&own, cudaStreamNonBlocking));
  for (cudaStream_t stream : {cudaStream_t{}, own})
    for (int round = 1; round <= 12; ++round) {
      if (round % 3 != 0) launch_and_wait_often(stream);
      if (round % 4 == 0) sleep_ms(20); // the stream's thread sleeps
      store(stream, &places[1], round);
      store(stream, &places[2], -round);
      CHECK(arrives(&places[2], -round));
      CHECK(places[1] == round);
      OK(cudaStreamSynchronize(stream));
    }
}

void order_is_kept() {
  for (int round = 1; round <= 2000; ++round) {
    int launches = round % 100 == 0 ? 500 : round % 7;
    for (int i = 0; i < launches; ++i) store(nullptr, &places[0], i);
    store(nullptr, &places[0], round);
    OK(launch(stub_scale, 1, 1, 0, nullptr, places, 1u));
    OK(cudaDeviceSynchronize());
    CHECK(places[0] == round * scale_factor);
  }
}

void two_threads_wait_for_one_stream() {
  cudaStream_t stream = nullptr;
  OK(cudaStreamCreate(&stream));
  auto work = [stream](int *place) {
    for (int i = 1; i <= 3000; ++i) {
      store(stream, place, i);
      OK(i % 2 ? cudaStreamSynchronize(stream) : cudaDeviceSynchronize());
      CHECK(*place == i);
    }
  };
  std::thread first(work, &places[0]), second(work, &places[4]);
  first.join();
  second.join();
  OK(cudaStreamDestroy(stream));
}

sigjmp_buf own_fault;
int own_faults = 0;

void own_handler(int) {
  ++own_faults;
  siglongjmp(own_fault, 1);
}

// A kernel's fault is the kernel's, also on the host thread; the host's own fault stays its own.
void faults_on_the_host_thread() {
  struct sigaction action {};
  action.sa_handler = own_handler;
  action.sa_flags = SA_NODEFER;
  CHECK(sigaction(SIGSEGV, &action, nullptr) == 0);
  int here = 0;
  for (int round = 1; round <= 40; ++round) {
    launch_and_wait_often();
    OK(launch(stub_runner, 1, 1, 0, nullptr, &runner));
    store(nullptr, reinterpret_cast<int *>(uintptr_t{64}), 1);
    EXPECT(cudaErrorIllegalAddress, cudaDeviceSynchronize());
    here += ran_here();
    OK(cudaDeviceReset());
    if (sigsetjmp(own_fault, 0) == 0) *reinterpret_cast<volatile int *>(uintptr_t{64}) = 1;
    CHECK(own_faults == round);
  }
  CHECK(here > 0);
}

pthread_t function_ran_on;
cudaError_t call_inside = cudaSuccess;

void host_functions_stay_on_the_streams_thread() {
  for (int round = 0; round < 20; ++round) {
    launch_and_wait_often();
    call_inside = cudaSuccess;
    store(nullptr, &places[1], round);
    OK(cudaLaunchHostFunc(
        nullptr,
        [](void *) {
          function_ran_on = pthread_self();
          call_inside = cudaDeviceSynchronize();
        },
        nullptr));
    store(nullptr, &places[2], round);
    OK(cudaDeviceSynchronize());
    CHECK(places[1] == round && places[2] == round);
    CHECK(!pthread_equal(function_ran_on, pthread_self()));
    CHECK(call_inside == cudaErrorNotPermitted);
  }
}

void polling_makes_progress() {
  cudaEvent_t done = nullptr;
  OK(cudaEventCreate(&done));
  for (int round = 1; round <= 50; ++round) {
    launch_and_wait_often();
    store(nullptr, &places[1], round);
    OK(cudaEventRecord(done, nullptr));
    while ((round % 2 ? cudaEventQuery(done) : cudaStreamQuery(nullptr)) == cudaErrorNotReady) {}
    CHECK(places[1] == round);
  }
}

void destroyed_while_napping() {
  for (int round = 1; round <= 50; ++round) {
    cudaStream_t stream = nullptr;
    OK(cudaStreamCreate(&stream));
    launch_and_wait_often(stream);
    store(stream, &places[1], round);
    OK(cudaStreamDestroy(stream));
    if (round % 2) OK(cudaDeviceSynchronize());
    CHECK(arrives(&places[1], round));
  }
}

// Many parameters go where few do not fit.
void large_parameters() {
  static int seen = 0;
  struct Large {
    int values[1000];
  } large{};
  static const anychip_parameter parameters[] = {{0, 8}, {8, sizeof large}};
  static const anychip_kernel kernel = {
      "sum", "test.cu", 9, 2, parameters, 8 + sizeof large, 0, 0, 0, 1024, 1,
      [](anychip_thread *thread) {
        CHECK(reinterpret_cast<uintptr_t>(thread->block->parameters) % 64 == 0);
        auto values = parameter<Large>(thread, 8);
        for (int value : values.values) *parameter<int *>(thread, 0) += value;
      },
      nullptr};
  static const anychip_module module = {ANYCHIP_MODULE_MAGIC, ANYCHIP_ABI_VERSION, "test.cu", 1, 0, 0, 0,
                                        &kernel,              nullptr,             nullptr};
  static struct {
    int magic, version;
    const void *data;
    void *unused;
  } wrapper = {0x466243b1, 1, &module, nullptr};
  static char stub;
  void **handle = __cudaRegisterFatBinary(&wrapper);
  __cudaRegisterFunction(handle, &stub, nullptr, "sum", -1, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < 1000; ++i) large.values[i] = i;
  for (int i = 0; i < 3; ++i) OK(launch(stub, 1, 1, 0, nullptr, &seen, large));
  OK(cudaDeviceSynchronize());
  CHECK(seen == 3 * 499500);
  __cudaUnregisterFatBinary(handle); // this thread launched it before: it must not remember
  EXPECT(cudaErrorInvalidDeviceFunction, launch(stub, 1, 1, 0, nullptr, &seen, large));
}

// A thread's own signal stack is there again after a launch that it ran.
void own_signal_stack_is_kept() {
  static char memory[1 << 16];
  std::thread([] {
    stack_t own{}, seen{};
    own.ss_sp = memory;
    own.ss_size = sizeof memory;
    CHECK(sigaltstack(&own, nullptr) == 0);
    int here = 0;
    for (int i = 0; i < 300; ++i) {
      OK(launch(stub_runner, 1, 1, 0, nullptr, &runner));
      OK(cudaDeviceSynchronize());
      here += ran_here();
      CHECK(sigaltstack(nullptr, &seen) == 0);
      CHECK(seen.ss_sp == memory && seen.ss_size == sizeof memory);
    }
    CHECK(here > 0);
  }).join();
}

// Soon after the last launch no thread wakes any more: the only switches are this thread's own sleep.
void idle_uses_no_processor() {
  launch_and_wait_often();
  for (int window = 0; window < 200; ++window) {
    rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    sleep_ms(100);
    getrusage(RUSAGE_SELF, &after);
    if (after.ru_nvcsw - before.ru_nvcsw <= 1) return;
  }
  CHECK(!"threads keep waking");
}

} // namespace

int main(int argc, char **argv) {
  return run_case({{"host_thread_runs_launches", host_thread_runs_launches},
                   {"starts_without_waiting", starts_without_waiting},
                   {"order_is_kept", order_is_kept},
                   {"two_threads_wait_for_one_stream", two_threads_wait_for_one_stream},
                   {"faults_on_the_host_thread", faults_on_the_host_thread},
                   {"host_functions_stay_on_the_streams_thread", host_functions_stay_on_the_streams_thread},
                   {"polling_makes_progress", polling_makes_progress},
                   {"destroyed_while_napping", destroyed_while_napping},
                   {"large_parameters", large_parameters},
                   {"own_signal_stack_is_kept", own_signal_stack_is_kept},
                   {"idle_uses_no_processor", idle_uses_no_processor}},
                  argc, argv);
}
