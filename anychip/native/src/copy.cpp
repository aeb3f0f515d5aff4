#include "copy.h"
#include <cstring>
#include <vector>
#include "anychip/error.h"
#include "anychip/executor.h"
#include "anychip/guarded_access.h"
#include "anychip/memory.h"
#include "anychip/module.h"

namespace anychip {
namespace {

// Pageable memory up to this size is staged, so that an asynchronous copy need not wait for the stream.
constexpr size_t largest_staged = size_t{64} << 10;

bool writes_device(cudaMemcpyKind kind) { return kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice; }
bool reads_device(cudaMemcpyKind kind) { return kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice; }

// The guide's "API synchronization behavior": only copies within device memory do not hold up the host.
bool is_within_device(const Transfer &transfer) {
  MemoryRange source, destination;
  return find_memory(transfer.source, source) && find_memory(transfer.destination, destination) &&
         source.kind == MemoryKind::Device && destination.kind == MemoryKind::Device;
}

// Asynchronous copies of pageable memory: staged if small, else done before the call returns.
bool stage_source(Transfer &transfer) {
  if (is_pageable(transfer.destination) || transfer.source_span > largest_staged) return false;
  auto staged = std::make_shared<std::vector<char>>(transfer.source_span);
  if (!try_access([&] { std::memcpy(staged->data(), transfer.source, transfer.source_span); })) return false;
  transfer.copy = [staged, copy = std::move(transfer.copy)](const void *) { copy(staged->data()); };
  return true;
}

std::string fault_text(const void *destination, const void *source) {
  return "a copy met memory that is not there: to " + describe_address(destination) + ", from " +
         describe_address(source);
}

// The copy as a task that nobody waits for: a fault is then an asynchronous error.
std::function<void()> detached_work(const Transfer &transfer) {
  return [copy = transfer.copy, source = transfer.source, destination = transfer.destination] {
    if (device_has_failed() || try_access([&] { copy(source); })) return;
    const std::string text = fault_text(destination, source);
    explain_error(text);
    raise_launch_error(cudaErrorIllegalAddress, text);
  };
}

// Returns when the copy is done; that it faulted is the caller's own error.
cudaError_t copy_and_wait(const StreamRef &stream, const Transfer &transfer) {
  bool done = true;
  auto work = [&] { done = device_has_failed() || try_access([&] { transfer.copy(transfer.source); }); };
  submit_task(stream, {work, {}, false}, true);
  flush_device_output(); // a blocking copy is one of the points at which the Programming Guide promises it
  if (cudaError_t error = take_asynchronous_error(); error != cudaSuccess) return error;
  if (!done) explain_error(fault_text(transfer.destination, transfer.source));
  return done ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t run_asynchronously(const StreamRef &stream, Transfer &transfer) {
  bool pageable = is_pageable(transfer.source) || is_pageable(transfer.destination);
  bool idle = is_stream_idle(stream);
  if (pageable && (idle || !stage_source(transfer))) return copy_and_wait(stream, transfer);
  submit_task(stream, {detached_work(transfer), {}, false});
  return cudaSuccess;
}

} // namespace

Transfer linear_transfer(void *destination, const void *source, size_t bytes, cudaMemcpyKind kind) {
  auto copy = [destination, bytes](const void *from) { std::memmove(destination, from, bytes); };
  return {destination, bytes, source, bytes, kind, copy};
}

cudaError_t check_transfer(const Transfer &transfer) {
  if (transfer.kind < cudaMemcpyHostToHost || transfer.kind > cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
  if (transfer.destination_span == 0) return cudaSuccess;
  bool destination = writes_device(transfer.kind) ? is_device_range(transfer.destination, transfer.destination_span)
                                                  : is_host_range(transfer.destination, transfer.destination_span);
  bool source = reads_device(transfer.kind) ? is_device_range(transfer.source, transfer.source_span)
                                            : is_host_range(transfer.source, transfer.source_span);
  return destination && source ? cudaSuccess : cudaErrorInvalidValue;
}

cudaError_t run_transfer(cudaStream_t handle, Transfer transfer, bool asynchronous) {
  StreamRef stream = find_stream(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (cudaError_t error = check_transfer(transfer); error != cudaSuccess) return error;
  if (transfer.destination_span == 0) return cudaSuccess;
  if (asynchronous) return run_asynchronously(stream, transfer);
  if (is_within_device(transfer)) {
    submit_short(stream, detached_work(transfer));
    return cudaSuccess;
  }
  return copy_and_wait(stream, transfer);
}

cudaError_t find_symbol_part(const void *symbol, size_t bytes, size_t offset, char *&address) {
  Variable variable;
  if (!find_variable(symbol, variable)) return cudaErrorInvalidSymbol;
  if (offset > variable.size || bytes > variable.size - offset) return cudaErrorInvalidValue;
  address = static_cast<char *>(variable.address) + offset;
  return cudaSuccess;
}

} // namespace anychip

using namespace anychip;

namespace {

cudaError_t copy_peer(void *destination, int to, const void *source, int from, size_t bytes, cudaStream_t stream,
                      bool asynchronous) {
  if (to != 0 || from != 0) return cudaErrorInvalidDevice;
  return run_transfer(stream, linear_transfer(destination, source, bytes, cudaMemcpyDeviceToDevice), asynchronous);
}

cudaError_t copy_to_symbol(const void *symbol, const void *source, size_t bytes, size_t offset, cudaMemcpyKind kind,
                           cudaStream_t stream, bool asynchronous) {
  char *address = nullptr;
  if (!writes_device(kind) && kind != cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
  if (cudaError_t error = find_symbol_part(symbol, bytes, offset, address); error != cudaSuccess) return error;
  return run_transfer(stream, linear_transfer(address, source, bytes, kind), asynchronous);
}

cudaError_t copy_from_symbol(void *destination, const void *symbol, size_t bytes, size_t offset, cudaMemcpyKind kind,
                             cudaStream_t stream, bool asynchronous) {
  char *address = nullptr;
  if (!reads_device(kind) && kind != cudaMemcpyDefault) return cudaErrorInvalidMemcpyDirection;
  if (cudaError_t error = find_symbol_part(symbol, bytes, offset, address); error != cudaSuccess) return error;
  return run_transfer(stream, linear_transfer(destination, address, bytes, kind), asynchronous);
}

} // namespace

extern "C" {

cudaError_t cudaMemcpy(void *destination, const void *source, size_t bytes, enum cudaMemcpyKind kind) {
  return device_call([&] { return run_transfer(nullptr, linear_transfer(destination, source, bytes, kind), false); });
}

cudaError_t cudaMemcpyAsync(void *destination, const void *source, size_t bytes, enum cudaMemcpyKind kind,
                            cudaStream_t stream) {
  return device_call([&] { return run_transfer(stream, linear_transfer(destination, source, bytes, kind), true); });
}

cudaError_t cudaMemcpyPeer(void *destination, int to, const void *source, int from, size_t bytes) {
  return device_call([&] { return copy_peer(destination, to, source, from, bytes, nullptr, false); });
}

cudaError_t cudaMemcpyPeerAsync(void *destination, int to, const void *source, int from, size_t bytes,
                                cudaStream_t stream) {
  return device_call([&] { return copy_peer(destination, to, source, from, bytes, stream, true); });
}

cudaError_t cudaMemcpyToSymbol(const void *symbol, const void *source, size_t bytes, size_t offset,
                               enum cudaMemcpyKind kind) {
  return device_call([&] { return copy_to_symbol(symbol, source, bytes, offset, kind, nullptr, false); });
}

cudaError_t cudaMemcpyToSymbolAsync(const void *symbol, const void *source, size_t bytes, size_t offset,
                                    enum cudaMemcpyKind kind, cudaStream_t stream) {
  return device_call([&] { return copy_to_symbol(symbol, source, bytes, offset, kind, stream, true); });
}

cudaError_t cudaMemcpyFromSymbol(void *destination, const void *symbol, size_t bytes, size_t offset,
                                 enum cudaMemcpyKind kind) {
  return device_call([&] { return copy_from_symbol(destination, symbol, bytes, offset, kind, nullptr, false); });
}

cudaError_t cudaMemcpyFromSymbolAsync(void *destination, const void *symbol, size_t bytes, size_t offset,
                                      enum cudaMemcpyKind kind, cudaStream_t stream) {
  return device_call([&] { return copy_from_symbol(destination, symbol, bytes, offset, kind, stream, true); });
}

cudaError_t cudaGetSymbolAddress(void **address, const void *symbol) {
  return device_call([&] {
    Variable variable;
    if (!address) return cudaErrorInvalidValue;
    if (!find_variable(symbol, variable)) return cudaErrorInvalidSymbol;
    *address = variable.address;
    return cudaSuccess;
  });
}

cudaError_t cudaGetSymbolSize(size_t *size, const void *symbol) {
  return device_call([&] {
    Variable variable;
    if (!size) return cudaErrorInvalidValue;
    if (!find_variable(symbol, variable)) return cudaErrorInvalidSymbol;
    *size = variable.size;
    return cudaSuccess;
  });
}

} // extern "C"
