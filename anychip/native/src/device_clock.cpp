// Time on the device. The counter of clock64() runs at 1 GHz on every processor, so that programs which divide by the
// reported clock rate (1,000,000 kHz) get seconds.
#include "anychip/kernel_abi.h"
#include "anychip/processor.h"
#include <algorithm>

using namespace anychip;

extern "C" uint64_t anychip_clock(void) { return now_ns(); }

extern "C" uint64_t anychip_globaltimer(void) {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return uint64_t(time.tv_sec) * 1'000'000'000u + uint64_t(time.tv_nsec);
}

// The guide allows any time from 0 to twice the argument and at most 1 ms. A system call below some 50 us would take
// longer than asked.
extern "C" void anychip_nanosleep(uint32_t nanoseconds) {
  if (nanoseconds < 50'000) return cpu_relax();
  const timespec time{0, long(std::min<uint32_t>(nanoseconds, 1'000'000))};
  nanosleep(&time, nullptr);
}
