// Faults in groups of lanes: the launch names the thread, or says that it is not known.
#include "executor_support.h"

namespace {

constexpr uint32_t width = 8;

// Memory of the kernels: what a group did before its fault is there when its threads run again.
struct Notes {
  uint32_t calls = 0;    // of a group's function
  uint32_t replayed = 0; // of a thread's function
  uint32_t printed = 0;
  void *allocation = nullptr;
};

Notes *notes(anychip_thread *t) { return argument<Notes>(t); }

// One line for all: a group faults where one of its threads does.
__attribute__((noinline)) void touch(uintptr_t address) { *reinterpret_cast<volatile int *>(address) = 1; }

// A group faults for the thread 21 of block 3.
void group_of_block(anychip_thread *t) {
  for (uint32_t first = 0; first < t->block->thread_count; first += width) {
    t->thread_idx[0] = t->thread_linear = first;
    if (t->block->block_idx[0] == 3 && first == 16) touch(0x7000);
  }
}

void thread_21(anychip_thread *t) {
  for_each_thread(t, [&] {
    ++notes(t)->replayed;
    if (t->thread_linear == 21) touch(0x7000);
  });
}

anychip::LaunchResult launch_groups(anychip_block_function threads, Notes &notes, Shape shape = {{8}, {40}}) {
  const anychip_kernel by_thread = make_kernel("k", threads, nullptr);
  anychip_kernel kernel = make_kernel("k", group_of_block, nullptr);
  kernel.lanes = width;
  kernel.by_thread = &by_thread;
  return launch(kernel, shape, &notes);
}

const char *whole_group = ", block (3,0,0), one of the threads (16,0,0) to (23,0,0): <0x7000>";

void test_thread_is_named() {
  Notes notes;
  const auto result = launch_groups(thread_21, notes);
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, ", block (3,0,0), thread (21,0,0): <0x7000>");
  CHECK(notes.replayed == 6); // the group's threads, as far as that
}

void every_other_address(anychip_thread *t) {
  for_each_thread(t, [&] { touch(t->thread_linear == 22 ? 0x7000 : 0x17000 + t->thread_linear * 0x1000); });
}

void test_the_address_decides() {
  Notes notes;
  CHECK_CONTAINS(launch_groups(every_other_address, notes).message, ", block (3,0,0), thread (22,0,0): <0x7000>");
}

void one_other_address(anychip_thread *t) {
  for_each_thread(t, [&] { if (t->thread_linear == 18) touch(0x9000); });
}

// Memory has changed since: the address that is told is that of the first run.
void test_the_line_decides() {
  Notes notes;
  CHECK_CONTAINS(launch_groups(one_other_address, notes).message, ", block (3,0,0), thread (18,0,0): <0x7000>");
}

void other_addresses(anychip_thread *t) {
  for_each_thread(t, [&] { touch(0x17000 + t->thread_linear * 0x1000); });
}
void nothing_happens(anychip_thread *t) {
  for_each_thread(t, [&] { ++notes(t)->replayed; });
}
void later_thread(anychip_thread *t) {
  for_each_thread(t, [&] { if (t->thread_linear == 24) touch(0x7000); });
}
void traps(anychip_thread *t) {
  for_each_thread(t, [&] { anychip_trap(t, 1); });
}
void illegal(anychip_thread *t) {
  for_each_thread(t, [&] { __builtin_trap(); });
}

void test_unknown_thread() {
  for (const auto threads : {other_addresses, nothing_happens, later_thread, traps, illegal}) {
    Notes notes;
    const auto result = launch_groups(threads, notes);
    CHECK(result.error == 700);
    CHECK_CONTAINS(result.message, whole_group);
  }
}

void spins(anychip_thread *t) {
  for (volatile uint32_t i = 0;; i = i + 1) notes(t)->replayed = 1;
}

// It takes two seconds.
void test_endless() {
  Notes notes;
  CHECK_CONTAINS(launch_groups(spins, notes).message, whole_group);
  CHECK(notes.replayed == 1);
}

void has_effects(anychip_thread *t) {
  for_each_thread(t, [&] {
    const int values[] = {5, 6};
    notes(t)->printed += uint32_t(anychip_vprintf(t, "not again %d %d\n", values));
    anychip_device_free(t, notes(t)->allocation);
    if (t->thread_linear == 17) touch(0x7000);
  });
}

void test_effects_are_not_repeated() {
  Notes notes;
  notes.allocation = &notes; // would be the error "free of ..."
  CHECK_CONTAINS(launch_groups(has_effects, notes).message, ", block (3,0,0), thread (17,0,0): <0x7000>");
  CHECK(notes.printed == 4);
  anychip::flush_device_output();
}

// The group's function has named a lane itself, one that runs alone.
void names_a_lane(anychip_thread *t) {
  t->thread_idx[0] = t->thread_linear = 19;
  touch(0x7000);
}

void test_lane_that_is_named_already() {
  const anychip_kernel by_thread = make_kernel("k", thread_21, nullptr);
  anychip_kernel kernel = make_kernel("k", names_a_lane, nullptr);
  kernel.lanes = width;
  kernel.by_thread = &by_thread;
  Notes notes;
  CHECK_CONTAINS(launch(kernel, {{1}, {40}}, &notes).message, ", block (0,0,0), thread (19,0,0): <0x7000>");
  CHECK(notes.replayed == 0);
}

// --- threads that wait for each other ---

uint32_t *shared(anychip_thread *t) { return reinterpret_cast<uint32_t *>(t->block->shared); }

STRAND(group_strand) {
  BEGIN
  shared(t)[t->thread_linear] = 1;
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER})
  if (t->thread_linear == 32) touch(0x7000);
  END
}

STRAND(thread_strand) {
  BEGIN
  ++notes(t)->replayed;
  shared(t)[t->thread_linear] += t->thread_linear; // 0 before: the block starts afresh
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER})
  if (shared(t)[63 - t->thread_linear] == 63 - 37) touch(0x7000);
  END
}

STRAND(deadlocks) {
  BEGIN
  if (t->thread_linear == 0) {
    WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER, .a = 1, .b = 64})
  }
  WAIT(2, {.kind = ANYCHIP_REQUEST_BARRIER, .a = 2, .b = 64})
  END
}

anychip::LaunchResult launch_strands(anychip_strand_function threads, Notes &notes) {
  anychip_kernel by_thread = make_kernel("k", nullptr, threads);
  by_thread.static_shared_bytes = 64 * 4;
  anychip_kernel kernel = by_thread;
  kernel.run_strand = group_strand;
  kernel.lanes = width;
  kernel.by_thread = &by_thread;
  return launch(kernel, {{2}, {16, 2, 2}}, &notes);
}

void test_thread_that_waited() {
  Notes notes;
  const auto result = launch_strands(thread_strand, notes);
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, ", thread (5,0,1): <0x7000>");
  CHECK(notes.replayed == 64);
}

void test_threads_that_wait_for_ever() {
  Notes notes;
  const auto result = launch_strands(deadlocks, notes);
  CHECK(result.error == 700);
  CHECK_CONTAINS(result.message, ", one of the threads (0,0,1) to (7,0,1): <0x7000>");
}

constexpr Case cases[] = {
    {"thread_is_named", test_thread_is_named},
    {"the_address_decides", test_the_address_decides},
    {"the_line_decides", test_the_line_decides},
    {"unknown_thread", test_unknown_thread},
    {"endless", test_endless},
    {"effects_are_not_repeated", test_effects_are_not_repeated},
    {"lane_that_is_named_already", test_lane_that_is_named_already},
    {"thread_that_waited", test_thread_that_waited},
    {"threads_that_wait_for_ever", test_threads_that_wait_for_ever},
};

} // namespace

int main(int argc, char **argv) { return run_case(cases, argc, argv); }
