// The routines of omp.h.
#include "omp.h"
#include "team.h"
#include <algorithm>
#include <chrono>
#include <ctime>
#include <mutex>
#include <thread>

using namespace anychip::openmp;

static thread_local omp_sched_t schedule_kind = omp_sched_static;
static thread_local int schedule_chunk = 0;

static const Member *ancestor(int level) {
  const Member *member = &current();
  if (level < 0 || level > int(member->level)) return nullptr;
  while (int(member->level) > level) member = member->parent;
  return member;
}

extern "C" {

void omp_set_num_threads(int count) { set_default_threads(count > 0 ? uint32_t(count) : 1); }
int omp_get_num_threads() { return int(current().team->size); }
int omp_get_max_threads() { return int(default_threads()); }
int omp_get_thread_num() { return int(current().index); }
int omp_get_num_procs() { return int(std::max(1u, std::thread::hardware_concurrency())); }
int omp_get_thread_limit() { return 4096; }
int omp_in_parallel() { return current().active_level > 0; }
void omp_set_dynamic(int) {}
int omp_get_dynamic() { return 0; }
void omp_set_nested(int) {}
int omp_get_nested() { return 0; }
void omp_set_max_active_levels(int) {}
int omp_get_max_active_levels() { return 1; }
int omp_get_level() { return int(current().level); }
int omp_get_active_level() { return int(current().active_level); }
int omp_in_final() { return 0; }
omp_proc_bind_t omp_get_proc_bind() { return omp_proc_bind_false; }
int omp_get_num_places() { return 0; }

void omp_set_schedule(omp_sched_t kind, int chunk) {
  schedule_kind = kind;
  schedule_chunk = chunk;
}
void omp_get_schedule(omp_sched_t *kind, int *chunk) {
  *kind = schedule_kind;
  *chunk = schedule_chunk;
}
int omp_get_ancestor_thread_num(int level) {
  const Member *member = ancestor(level);
  return member ? int(member->index) : -1;
}
int omp_get_team_size(int level) {
  const Member *member = ancestor(level);
  return member ? int(member->team->size) : -1;
}

int omp_get_num_devices() { return 0; }
int omp_get_default_device() { return 0; }
void omp_set_default_device(int) {}
int omp_get_initial_device() { return 0; }
int omp_is_initial_device() { return 1; }
int omp_get_num_teams() { return 1; }
int omp_get_team_num() { return 0; }

void omp_init_lock(omp_lock_t *lock) { lock->state = new std::mutex; }
void omp_destroy_lock(omp_lock_t *lock) { delete static_cast<std::mutex *>(lock->state); }
void omp_set_lock(omp_lock_t *lock) { static_cast<std::mutex *>(lock->state)->lock(); }
void omp_unset_lock(omp_lock_t *lock) { static_cast<std::mutex *>(lock->state)->unlock(); }
int omp_test_lock(omp_lock_t *lock) { return static_cast<std::mutex *>(lock->state)->try_lock(); }

} // extern "C"

namespace {
struct NestLock {
  std::recursive_mutex mutex;
  int depth = 0; // guarded by the mutex itself
};
} // namespace

static NestLock &nest(omp_nest_lock_t *lock) { return *static_cast<NestLock *>(lock->state); }

extern "C" {

void omp_init_nest_lock(omp_nest_lock_t *lock) { lock->state = new NestLock; }
void omp_destroy_nest_lock(omp_nest_lock_t *lock) { delete &nest(lock); }
void omp_set_nest_lock(omp_nest_lock_t *lock) {
  nest(lock).mutex.lock();
  ++nest(lock).depth;
}
void omp_unset_nest_lock(omp_nest_lock_t *lock) {
  --nest(lock).depth;
  nest(lock).mutex.unlock();
}
int omp_test_nest_lock(omp_nest_lock_t *lock) { return nest(lock).mutex.try_lock() ? ++nest(lock).depth : 0; }

double omp_get_wtime() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double omp_get_wtick() {
  timespec resolution{};
  clock_getres(CLOCK_MONOTONIC, &resolution);
  return double(resolution.tv_sec) + 1e-9 * double(resolution.tv_nsec);
}

} // extern "C"
