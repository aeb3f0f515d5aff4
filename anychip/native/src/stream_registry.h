// Creating and destroying streams; for the API calls of stream_api.cpp.
#pragma once
#include "anychip/stream.h"

namespace anychip {

constexpr int least_priority = 0, greatest_priority = -5;

StreamRef create_stream(unsigned flags, int priority);
bool destroy_stream(cudaStream_t handle); // false: not a live stream

} // namespace anychip
