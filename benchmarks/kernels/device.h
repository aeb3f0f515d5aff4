// Device copies of a workload's arrays, and errors that stop the program.
#pragma once

#include <cuda_runtime.h>

#include "harness.h"

namespace bench {

inline void require(cudaError_t status) {
  if (status == cudaSuccess) return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(status));
  std::exit(3);
}

inline void finish() {
  require(cudaGetLastError());
  require(cudaDeviceSynchronize());
}

// The device's copy of a host array, as elements of type D (float4 of four floats, for instance).
template <typename D>
class Device {
 public:
  template <typename T>
  explicit Device(const Array<T>& host) : bytes_(host.bytes()) {
    require(cudaMalloc(reinterpret_cast<void**>(&data_), bytes_));
    put(host);
  }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;
  ~Device() { cudaFree(data_); }

  operator D*() const { return data_; }
  template <typename T>
  void put(const Array<T>& host) {
    require(cudaMemcpy(data_, host.data(), bytes_, cudaMemcpyHostToDevice));
  }
  template <typename T>
  void get(Array<T>& host) const {
    require(cudaMemcpy(host.data(), data_, bytes_, cudaMemcpyDeviceToHost));
  }

 private:
  D* data_ = nullptr;
  size_t bytes_;
};

}  // namespace bench
