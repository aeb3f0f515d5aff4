// Device memory: guard pages, the allocation table, copies, fills, symbols.
#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include "api_support.h"

namespace {

// Whether touching the byte kills a child process with SIGSEGV.
bool faults(const volatile char *address) {
  pid_t child = fork();
  if (child == 0) {
    signal(SIGSEGV, SIG_DFL);
    char value = *address;
    _exit(value & 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
}

char *device_bytes(size_t bytes) {
  void *pointer = nullptr;
  OK(cudaMalloc(&pointer, bytes));
  return static_cast<char *>(pointer);
}

void guard_pages() {
  for (size_t bytes : {size_t{256}, size_t{4096}, size_t{10240}, size_t{5} << 20}) {
    char *memory = device_bytes(bytes);
    CHECK(reinterpret_cast<uintptr_t>(memory) % 256 == 0);
    CHECK(!faults(memory) && !faults(memory + bytes - 1));
    CHECK(faults(memory + bytes));
    char *neighbour = device_bytes(bytes);
    CHECK(faults(memory + bytes) && !faults(neighbour));
    OK(cudaFree(memory));
    CHECK(faults(memory));
    OK(cudaFree(neighbour));
  }
}

void freed_addresses_rest() {
  char *first = device_bytes(4096);
  OK(cudaFree(first));
  for (int i = 0; i < 100; ++i) {
    char *next = device_bytes(4096);
    CHECK(next != first);
    OK(cudaFree(next));
  }
}

void allocation_errors() {
  void *pointer = &pointer;
  size_t free_bytes = 0, total = 0;
  OK(cudaMemGetInfo(&free_bytes, &total));
  CHECK(free_bytes > 0 && free_bytes <= total);
  EXPECT(cudaErrorMemoryAllocation, cudaMalloc(&pointer, total + 1));
  EXPECT(cudaErrorMemoryAllocation, cudaMalloc(&pointer, SIZE_MAX));
  EXPECT(cudaErrorMemoryAllocation, cudaGetLastError());
  EXPECT(cudaSuccess, cudaGetLastError());
  EXPECT(cudaErrorInvalidValue, cudaMalloc(nullptr, 1));
  OK(cudaMalloc(&pointer, 0));
  CHECK(pointer == nullptr);
  OK(cudaFree(nullptr));
  char *memory = device_bytes(1000);
  EXPECT(cudaErrorInvalidValue, cudaFree(memory + 256));
  EXPECT(cudaErrorInvalidValue, cudaFreeHost(memory));
  OK(cudaFree(memory));
  EXPECT(cudaErrorInvalidValue, cudaFree(memory));
  EXPECT(cudaErrorInvalidValue, cudaFree(&pointer));
  EXPECT(cudaErrorInvalidValue, cudaMallocManaged(&pointer, 0, cudaMemAttachGlobal));
}

void copies() {
  std::vector<int> in(1000), out(1000);
  for (int i = 0; i < 1000; ++i) in[i] = i * 7;
  char *a = device_bytes(4000), *b = device_bytes(4000);
  OK(cudaMemcpy(a, in.data(), 4000, cudaMemcpyHostToDevice));
  OK(cudaMemcpy(b, a, 4000, cudaMemcpyDeviceToDevice));
  OK(cudaMemcpy(out.data(), b, 4000, cudaMemcpyDefault));
  CHECK(in == out);
  EXPECT(cudaErrorInvalidValue, cudaMemcpy(a, in.data(), 4001, cudaMemcpyHostToDevice));
  EXPECT(cudaErrorInvalidValue, cudaMemcpy(a + 8, in.data(), 4000, cudaMemcpyHostToDevice));
  EXPECT(cudaErrorInvalidValue, cudaMemcpy(in.data(), a, 4000, cudaMemcpyHostToDevice));
  EXPECT(cudaErrorInvalidValue, cudaMemcpy(nullptr, a, 4, cudaMemcpyDeviceToHost));
  EXPECT(cudaErrorInvalidMemcpyDirection, cudaMemcpy(a, b, 4, static_cast<cudaMemcpyKind>(9)));
  OK(cudaMemcpy(nullptr, nullptr, 0, cudaMemcpyHostToDevice));
  OK(cudaMemset(a, 0x5a, 4000));
  OK(cudaMemcpy(out.data(), a, 4000, cudaMemcpyDeviceToHost));
  CHECK(out[0] == 0x5a5a5a5a && out[999] == 0x5a5a5a5a);
  EXPECT(cudaErrorInvalidValue, cudaMemset(a, 0, 4001));
  EXPECT(cudaErrorInvalidValue, cudaMemset(out.data(), 0, 4));
  OK(cudaFree(a));
  EXPECT(cudaErrorInvalidValue, cudaMemcpy(b, a, 4, cudaMemcpyDeviceToDevice));
}

void pitched() {
  void *memory = nullptr;
  size_t pitch = 0;
  OK(cudaMallocPitch(&memory, &pitch, 100, 10));
  CHECK(pitch >= 100 && pitch % 512 == 0);
  std::vector<char> in(1000), out(1000);
  for (int i = 0; i < 1000; ++i) in[i] = char(i % 101);
  OK(cudaMemcpy2D(memory, pitch, in.data(), 100, 100, 10, cudaMemcpyHostToDevice));
  OK(cudaMemset2D(static_cast<char *>(memory) + 10, pitch, 7, 5, 10));
  OK(cudaMemcpy2D(out.data(), 100, memory, pitch, 100, 10, cudaMemcpyDeviceToHost));
  for (int i = 0; i < 1000; ++i) CHECK(out[i] == (i % 100 >= 10 && i % 100 < 15 ? 7 : in[i]));
  EXPECT(cudaErrorInvalidPitchValue, cudaMemcpy2D(memory, 50, in.data(), 100, 100, 2, cudaMemcpyHostToDevice));
  EXPECT(cudaErrorInvalidValue, cudaMemcpy2D(memory, pitch, in.data(), 100, 100, 11, cudaMemcpyHostToDevice));

  cudaPitchedPtr box{};
  OK(cudaMalloc3D(&box, {20, 5, 4}));
  cudaMemcpy3DParms copy{};
  copy.srcPtr = {in.data(), 20, 20, 5};
  copy.dstPtr = box;
  copy.extent = {20, 5, 4};
  copy.kind = cudaMemcpyHostToDevice;
  OK(cudaMemcpy3D(&copy));
  OK(cudaMemset3D(box, 1, {20, 1, 4}));
  std::vector<char> plane(20 * 2);
  cudaMemcpy3DParms back{};
  back.srcPtr = box;
  back.srcPos = {0, 0, 3};
  back.dstPtr = {plane.data(), 20, 20, 2};
  back.extent = {20, 2, 1};
  back.kind = cudaMemcpyDeviceToHost;
  OK(cudaMemcpy3D(&back));
  for (int x = 0; x < 20; ++x) CHECK(plane[x] == 1 && plane[20 + x] == in[3 * 100 + 20 + x]);
}

void host_memory() {
  void *pinned = nullptr, *device = nullptr, *managed = nullptr;
  OK(cudaHostAlloc(&pinned, 5000, cudaHostAllocMapped));
  OK(cudaHostGetDevicePointer(&device, pinned, 0));
  CHECK(device == pinned);
  OK(cudaMallocManaged(&managed, 64, cudaMemAttachGlobal));
  std::vector<char> plain(100);
  cudaPointerAttributes attributes;
  const std::pair<void *, cudaMemoryType> expected[] = {{pinned, cudaMemoryTypeHost}, {managed, cudaMemoryTypeManaged},
      {device_bytes(4), cudaMemoryTypeDevice}, {plain.data(), cudaMemoryTypeUnregistered}};
  for (auto [pointer, type] : expected) {
    OK(cudaPointerGetAttributes(&attributes, pointer));
    CHECK(attributes.type == type);
  }
  EXPECT(cudaErrorInvalidValue, cudaHostGetDevicePointer(&device, plain.data(), 0));
  OK(cudaHostRegister(plain.data(), 100, cudaHostRegisterDefault));
  EXPECT(cudaErrorHostMemoryAlreadyRegistered, cudaHostRegister(plain.data() + 50, 10, cudaHostRegisterDefault));
  OK(cudaMemset(plain.data(), 9, 100));
  CHECK(plain[0] == 9 && plain[99] == 9);
  OK(cudaHostUnregister(plain.data()));
  EXPECT(cudaErrorHostMemoryNotRegistered, cudaHostUnregister(plain.data()));
  EXPECT(cudaErrorInvalidValue, cudaFree(pinned));
  OK(cudaFreeHost(pinned));
  OK(cudaFree(managed));
}

void symbols() {
  int value = 11, back = 0;
  size_t size = 0;
  void *address = nullptr;
  OK(cudaMemcpyToSymbol(&shadow_factor, &value, sizeof value, 0, cudaMemcpyHostToDevice));
  CHECK(scale_factor == 11);
  OK(cudaMemcpyFromSymbol(&back, &shadow_factor, sizeof back, 0, cudaMemcpyDeviceToHost));
  CHECK(back == 11);
  OK(cudaGetSymbolSize(&size, &shadow_factor));
  OK(cudaGetSymbolAddress(&address, &shadow_factor));
  CHECK(size == 4 && address == &scale_factor);
  value = 12;
  OK(cudaMemcpy(address, &value, 4, cudaMemcpyHostToDevice));
  CHECK(scale_factor == 12);
  EXPECT(cudaErrorInvalidValue, cudaMemcpyToSymbol(&shadow_factor, &value, 4, 1, cudaMemcpyHostToDevice));
  EXPECT(cudaErrorInvalidSymbol, cudaMemcpyToSymbol(&shadow_unknown, &value, 4, 0, cudaMemcpyHostToDevice));
  EXPECT(cudaErrorInvalidMemcpyDirection, cudaMemcpyToSymbol(&shadow_factor, &value, 4, 0, cudaMemcpyDeviceToHost));
}

// More allocations than the system gives mappings to a process (two each).
void more_allocations_than_mappings() {
  constexpr int count = 50000;
  std::vector<char *> blocks;
  for (int i = 0; i < count; ++i) {
    blocks.push_back(device_bytes(300));
    OK(cudaMemset(blocks.back(), i % 128, 300));
  }
  std::vector<char> back(300);
  for (int i = 0; i < count; ++i) {
    OK(cudaMemcpy(back.data(), blocks[i], 300, cudaMemcpyDeviceToHost));
    CHECK(back[0] == i % 128 && back[299] == i % 128);
    EXPECT(cudaErrorInvalidValue, cudaMemcpy(back.data(), blocks[i], 301, cudaMemcpyDeviceToHost));
  }
  for (char *block : blocks) OK(cudaFree(block));
  for (char *block : {blocks.front(), blocks.back()}) EXPECT(cudaErrorInvalidValue, cudaMemset(block, 0, 1));
  char *large = device_bytes(size_t{4} << 20);
  OK(cudaMemset(large, 1, size_t{4} << 20));
}

void concurrent_allocation() {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t] {
      for (int i = 0; i < 300; ++i) {
        char *memory = device_bytes(size_t(100 + i * 37));
        OK(cudaMemset(memory, t, 100));
        char back = 0;
        OK(cudaMemcpy(&back, memory + 99, 1, cudaMemcpyDeviceToHost));
        CHECK(back == t);
        OK(cudaFree(memory));
      }
    });
  for (std::thread &thread : threads) thread.join();
}

void description(const void *address, const char *part) {
  char text[300];
  anychip_describe_address(address, text, sizeof text);
  if (!std::strstr(text, part)) std::printf("'%s' lacks '%s'\n", text, part), std::exit(1);
}

void address_descriptions() {
  char *memory = device_bytes(512);
  description(nullptr, "null pointer");
  description(memory + 520, "8 bytes past the end of the allocation");
  description(memory + 4, "4 bytes inside the allocation");
  CHECK(anychip_is_mapped(memory, 512) && !anychip_is_mapped(memory, 513) && !anychip_is_mapped(nullptr, 1));
  int local = 0;
  CHECK(anychip_is_mapped(&local, sizeof local));
  OK(cudaFree(memory));
  description(memory + 4, "inside the freed allocation");
  CHECK(!anychip_is_mapped(memory, 1));
}

} // namespace

int main(int argc, char **argv) {
  return run_case({{"guard_pages", guard_pages},
                   {"freed_addresses_rest", freed_addresses_rest},
                   {"allocation_errors", allocation_errors},
                   {"copies", copies},
                   {"pitched", pitched},
                   {"host_memory", host_memory},
                   {"symbols", symbols},
                   {"more_allocations_than_mappings", more_allocations_than_mappings},
                   {"concurrent_allocation", concurrent_allocation},
                   {"address_descriptions", address_descriptions}},
                  argc, argv);
}
