// OpenMP teams: the threads that run one parallel region, what they share, and who the calling thread is among them.
#pragma once
#include <barrier>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>

namespace anychip::openmp {

// A loop whose chunks are handed out at run time. Modular 64-bit arithmetic serves signed and unsigned counters.
struct DynamicLoop {
  uint64_t lower = 0, step = 0;
  uint64_t trips = 0, next_trip = 0, chunk = 1;
  uint64_t ordered_next = 0; // the iteration whose ordered region may run
  bool guided = false;
  uint32_t left = 0; // threads that got no more chunks
};

struct Team {
  explicit Team(uint32_t thread_count) : size(thread_count), barrier(std::ptrdiff_t(thread_count)) {}

  const uint32_t size;
  std::barrier<> barrier;
  std::mutex mutex; // guards everything below
  std::condition_variable ordered_turn;
  uint64_t singles_taken = 0;            // `single` constructs that some thread already runs
  std::map<uint64_t, DynamicLoop> loops; // those under way, by their number in the region
  const void *copied = nullptr;          // what copyprivate hands on
};

// What a thread knows of itself. The initial thread is alone in a team of one.
struct Member {
  Team *team = nullptr;
  uint32_t index = 0;
  uint32_t level = 0;        // enclosing parallel regions
  uint32_t active_level = 0; // of them, those with more than one thread
  uint64_t singles_met = 0;
  uint64_t loops_met = 0;
  uint64_t ordered_trip = 0; // of the chunk it works on
  Member *parent = nullptr;
};

Member &current();

void set_default_threads(uint32_t count); // omp_set_num_threads
uint32_t default_threads();               // that, else OMP_NUM_THREADS, else the cores this process may use
void request_threads(uint32_t count);     // num_threads clause: the calling thread's next region only

// Runs `body` once in every thread of a new team, the caller being number 0; returns when all have.
void run_team(const std::function<void()> &body);
// A region with a false `if` clause: a team of the caller alone until the end.
void begin_serial_region();
void end_serial_region();

} // namespace anychip::openmp
