// Worksharing loops, as clang calls them. Bounds are inclusive and the counter has one of four types.
#include "team.h"
#include "omp.h"
#include <algorithm>
#include <type_traits>

using namespace anychip::openmp;

namespace {

// clang's numbers for the schedule clause; bits above say ordered or (non)monotonic.
enum Schedule : int32_t { static_chunked = 33, static_even = 34, dynamic_chunks = 35, guided_chunks = 36, at_run_time = 37 };
constexpr int32_t ordered_offset = 32, schedule_bits = 0xff;

template <class T> uint64_t trip_count(T lower, T upper, std::make_signed_t<T> step) {
  if (step > 0 ? upper < lower : lower < upper) return 0;
  const uint64_t distance = step > 0 ? uint64_t(upper) - uint64_t(lower) : uint64_t(lower) - uint64_t(upper);
  const uint64_t stride = step > 0 ? uint64_t(step) : -uint64_t(int64_t(step));
  return distance / stride + 1;
}

struct Share {
  uint64_t first, count; // iterations
};

// The first `trips % size` threads take one iteration more.
Share even_share(uint64_t trips, const Member &member) {
  const uint64_t size = member.team->size, index = member.index, least = trips / size, extra = trips % size;
  return {index * least + std::min(index, extra), least + (index < extra)};
}

template <class T, class Step>
void static_init(int32_t schedule, int32_t *last, T *lower, T *upper, Step *stride, Step step, Step chunk) {
  const Member &member = current();
  const uint64_t trips = trip_count<T>(*lower, *upper, step), size = member.team->size;
  const T first = *lower;
  const auto at = [&](uint64_t trip) { return T(uint64_t(first) + trip * uint64_t(int64_t(step))); };
  if (schedule == static_chunked) {
    const uint64_t width = uint64_t(std::max<Step>(chunk, 1));
    *lower = at(member.index * width);
    *upper = at(member.index * width + width - 1);
    *stride = Step(size * width * uint64_t(int64_t(step)));
    if (last) *last = trips && (trips - 1) / width % size == member.index;
    return;
  }
  *stride = Step(trips * uint64_t(int64_t(step)));
  if (!trips) { // leaves lower beyond upper, as it came
    if (last) *last = 0;
    return;
  }
  const Share share = even_share(trips, member);
  if (last) *last = share.count && share.first + share.count == trips;
  if (share.count) {
    *lower = at(share.first);
    *upper = at(share.first + share.count - 1);
  } else if (step > 0) { // an empty range that no counter overflows
    *lower = 1;
    *upper = 0;
  } else {
    *lower = 0;
    *upper = 1;
  }
}

template <class T, class Step> void dispatch_init(int32_t schedule, T lower, T upper, Step step, Step chunk) {
  Member &member = current();
  int32_t kind = schedule & schedule_bits;
  if (kind >= 64) kind -= ordered_offset;
  if (kind == at_run_time) {
    omp_sched_t chosen;
    int wanted;
    omp_get_schedule(&chosen, &wanted);
    kind = chosen == omp_sched_guided ? guided_chunks : chosen == omp_sched_dynamic ? dynamic_chunks : static_even;
    chunk = Step(wanted);
  }
  DynamicLoop loop;
  loop.lower = uint64_t(lower);
  loop.step = uint64_t(int64_t(step));
  loop.trips = trip_count<T>(lower, upper, step);
  loop.guided = kind == guided_chunks;
  loop.chunk = uint64_t(std::max<Step>(chunk, 1));
  if (kind == static_even) loop.chunk = std::max<uint64_t>(1, (loop.trips + member.team->size - 1) / member.team->size);
  std::lock_guard lock(member.team->mutex);
  member.team->loops.try_emplace(member.loops_met++, loop);
}

// Takes the next chunk; 0 if there is none, which every thread hears once per loop.
template <class T, class Step> int32_t dispatch_next(int32_t *last, T *lower, T *upper, Step *stride) {
  Member &member = current();
  Team &team = *member.team;
  std::lock_guard lock(team.mutex);
  const auto found = team.loops.find(member.loops_met - 1);
  DynamicLoop &loop = found->second;
  const uint64_t rest = loop.trips - loop.next_trip;
  if (!rest) {
    if (++loop.left == team.size) team.loops.erase(found);
    return 0;
  }
  const uint64_t fair = loop.guided ? rest / (2 * team.size) : 0;
  const uint64_t count = std::min(rest, std::max(loop.chunk, fair));
  const uint64_t first = loop.next_trip;
  loop.next_trip += count;
  member.ordered_trip = first;
  *lower = T(loop.lower + first * loop.step);
  *upper = T(loop.lower + (first + count - 1) * loop.step);
  *stride = Step(loop.step);
  if (last) *last = loop.next_trip == loop.trips;
  return 1;
}

void wait_for_turn(std::unique_lock<std::mutex> &lock, const Member &member) {
  const DynamicLoop &loop = member.team->loops.at(member.loops_met - 1);
  member.team->ordered_turn.wait(lock, [&] { return loop.ordered_next == member.ordered_trip; });
}

// Every iteration passes the turn on, whether or not it came to its ordered region.
void end_ordered_iteration() {
  Member &member = current();
  std::unique_lock lock(member.team->mutex);
  wait_for_turn(lock, member);
  member.team->loops.at(member.loops_met - 1).ordered_next = ++member.ordered_trip;
  member.team->ordered_turn.notify_all();
}

} // namespace

#define ANYCHIP_LOOP(suffix, T, Step)                                                                                  \
  void __kmpc_for_static_init_##suffix(const void *, int32_t, int32_t schedule, int32_t *last, T *lower, T *upper,     \
                                       Step *stride, Step step, Step chunk) {                                          \
    static_init<T, Step>(schedule & schedule_bits, last, lower, upper, stride, step, chunk);                           \
  }                                                                                                                    \
  void __kmpc_dispatch_init_##suffix(const void *, int32_t, int32_t schedule, T lower, T upper, Step step,             \
                                     Step chunk) {                                                                     \
    dispatch_init<T, Step>(schedule, lower, upper, step, chunk);                                                       \
  }                                                                                                                    \
  int32_t __kmpc_dispatch_next_##suffix(const void *, int32_t, int32_t *last, T *lower, T *upper, Step *stride) {      \
    return dispatch_next<T, Step>(last, lower, upper, stride);                                                         \
  }                                                                                                                    \
  void __kmpc_dispatch_fini_##suffix(const void *, int32_t) { end_ordered_iteration(); }

extern "C" {

ANYCHIP_LOOP(4, int32_t, int32_t)
ANYCHIP_LOOP(4u, uint32_t, int32_t)
ANYCHIP_LOOP(8, int64_t, int64_t)
ANYCHIP_LOOP(8u, uint64_t, int64_t)

void __kmpc_for_static_fini(const void *, int32_t) {}
void __kmpc_dispatch_deinit(const void *, int32_t) {}

void __kmpc_ordered(const void *, int32_t) {
  Member &member = current();
  std::unique_lock lock(member.team->mutex);
  wait_for_turn(lock, member);
}
void __kmpc_end_ordered(const void *, int32_t) {}

} // extern "C"
