// Errors: codes returned by API calls, the last error of each host thread, and errors of kernels that ended later.
#pragma once
#include <string>
#include "cuda_runtime_api.h"

namespace anychip {

// Makes `error` the calling thread's last error (if it is one) and returns it.
cudaError_t remember_error(cudaError_t error);

// A kernel ended with `error`. Sticky ones (illegal address, assert, ...) are returned by every later call until
// cudaDeviceReset; others (a cancelled launch) are returned once.
void raise_launch_error(cudaError_t error, const std::string &message);

// The error of an earlier kernel that the next API call must return.
cudaError_t take_asynchronous_error();
bool device_has_failed(); // a sticky error is set: nothing more runs on the device
void clear_errors();      // cudaDeviceReset

// Says on standard error why a call fails, which its code alone does not; only the first few times in a process, since
// some programs probe for limits. Becomes the last message.
void explain_error(const std::string &text);

// What was said of the last failure. An error that is not sticky is over once its message was taken.
std::string take_message();

// Host functions of streams must not call the API (they would wait for themselves): the calls return an error.
struct HostFunctionScope {
  HostFunctionScope();
  ~HostFunctionScope();
  static bool active();
};

// The body of an API call that uses the device: earlier kernels' errors come first.
template <typename Body> cudaError_t device_call(Body &&body) {
  if (HostFunctionScope::active()) return remember_error(cudaErrorNotPermitted);
  if (cudaError_t error = take_asynchronous_error(); error != cudaSuccess) return remember_error(error);
  return remember_error(body());
}

} // namespace anychip
