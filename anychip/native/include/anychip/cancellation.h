// Gets threads out of kernels that do not come back by themselves.
//
// A watching thread looks at the running launches every 10 ms and signals threads inside one that has failed or was
// cancelled. It sleeps when no kernel has run for about 0.2 seconds, so an idle process uses no processor time.
#pragma once
#include "anychip/worker.h"

namespace anychip {

// The calling thread works on `launch` while this lives.
class WatchedSession {
public:
  WatchedSession(Worker &worker, LaunchState &launch);
  ~WatchedSession();
  WatchedSession(const WatchedSession &) = delete;
  WatchedSession &operator=(const WatchedSession &) = delete;

private:
  Worker &worker_;
};

void stop_watching(Worker &worker); // its thread ends

} // namespace anychip
