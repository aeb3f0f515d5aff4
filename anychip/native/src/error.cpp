#include "anychip/error.h"
#include <atomic>
#include <cstdio>
#include <mutex>
#include <utility>

namespace anychip {
namespace {

struct ErrorEntry {
  int code;
  const char *name;
  const char *text;
};

constexpr ErrorEntry error_table[] = {
#define ANYCHIP_ERROR(name, number, text) {number, #name, text},
#include "error_table.h"
#undef ANYCHIP_ERROR
};

const ErrorEntry *find_error(int code) {
  for (const ErrorEntry &entry : error_table)
    if (entry.code == code) return &entry;
  return nullptr;
}

thread_local cudaError_t last_error = cudaSuccess;
thread_local bool in_host_function = false;
std::atomic<int> sticky_error{0};
std::atomic<int> pending_error{0};

struct Message {
  std::mutex mutex;
  std::string text;
};
// Never destroyed: stream threads may still report while the process exits.
Message &message() {
  static Message *instance = new Message;
  return *instance;
}

void set_message(const std::string &text) {
  std::lock_guard lock(message().mutex);
  message().text = text;
}

constexpr int most_explanations = 10;
std::atomic<int> explanations{0};

} // namespace

HostFunctionScope::HostFunctionScope() { in_host_function = true; }
HostFunctionScope::~HostFunctionScope() { in_host_function = false; }
bool HostFunctionScope::active() { return in_host_function; }

cudaError_t remember_error(cudaError_t error) {
  if (error != cudaSuccess) last_error = error;
  return error;
}

void raise_launch_error(cudaError_t error, const std::string &text) {
  set_message(text);
  int none = 0;
  bool once = error == cudaErrorLaunchTimeout; // the user stopped it: the device is still sound
  (once ? pending_error : sticky_error).compare_exchange_strong(none, error);
}

cudaError_t take_asynchronous_error() {
  if (int sticky = sticky_error.load(std::memory_order_acquire)) return static_cast<cudaError_t>(sticky);
  if (pending_error.load(std::memory_order_relaxed) == 0) return cudaSuccess;
  return static_cast<cudaError_t>(pending_error.exchange(0));
}

bool device_has_failed() { return sticky_error.load(std::memory_order_acquire) != 0; }

void clear_errors() {
  sticky_error = 0;
  pending_error = 0;
  last_error = cudaSuccess;
  set_message("");
}

void explain_error(const std::string &text) {
  set_message(text);
  int before = explanations.fetch_add(1);
  if (before < most_explanations) std::fprintf(stderr, "anychip: %s\n", text.c_str());
  if (before == most_explanations) std::fputs("anychip: further failed calls are not explained\n", stderr);
}

std::string take_message() {
  std::lock_guard lock(message().mutex);
  return device_has_failed() ? message().text : std::exchange(message().text, {});
}

} // namespace anychip

extern "C" {

cudaError_t cudaPeekAtLastError(void) {
  cudaError_t error = anychip::take_asynchronous_error();
  return error != cudaSuccess ? anychip::remember_error(error) : anychip::last_error;
}

cudaError_t cudaGetLastError(void) {
  cudaError_t error = cudaPeekAtLastError();
  anychip::last_error = cudaSuccess;
  return error;
}

const char *cudaGetErrorString(cudaError_t error) {
  const anychip::ErrorEntry *entry = anychip::find_error(error);
  return entry ? entry->text : "unrecognized error code";
}

const char *cudaGetErrorName(cudaError_t error) {
  const anychip::ErrorEntry *entry = anychip::find_error(error);
  return entry ? entry->name : "unrecognized error code";
}

} // extern "C"
