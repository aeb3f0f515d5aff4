// One copy between two places in memory, checked and put in a stream's order.
#pragma once
#include <functional>
#include "anychip/stream.h"

namespace anychip {

struct Transfer {
  void *destination = nullptr;
  size_t destination_span = 0; // bytes from the first to the last touched
  const void *source = nullptr;
  size_t source_span = 0;
  cudaMemcpyKind kind = cudaMemcpyDefault;
  std::function<void(const void *source)> copy; // does it, from `source` or a staged copy of it; may fault
};

Transfer linear_transfer(void *destination, const void *source, size_t bytes, cudaMemcpyKind kind);
cudaError_t check_transfer(const Transfer &transfer);
// Checks, then copies: `asynchronous` is the Async form of the call.
cudaError_t run_transfer(cudaStream_t stream, Transfer transfer, bool asynchronous);

// The place and size of the part [offset, offset+bytes) of the variable behind `symbol`.
cudaError_t find_symbol_part(const void *symbol, size_t bytes, size_t offset, char *&address);

} // namespace anychip
