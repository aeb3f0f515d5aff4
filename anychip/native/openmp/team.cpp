#include "team.h"
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <sched.h>
#include <thread>
#include <vector>

namespace anychip::openmp {

// --- who am I ---

namespace {
struct Alone {
  Team team{1};
  Member member;
  Alone() { member.team = &team; }
};
} // namespace

static thread_local Member *member_now = nullptr;

Member &current() {
  static thread_local Alone initial;
  return member_now ? *member_now : initial.member;
}

// --- how many ---

static uint32_t count_from_environment() {
  const char *text = std::getenv("OMP_NUM_THREADS"); // a list gives one number per nesting level; the first counts
  const long wanted = text ? std::strtol(text, nullptr, 10) : 0;
  if (wanted >= 1 && wanted <= 4096) return uint32_t(wanted);
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return uint32_t(std::max(1, CPU_COUNT(&set)));
  return std::max(1u, std::thread::hardware_concurrency());
}

static thread_local uint32_t chosen_count = 0, requested_count = 0;

void set_default_threads(uint32_t count) { chosen_count = count; }
void request_threads(uint32_t count) { requested_count = count; }

uint32_t default_threads() {
  static const uint32_t configured = count_from_environment();
  return chosen_count ? chosen_count : configured;
}

// --- helper threads ---

namespace {
// Keeps its identity from region to region, so that threadprivate data persist.
class Helper {
public:
  Helper() : thread_([this] { work(); }) {}
  ~Helper() {
    start([] {}, true);
    thread_.join();
  }
  void start(std::function<void()> job, bool last = false) {
    std::lock_guard lock(mutex_);
    job_ = std::move(job);
    last_ = last;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !job_; });
  }

private:
  void work() {
    std::unique_lock lock(mutex_);
    do {
      changed_.wait(lock, [&] { return bool(job_); });
      lock.unlock();
      job_();
      lock.lock();
      job_ = nullptr;
      changed_.notify_all();
    } while (!last_);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<void()> job_;
  bool last_ = false;
  std::thread thread_; // last: it uses the others
};
} // namespace

// A thread that starts regions owns the helpers of its teams.
static std::vector<std::unique_ptr<Helper>> &own_helpers() {
  static thread_local std::vector<std::unique_ptr<Helper>> helpers;
  return helpers;
}

// --- regions ---

static Member inner_member(Member &outer, Team &team, uint32_t index) {
  Member inner;
  inner.team = &team;
  inner.index = index;
  inner.level = outer.level + 1;
  inner.active_level = outer.active_level + (team.size > 1);
  inner.parent = &outer;
  return inner;
}

static void run_as(Member member, const std::function<void()> &body) {
  Member *const before = member_now;
  member_now = &member;
  body();
  member_now = before;
}

void run_team(const std::function<void()> &body) {
  Member &outer = current();
  const uint32_t wanted = requested_count ? requested_count : default_threads();
  requested_count = 0;
  Team team(outer.active_level ? 1 : wanted); // nested regions run in one thread, as OpenMP's default says
  auto &helpers = own_helpers();
  while (helpers.size() + 1 < team.size) helpers.push_back(std::make_unique<Helper>());
  for (uint32_t index = 1; index < team.size; ++index)
    helpers[index - 1]->start([&, index] { run_as(inner_member(outer, team, index), body); });
  run_as(inner_member(outer, team, 0), body);
  for (uint32_t index = 1; index < team.size; ++index) helpers[index - 1]->wait();
}

namespace {
struct SerialRegion {
  Team team{1};
  Member member;
  Member *before;
};
} // namespace

static std::vector<std::unique_ptr<SerialRegion>> &serial_regions() {
  static thread_local std::vector<std::unique_ptr<SerialRegion>> regions;
  return regions;
}

void begin_serial_region() {
  auto region = std::make_unique<SerialRegion>();
  region->member = inner_member(current(), region->team, 0);
  region->before = member_now;
  member_now = &region->member;
  requested_count = 0;
  serial_regions().push_back(std::move(region));
}

void end_serial_region() {
  member_now = serial_regions().back()->before;
  serial_regions().pop_back();
}

} // namespace anychip::openmp
