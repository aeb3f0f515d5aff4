// Operations between the lanes of one warp.
#pragma once
#include "anychip/block_arena.h"

namespace anychip {

// Completes every operation that can complete (steps 2 and 3 of docs/design/convergence.md): writes the results and
// makes the lanes runnable. `lanes` points at the warp's first strand, one thread each. True if a lane was released.
bool complete_warp_operations(Warp &warp, Strand *lanes);

// Whether the operation names its lanes by a mask (`*_sync`).
inline bool has_mask(const anychip_thread &thread) {
  return thread.converged == 0 && thread.request != ANYCHIP_REQUEST_ACTIVE_MASK;
}

} // namespace anychip
