// Which thread of a group of lanes a fault is of.
#pragma once
#include <cstdint>

namespace anychip {

class Worker;

// Indices in the block; first and last are the same if one thread is known to be the one.
struct FaultingThreads {
  uint32_t first[3], last[3];
};

// For the fault that Worker::fault and Worker::strand tell of. After a fault in a group, the group's threads run once
// more, one per call, until one of them faults in the same way; a group of which none does is named as a whole. What they
// do to memory does not matter any more: the launch has failed. Worker::fault stays as it was.
FaultingThreads find_faulting_thread(Worker &worker);

} // namespace anychip
