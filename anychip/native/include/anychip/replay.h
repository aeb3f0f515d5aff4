// Which thread of a group of lanes a fault is of.
#pragma once
#include <cstdint>
#include "anychip/kernel_abi.h"

namespace anychip {

class Worker;

// Indices in the block; first and last are the same if one thread is known to be the one.
struct FaultingThreads {
  uint32_t first[3], last[3];
};

// For the fault that Worker::fault and Worker::strand tell of. After a fault in a group, the group's threads run once
// more, one per call, until one of them faults in the same way; a group of which none does is named as a whole. What they
// do to memory does not matter any more: the launch has failed. Worker::fault is then what the
// thread did at that address, if it did.
FaultingThreads find_faulting_thread(Worker &worker);

// The same without running anything: the thread that `strand` is of, or its whole group.
FaultingThreads threads_of(const Worker &worker, const anychip_thread &strand);

} // namespace anychip
