// Order within and between streams, events, host functions. Sleeping kernels make a wrong order visible.
#include <atomic>
#include "api_support.h"

namespace {

int *managed_ints(size_t count) {
  void *memory = nullptr;
  OK(cudaMallocManaged(&memory, count * sizeof(int), cudaMemAttachGlobal));
  return static_cast<int *>(std::memset(memory, 0, count * sizeof(int)));
}

// A kernel that sleeps and then stores.
void slow_store(cudaStream_t stream, int *place, int value, unsigned milliseconds) {
  OK(launch(stub_slow, 1, 1, 0, stream, place, value, milliseconds));
}
void store(cudaStream_t stream, int *place, int value) { OK(launch(stub_store, 1, 1, 0, stream, place, value)); }

void in_order() {
  int *data = managed_ints(1);
  cudaStream_t stream = nullptr;
  OK(cudaStreamCreate(&stream));
  slow_store(stream, data, 1, 20);
  store(stream, data, 2);
  EXPECT(cudaErrorNotReady, cudaStreamQuery(stream));
  OK(cudaStreamSynchronize(stream));
  CHECK(*data == 2);
  OK(cudaStreamQuery(stream));
  OK(cudaStreamDestroy(stream));
  EXPECT(cudaErrorInvalidResourceHandle, cudaStreamSynchronize(stream));
}

// The kernel ends only after the host has stored, so the launch must not wait for it.
void launches_do_not_wait() {
  for (unsigned flags : {cudaStreamDefault, cudaStreamNonBlocking}) {
    int *flag = managed_ints(1);
    cudaStream_t stream = nullptr;
    OK(cudaStreamCreateWithFlags(&stream, flags));
    OK(launch(stub_spin, 1, 1, 0, stream, flag));
    EXPECT(cudaErrorNotReady, cudaStreamQuery(stream));
    __atomic_store_n(flag, 1, __ATOMIC_SEQ_CST);
    OK(cudaStreamSynchronize(stream));
  }
  int *flag = managed_ints(1);
  OK(launch(stub_spin, 1, 1, 0, nullptr, flag));
  __atomic_store_n(flag, 1, __ATOMIC_SEQ_CST);
  OK(cudaDeviceSynchronize());
}

// Non-blocking streams run beside a kernel that waits for the host.
void streams_overlap() {
  int *data = managed_ints(2);
  cudaStream_t first = nullptr, second = nullptr;
  OK(cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking));
  OK(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking));
  void *copied = nullptr;
  OK(cudaMallocHost(&copied, 4));
  OK(launch(stub_spin, 1, 1, 0, first, data));
  data[1] = 5;
  OK(cudaMemcpyAsync(copied, data + 1, 4, cudaMemcpyDeviceToHost, second));
  OK(cudaStreamSynchronize(second));
  CHECK(*static_cast<int *>(copied) == 5);
  EXPECT(cudaErrorNotReady, cudaStreamQuery(first));
  __atomic_store_n(data, 1, __ATOMIC_SEQ_CST);
  OK(cudaDeviceSynchronize());
}

void default_stream_waits() {
  int *data = managed_ints(1);
  cudaStream_t stream = nullptr;
  OK(cudaStreamCreate(&stream));
  slow_store(stream, data, 1, 20);
  store(nullptr, data, 2);
  OK(cudaStreamSynchronize(nullptr));
  CHECK(*data == 2);
  slow_store(nullptr, data, 3, 20);
  store(stream, data, 4);
  OK(cudaStreamSynchronize(stream));
  CHECK(*data == 4);
  slow_store(stream, data, 5, 20);
  int seen = 0;
  OK(cudaMemcpy(&seen, data, 4, cudaMemcpyDeviceToHost));
  CHECK(seen == 5);
  slow_store(cudaStreamPerThread, data, 6, 20);
  OK(cudaMemcpy(&seen, data, 4, cudaMemcpyDeviceToHost));
  CHECK(seen == 6);
}

void destroyed_stream_finishes() {
  int *data = managed_ints(1);
  cudaStream_t stream = nullptr;
  OK(cudaStreamCreate(&stream));
  slow_store(stream, data, 7, 20);
  OK(cudaStreamDestroy(stream));
  OK(cudaDeviceSynchronize());
  CHECK(*data == 7);
}

void events() {
  int *data = managed_ints(1);
  cudaStream_t first = nullptr, second = nullptr;
  OK(cudaStreamCreateWithFlags(&first, cudaStreamNonBlocking));
  OK(cudaStreamCreateWithFlags(&second, cudaStreamNonBlocking));
  cudaEvent_t start = nullptr, done = nullptr, untimed = nullptr;
  OK(cudaEventCreate(&start));
  OK(cudaEventCreate(&done));
  OK(cudaEventCreateWithFlags(&untimed, cudaEventDisableTiming));
  float time = 0;
  OK(cudaEventQuery(start));
  EXPECT(cudaErrorInvalidResourceHandle, cudaEventElapsedTime(&time, start, done));
  OK(cudaEventRecord(start, first));
  slow_store(first, data, 1, 20);
  OK(cudaEventRecord(done, first));
  EXPECT(cudaErrorNotReady, cudaEventQuery(done));
  EXPECT(cudaErrorNotReady, cudaEventElapsedTime(&time, start, done));
  OK(cudaStreamWaitEvent(second, done, 0));
  store(second, data, 2);
  OK(cudaStreamSynchronize(second));
  CHECK(*data == 2);
  OK(cudaEventSynchronize(done));
  OK(cudaEventElapsedTime(&time, start, done));
  CHECK(time >= 20);
  OK(cudaEventRecord(untimed, first));
  OK(cudaEventSynchronize(untimed));
  EXPECT(cudaErrorInvalidResourceHandle, cudaEventElapsedTime(&time, start, untimed));
  OK(cudaEventDestroy(done));
  EXPECT(cudaErrorInvalidResourceHandle, cudaEventRecord(done, first));
}

// Small pageable memory may change as soon as the asynchronous copy returns; large is copied before it returns.
void pageable_copies() {
  int *flag = managed_ints(1);
  for (size_t count : {size_t{100}, size_t{100000}}) {
    void *device = nullptr;
    OK(cudaMalloc(&device, count * 4));
    cudaStream_t stream = nullptr;
    OK(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
    std::vector<int> host(count, 1), back(count);
    slow_store(stream, flag, 1, 20);
    OK(cudaMemcpyAsync(device, host.data(), count * 4, cudaMemcpyHostToDevice, stream));
    host.assign(count, 2);
    OK(cudaMemcpyAsync(back.data(), device, count * 4, cudaMemcpyDeviceToHost, stream));
    CHECK(back.front() == 1 && back.back() == 1);
  }
}

std::atomic<int> steps{0};
cudaError_t call_inside = cudaSuccess;

void host_functions() {
  int *data = managed_ints(1);
  cudaStream_t stream = nullptr;
  OK(cudaStreamCreate(&stream));
  slow_store(stream, data, 4, 20);
  OK(cudaLaunchHostFunc(
      stream,
      [](void *user) {
        steps = *static_cast<int *>(user);
        call_inside = cudaDeviceSynchronize();
      },
      data));
  auto callback = [](cudaStream_t, cudaError_t status, void *) { steps += status == cudaSuccess ? 10 : 100; };
  OK(cudaStreamAddCallback(stream, callback, nullptr, 0));
  OK(cudaStreamSynchronize(stream));
  CHECK(steps == 14);
  CHECK(call_inside == cudaErrorNotPermitted);
}

void many_streams() {
  constexpr int count = 40;
  int *data = managed_ints(count);
  std::vector<cudaStream_t> streams(count);
  for (cudaStream_t &stream : streams) OK(cudaStreamCreate(&stream));
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < count; ++i) store(streams[size_t(i)], data + i, round * count + i);
    OK(launch(stub_scale, 1, 64, 0, nullptr, data, unsigned(count)));
  }
  OK(cudaDeviceSynchronize());
  for (int i = 0; i < count; ++i) CHECK(data[i] == (19 * count + i) * scale_factor);
  for (cudaStream_t stream : streams) OK(cudaStreamDestroy(stream));
}

void timed_wait_and_cancel() {
  int *flag = managed_ints(1);
  anychip_launch_cancel_all();
  OK(launch(stub_spin, 1, 1, 0, nullptr, flag));
  CHECK(anychip_stream_wait(nullptr, 20) == cudaErrorNotReady);
  CHECK(anychip_device_wait(1) == cudaErrorNotReady);
  anychip_launch_cancel_all();
  CHECK(anychip_stream_wait(nullptr, 10000) == cudaErrorLaunchTimeout);
  CHECK(anychip_device_wait(0) == cudaSuccess); // reported once: the device is sound
  store(nullptr, flag, 3);
  OK(cudaDeviceSynchronize());
  CHECK(*flag == 3);
}

// Ends with a kernel still waiting: the process must end all the same.
void exit_with_running_kernel() { OK(launch(stub_spin, 1, 1, 0, nullptr, managed_ints(1))); }

} // namespace

int main(int argc, char **argv) {
  return run_case({{"in_order", in_order},
                   {"launches_do_not_wait", launches_do_not_wait},
                   {"streams_overlap", streams_overlap},
                   {"default_stream_waits", default_stream_waits},
                   {"destroyed_stream_finishes", destroyed_stream_finishes},
                   {"events", events},
                   {"pageable_copies", pageable_copies},
                   {"host_functions", host_functions},
                   {"many_streams", many_streams},
                   {"timed_wait_and_cancel", timed_wait_and_cancel},
                   {"exit_with_running_kernel", exit_with_running_kernel}},
                  argc, argv);
}
