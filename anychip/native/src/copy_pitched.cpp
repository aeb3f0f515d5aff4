// Copies and fills of 2D and 3D regions with a pitch, and linear fills.
#include <cstring>
#include "anychip/error.h"
#include "anychip/guarded_access.h"
#include "anychip/memory.h"
#include "copy.h"

using namespace anychip;

namespace {

// A box of `width` bytes x `height` rows x `depth` slices; rows are `pitch` bytes apart, slices `slice` bytes.
struct Layout {
  size_t pitch = 0, slice = 0;
  size_t offset(size_t y, size_t z) const { return z * slice + y * pitch; }
};

// x + y * pitch + z * slice; false if that is more than addresses are.
bool checked_offset(const Layout &layout, const cudaPos &position, size_t &offset) {
  size_t rows = 0, slices = 0;
  return !__builtin_mul_overflow(position.y, layout.pitch, &rows) &&
         !__builtin_mul_overflow(position.z, layout.slice, &slices) && !__builtin_add_overflow(rows, slices, &offset) &&
         !__builtin_add_overflow(offset, position.x, &offset);
}

// From the first to the last byte of a box that is not empty.
bool checked_span(const Layout &layout, const cudaExtent &box, size_t &span) {
  return checked_offset(layout, {box.width, box.height - 1, box.depth - 1}, span);
}

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
  Transfer transfer{destination, 0, source, 0, kind, copy};
  if (!checked_span(to, box, transfer.destination_span) || !checked_span(from, box, transfer.source_span))
    return cudaErrorInvalidValue;
  return run_transfer(stream, std::move(transfer), asynchronous);
}

bool layout_of(const cudaPitchedPtr &pitched, Layout &layout) {
  layout.pitch = pitched.pitch;
  return !__builtin_mul_overflow(pitched.pitch, pitched.ysize, &layout.slice);
}

// One end of a 3D copy.
struct Place {
  Layout layout;
  char *start = nullptr;
};

bool place_at(const cudaPitchedPtr &pitched, const cudaPos &position, Place &place) {
  size_t offset = 0;
  if (!pitched.ptr || !layout_of(pitched, place.layout)) return false;
  if (!checked_offset(place.layout, position, offset)) return false;
  place.start = static_cast<char *>(pitched.ptr) + offset;
  return true;
}

cudaError_t copy_3d(const cudaMemcpy3DParms *copy, cudaStream_t stream, bool asynchronous) {
  Place to, from;
  if (!copy) return cudaErrorInvalidValue;
  if (copy->srcArray || copy->dstArray) return cudaErrorNotSupported; // no call makes arrays
  if (!place_at(copy->dstPtr, copy->dstPos, to) || !place_at(copy->srcPtr, copy->srcPos, from))
    return cudaErrorInvalidValue;
  return copy_box(to.start, to.layout, from.start, from.layout, copy->extent, copy->kind, stream, asynchronous);
}

cudaError_t copy_3d_peer(const cudaMemcpy3DPeerParms *copy, cudaStream_t stream, bool asynchronous) {
  if (!copy) return cudaErrorInvalidValue;
  if (copy->srcDevice != 0 || copy->dstDevice != 0) return cudaErrorInvalidDevice;
  cudaMemcpy3DParms plain{};
  plain.srcArray = copy->srcArray, plain.srcPos = copy->srcPos, plain.srcPtr = copy->srcPtr;
  plain.dstArray = copy->dstArray, plain.dstPos = copy->dstPos, plain.dstPtr = copy->dstPtr;
  plain.extent = copy->extent;
  plain.kind = cudaMemcpyDeviceToDevice;
  return copy_3d(&plain, stream, asynchronous);
}

cudaError_t fill_box(void *destination, Layout layout, int value, cudaExtent box, cudaStream_t handle,
                     bool asynchronous) {
  StreamRef stream = find_stream(handle);
  if (!stream) return cudaErrorInvalidResourceHandle;
  if (is_empty(box)) return cudaSuccess;
  if (box.width > layout.pitch) return cudaErrorInvalidPitchValue;
  MemoryRange range;
  size_t span = 0;
  if (!checked_span(layout, box, span)) return cudaErrorInvalidValue;
  if (!is_device_range(destination, span) || !find_memory(destination, range)) return cudaErrorInvalidValue;
  const auto fill = [=] {
    for_each_row(box, [&](size_t y, size_t z) {
      std::memset(static_cast<char *>(destination) + layout.offset(y, z), value, box.width);
    });
  };
  StreamPoint point = submit_short(stream, [=] {
    if (device_has_failed() || try_access(fill)) return;
    raise_launch_error(cudaErrorIllegalAddress, "a fill met memory that was freed before it in its stream");
  });
  // Fills of device memory do not hold up the host; the host may read the others at once.
  if (!asynchronous && range.kind != MemoryKind::Device) point.wait();
  return cudaSuccess;
}

cudaError_t fill_linear(void *destination, int value, size_t bytes, cudaStream_t stream, bool asynchronous) {
  return fill_box(destination, {bytes, bytes}, value, {bytes, 1, 1}, stream, asynchronous);
}

cudaError_t fill_pitched(const cudaPitchedPtr &target, int value, cudaExtent box, cudaStream_t stream,
                         bool asynchronous) {
  Layout layout;
  if (!layout_of(target, layout)) return cudaErrorInvalidValue;
  return fill_box(target.ptr, layout, value, box, stream, asynchronous);
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

cudaError_t cudaMemcpy3DPeer(const struct cudaMemcpy3DPeerParms *copy) {
  return device_call([&] { return copy_3d_peer(copy, nullptr, false); });
}

cudaError_t cudaMemcpy3DPeerAsync(const struct cudaMemcpy3DPeerParms *copy, cudaStream_t stream) {
  return device_call([&] { return copy_3d_peer(copy, stream, true); });
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
  return device_call([&] { return fill_pitched(target, value, extent, nullptr, false); });
}

cudaError_t cudaMemset3DAsync(struct cudaPitchedPtr target, int value, struct cudaExtent extent, cudaStream_t stream) {
  return device_call([&] { return fill_pitched(target, value, extent, stream, true); });
}

} // extern "C"
