// Parallel regions, synchronisation, reductions and tasks, as clang calls them.
// Tasks run at once in the thread that meets them, which OpenMP allows and which respects every dependence.
#include "team.h"
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <utility>

using namespace anychip::openmp;

namespace {

// --- outlined functions take their captured variables as separate arguments ---

using Outlined = void (*)(int32_t *thread, int32_t *bound_thread, ...);
constexpr std::size_t max_arguments = 96;
using Call = void (*)(Outlined, int32_t *, void *const *);

template <std::size_t... Index> void call(Outlined function, int32_t *index, void *const *arguments) {
  using Function = void (*)(int32_t *, int32_t *, decltype((void)Index, (void *)nullptr)...);
  int32_t bound = 0;
  reinterpret_cast<Function>(function)(index, &bound, arguments[Index]...);
}
template <std::size_t... Index> constexpr Call call_of(std::index_sequence<Index...>) { return &call<Index...>; }
template <std::size_t... Count> constexpr auto make_calls(std::index_sequence<Count...>) {
  struct Table {
    Call entries[sizeof...(Count)];
  };
  return Table{{call_of(std::make_index_sequence<Count>{})...}};
}
constexpr auto calls = make_calls(std::make_index_sequence<max_arguments + 1>{});

// --- critical sections: one lock per name, made on first use in the eight words the compiler gives ---

std::mutex critical_creation;

std::mutex &critical(void *name) {
  std::lock_guard lock(critical_creation);
  auto &slot = *static_cast<std::mutex **>(name);
  if (!slot) slot = new std::mutex; // lives as long as the process
  return *slot;
}

// --- tasks ---

struct Task {
  void *shareds;
  int32_t (*entry)(int32_t, void *);
  int32_t part = 0;
  void *data[2] = {}; // destructors, priority
};

std::mutex reduction_mutex;

} // namespace

extern "C" {

int32_t __kmpc_global_thread_num(const void *) { return int32_t(current().index); }
int32_t __kmpc_bound_thread_num(const void *) { return int32_t(current().index); }
int32_t __kmpc_global_num_threads(const void *) { return int32_t(default_threads()); }
int32_t __kmpc_bound_num_threads(const void *) { return int32_t(current().team->size); }
int32_t __kmpc_ok_to_fork(const void *) { return 1; }
int32_t __kmpc_in_parallel(const void *) { return current().active_level > 0; }
void __kmpc_begin(const void *, int32_t) {}
void __kmpc_end(const void *) {}
void __kmpc_push_num_threads(const void *, int32_t, int32_t count) { request_threads(count > 0 ? uint32_t(count) : 1); }
void __kmpc_push_proc_bind(const void *, int32_t, int32_t) {}

void __kmpc_fork_call(const void *, int32_t count, Outlined function, ...) {
  void *arguments[max_arguments];
  if (count < 0 || std::size_t(count) > max_arguments) {
    std::fprintf(stderr, "anychip: a parallel region with %d captured variables; %zu are possible\n", count, max_arguments);
    std::abort();
  }
  va_list list;
  va_start(list, function);
  for (int32_t index = 0; index < count; ++index) arguments[index] = va_arg(list, void *);
  va_end(list);
  run_team([&] {
    int32_t index = int32_t(current().index);
    calls.entries[count](function, &index, arguments);
  });
}
void __kmpc_serialized_parallel(const void *, int32_t) { begin_serial_region(); }
void __kmpc_end_serialized_parallel(const void *, int32_t) { end_serial_region(); }

void __kmpc_barrier(const void *, int32_t) { current().team->barrier.arrive_and_wait(); }
int32_t __kmpc_cancel_barrier(const void *, int32_t) {
  current().team->barrier.arrive_and_wait();
  return 0;
}
void __kmpc_flush(const void *) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

int32_t __kmpc_master(const void *, int32_t) { return current().index == 0; }
void __kmpc_end_master(const void *, int32_t) {}
int32_t __kmpc_masked(const void *, int32_t, int32_t filter) { return int32_t(current().index) == filter; }
void __kmpc_end_masked(const void *, int32_t) {}

int32_t __kmpc_single(const void *, int32_t) {
  Member &member = current();
  std::lock_guard lock(member.team->mutex);
  const bool taken = member.singles_met++ < member.team->singles_taken;
  member.team->singles_taken += !taken;
  return !taken;
}
void __kmpc_end_single(const void *, int32_t) {}

// The thread that ran the single construct hands its private variables to the others.
void __kmpc_copyprivate(const void *, int32_t, std::size_t, void *data, void (*copy)(void *, void *), int32_t did_it) {
  Team &team = *current().team;
  if (did_it) team.copied = data;
  team.barrier.arrive_and_wait();
  if (!did_it) copy(data, const_cast<void *>(team.copied));
  team.barrier.arrive_and_wait(); // the data live on the stack of the thread that ran it
}

void __kmpc_critical(const void *, int32_t, void *name) { critical(name).lock(); }
void __kmpc_critical_with_hint(const void *, int32_t, void *name, uint32_t) { critical(name).lock(); }
void __kmpc_end_critical(const void *, int32_t, void *name) { critical(name).unlock(); }

// "1": the caller combines its values itself, under a lock, and reports the end.
int32_t __kmpc_reduce_nowait(const void *, int32_t, int32_t, std::size_t, void *, void (*)(void *, void *), void *) {
  reduction_mutex.lock();
  return 1;
}
void __kmpc_end_reduce_nowait(const void *, int32_t, void *) { reduction_mutex.unlock(); }
int32_t __kmpc_reduce(const void *, int32_t, int32_t, std::size_t, void *, void (*)(void *, void *), void *) {
  reduction_mutex.lock();
  return 1;
}
void __kmpc_end_reduce(const void *, int32_t, void *) {
  reduction_mutex.unlock();
  current().team->barrier.arrive_and_wait();
}

void *__kmpc_omp_task_alloc(const void *, int32_t, int32_t, std::size_t size, std::size_t shared_size,
                            int32_t (*entry)(int32_t, void *)) {
  const std::size_t start = (size + 15) / 16 * 16;
  auto *memory = static_cast<char *>(std::calloc(1, start + shared_size + 16));
  auto *task = reinterpret_cast<Task *>(memory);
  task->shareds = shared_size ? memory + start : nullptr;
  task->entry = entry;
  return task;
}
int32_t __kmpc_omp_task(const void *, int32_t thread, void *task) {
  static_cast<Task *>(task)->entry(thread, task);
  std::free(task);
  return 0;
}
int32_t __kmpc_omp_task_with_deps(const void *where, int32_t thread, void *task, int32_t, void *, int32_t, void *) {
  return __kmpc_omp_task(where, thread, task);
}
void __kmpc_omp_task_begin_if0(const void *, int32_t, void *) {}
void __kmpc_omp_task_complete_if0(const void *, int32_t, void *task) { std::free(task); }
void __kmpc_omp_wait_deps(const void *, int32_t, int32_t, void *, int32_t, void *) {}
void __kmpc_omp_taskwait_deps_51(const void *, int32_t, int32_t, void *, int32_t, void *, int32_t) {}
int32_t __kmpc_omp_taskwait(const void *, int32_t) { return 0; }
int32_t __kmpc_omp_taskyield(const void *, int32_t, int32_t) { return 0; }
void __kmpc_taskgroup(const void *, int32_t) {}
void __kmpc_end_taskgroup(const void *, int32_t) {}
void __kmpc_taskloop(const void *, int32_t thread, void *task, int32_t, uint64_t *, uint64_t *, int64_t, int32_t, int32_t,
                     uint64_t, void *) {
  __kmpc_omp_task(nullptr, thread, task); // one task with the whole range, which its own bounds hold
}

} // extern "C"
