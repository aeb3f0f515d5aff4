// Copies and fills of 2D and 3D regions with a pitch, and linear fills.
#include <cstring>
#include "anychip/error.h"
#include "anychip/memory.h"
#include "copy.h"

using namespace anychip;

namespace {

// A box of `width` bytes x `height` rows x `depth` slices; rows are `pitch` bytes apart, slices `slice` bytes.
struct Layout {
  size_t pitch = 0, slice = 0;
  size_t offset(size_t y, size_t z) const { return z * slice + y * pitch; }
  size_t span(const cudaExtent &box) const {
    return offset(box.height - 1, box.depth - 1) + box.width;
  }
};

bool is_empty(const cudaExtent &box) { return box.width == 0 || box.height == 0 || box.depth == 0; }

template <typename Row> void for_each_row(const cudaExtent &box, Row &&row) {
  for (size_t z = 0; z < box.depth; ++z)
    for (size_t y = 0; y < box.height; ++y) row(y, z);
}

cudaError_t copy_box(void *destination, Layout to, const void *source, Layout from, cudaExtent box,
                     cudaMemcpyKind kind, cudaStream_t stream, bool asynchronous) {
  if (is_empty(box)) return cudaSuccess;
  if (box.width > to.pitch || box.width > from.pitch) return cudaErrorInvalidPitchValue;
  auto copy = [=](const void *first) {
    for_each_row(box, [&](size_t y, size_t z) {
      std::memmove(static_cast<char *>(destination) + to.offset(y, z),
                   static_cast<const char *>(first) + from.offset(y, z), box.width);
    });
  };
  Transfer transfer{destination, to.span(box), source, from.span(box), kind, copy};
  return run_transfer(stream, std::move(transfer), asynchronous);
}

Layout layout_of(const cudaPitchedPtr &pitched) { return {pitched.pitch, pitched.pitch * pitched.ysize}; }

char *start_of(const cudaPitchedPtr &pitched, const cudaPos &position) {
  return static_cast<char *>(pitched.ptr) + position.x + layout_of(pitched).offset(position.y, position.z);
}

cudaError_t copy_3d(const cudaMemcpy3DParms *copy, cudaStream_t stream, bool asynchronous) {
  if (!copy) return cudaErrorInvalidValue;
  if (copy->srcArray || copy->dstArray) return cudaErrorNotSupported; // no call makes arrays
  if (!copy->srcPtr.ptr || !copy->dstPtr.ptr) return cudaErrorInvalidValue;
  return copy_box(start_of(copy->dstPtr, copy->dstPos), layout_of(copy->dstPtr), start_of(copy->srcPtr, copy->srcPos),
                  layout_of(copy->srcPtr), copy->extent, copy->kind, stream, asynchronous);
}

cudaError_t fill_box(void *destination, Layout layout, int value, cudaExtent box, cudaStream_t handle,
                     bool asynchronous) {
  StreamRef stream = find_stream(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (is_empty(box)) return cudaSuccess;
  if (box.width > layout.pitch) return cudaErrorInvalidPitchValue;
  MemoryRange range;
  if (!is_device_range(destination, layout.span(box)) || !find_memory(destination, range)) return cudaErrorInvalidValue;
  StreamPoint point = submit_short(stream, [=] {
    if (device_has_failed()) return;
    for_each_row(box, [&](size_t y, size_t z) {
      std::memset(static_cast<char *>(destination) + layout.offset(y, z), value, box.width);
    });
  });
  // Fills of device memory do not hold up the host; the host may read the others at once.
  if (!asynchronous && range.kind != MemoryKind::Device) point.wait();
  return cudaSuccess;
}

cudaError_t fill_linear(void *destination, int value, size_t bytes, cudaStream_t stream, bool asynchronous) {
  return fill_box(destination, {bytes, bytes}, value, {bytes, 1, 1}, stream, asynchronous);
}

} // namespace

extern "C" {

cudaError_t cudaMemcpy2D(void *destination, size_t to_pitch, const void *source, size_t from_pitch, size_t width,
                         size_t height, enum cudaMemcpyKind kind) {
  return device_call([&] {
    return copy_box(destination, {to_pitch, 0}, source, {from_pitch, 0}, {width, height, 1}, kind, nullptr, false);
  });
}

cudaError_t cudaMemcpy2DAsync(void *destination, size_t to_pitch, const void *source, size_t from_pitch, size_t width,
                              size_t height, enum cudaMemcpyKind kind, cudaStream_t stream) {
  return device_call([&] {
    return copy_box(destination, {to_pitch, 0}, source, {from_pitch, 0}, {width, height, 1}, kind, stream, true);
  });
}

cudaError_t cudaMemcpy3D(const struct cudaMemcpy3DParms *copy) {
  return device_call([&] { return copy_3d(copy, nullptr, false); });
}

cudaError_t cudaMemcpy3DAsync(const struct cudaMemcpy3DParms *copy, cudaStream_t stream) {
  return device_call([&] { return copy_3d(copy, stream, true); });
}

cudaError_t cudaMemset(void *destination, int value, size_t bytes) {
  return device_call([&] { return fill_linear(destination, value, bytes, nullptr, false); });
}

cudaError_t cudaMemsetAsync(void *destination, int value, size_t bytes, cudaStream_t stream) {
  return device_call([&] { return fill_linear(destination, value, bytes, stream, true); });
}

cudaError_t cudaMemset2D(void *destination, size_t pitch, int value, size_t width, size_t height) {
  return device_call([&] { return fill_box(destination, {pitch, 0}, value, {width, height, 1}, nullptr, false); });
}

cudaError_t cudaMemset2DAsync(void *destination, size_t pitch, int value, size_t width, size_t height,
                              cudaStream_t stream) {
  return device_call([&] { return fill_box(destination, {pitch, 0}, value, {width, height, 1}, stream, true); });
}

cudaError_t cudaMemset3D(struct cudaPitchedPtr target, int value, struct cudaExtent extent) {
  return device_call([&] { return fill_box(target.ptr, layout_of(target), value, extent, nullptr, false); });
}

cudaError_t cudaMemset3DAsync(struct cudaPitchedPtr target, int value, struct cudaExtent extent, cudaStream_t stream) {
  return device_call([&] { return fill_box(target.ptr, layout_of(target), value, extent, stream, true); });
}

} // extern "C"
