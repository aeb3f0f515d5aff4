// The workloads behind a C interface, for the OpenCL column's Python process: same inputs, same check.
#include <memory>

#include "compute.h"
#include "harness.h"
#include "streaming.h"

namespace {

std::unique_ptr<bench::Workload> make(const std::string& kernel, long size) {
  using namespace bench;
  if (kernel == "saxpy") return std::make_unique<Saxpy>(size);
  if (kernel.rfind("reduce_", 0) == 0) return std::make_unique<Reduction>(size);
  if (kernel == "scan_hs") return std::make_unique<Scan>(size);
  if (kernel.rfind("sgemm_", 0) == 0) return std::make_unique<Sgemm>(size);
  if (kernel == "nbody") return std::make_unique<Nbody>(size);
  if (kernel == "mandel") return std::make_unique<Mandelbrot>(size);
  if (kernel == "blackscholes") return std::make_unique<BlackScholes>(size);
  if (kernel == "hotspot") return std::make_unique<Hotspot>(size);
  if (kernel == "transpose") return std::make_unique<Transpose>(size);
  if (kernel == "hist256") return std::make_unique<Histogram>(size);
  if (kernel == "bitonic") return std::make_unique<Bitonic>(size);
  if (kernel == "spmv") return std::make_unique<Spmv>(size);
  if (kernel == "fft1024") return std::make_unique<Fft>(size);
  if (kernel == "sgemv") return std::make_unique<Sgemv>(size);
  if (kernel.rfind("launch", 0) == 0) return std::make_unique<Launch>();
  return nullptr;
}

}  // namespace

extern "C" {

// Null if the name or the size is wrong. Never freed: the process does one workload.
bench::Workload* workload_make(const char* kernel, long size) {
  try {
    return make(kernel, size).release();
  } catch (const std::exception& problem) {
    return std::fprintf(stderr, "%s\n", problem.what()), nullptr;
  }
}

// The address of an array by its name, and its size in bytes; null if there is none.
void* workload_buffer(bench::Workload* work, const char* name, size_t* bytes) {
  for (const bench::Buffer& buffer : work->buffers())
    if (std::string(buffer.name) == name) return *bytes = buffer.bytes, buffer.data;
  return nullptr;
}

double workload_error(bench::Workload* work) { return work->error(); }
double workload_tolerance(bench::Workload* work) { return work->tolerance(); }
double workload_value(bench::Workload* work, double seconds) { return work->value(seconds); }
const char* workload_unit(bench::Workload* work) { return work->unit(); }
}
