// Events: a mark in a stream and the time at which it was reached.
#pragma once
#include "anychip/stream.h"

namespace anychip {

// The place the event's last record marks (empty if it was never recorded); false: not a live event.
bool find_event_point(cudaEvent_t handle, StreamPoint &point);
void destroy_all_events(); // cudaDeviceReset

} // namespace anychip
