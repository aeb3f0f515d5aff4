// Barriers and warp operations, in kernels written by hand as state machines.
#include "executor_support.h"
#include <vector>

namespace {

struct Locals {
  uint32_t i, sum, mine, other;
};
Locals &locals(char *frame) { return *reinterpret_cast<Locals *>(frame); }

constexpr Operation sync_all{.kind = ANYCHIP_REQUEST_BARRIER};

// Reverses shared memory again and again; threads from 100 on leave before the third round.
STRAND(barrier_loop) {
  Locals &l = locals(frame);
  auto *shared = reinterpret_cast<uint32_t *>(t->block->shared);
  auto *dynamic = reinterpret_cast<uint32_t *>(t->block->dynamic_shared);
  const uint32_t n = t->block->thread_count;
  BEGIN
  l.mine = t->thread_linear;
  for (l.i = 0; l.i < 10; ++l.i) {
    if (l.i == 2 && t->thread_linear >= 100) return -1;
    shared[t->thread_linear] = l.mine;
    WAIT(1, sync_all)
    dynamic[t->thread_linear] = shared[(t->thread_linear + 1) % (l.i < 2 ? n : 100)];
    WAIT(2, sync_all)
    l.mine = dynamic[t->thread_linear] + 1;
  }
  argument<uint32_t>(t)[global_index(t)] = l.mine;
  END
}

void test_barrier_loop() {
  constexpr uint32_t n = 150, blocks = 40;
  std::vector<uint32_t> got(n * blocks);
  anychip_kernel kernel = make_kernel("barrier_loop", nullptr, barrier_loop);
  kernel.static_shared_bytes = n * 4;
  CHECK(launch(kernel, {{blocks}, {n}, n * 4}, got.data()).error == 0);
  std::vector<uint32_t> value(n), next(n);
  for (uint32_t i = 0; i < n; ++i) value[i] = i;
  for (uint32_t round = 0; round < 10; ++round) {
    const uint32_t live = round < 2 ? n : 100;
    for (uint32_t i = 0; i < live; ++i) next[i] = value[(i + 1) % live] + 1;
    value = next;
  }
  for (uint32_t b = 0; b < blocks; ++b)
    for (uint32_t i = 0; i < n; ++i) CHECK(got[b * n + i] == (i < 100 ? value[i] : 0));
}

// operation, b, c and what PTX says of lane 5 and lane 30.
struct ShuffleCase {
  uint32_t operation, b, c;
  uint32_t lane5, predicate5, lane30, predicate30;
};
constexpr ShuffleCase shuffle_cases[] = {
    {0, 7, 0x1f, 7, 1, 7, 1},                // idx
    {0, 9, 0x181f, 1, 1, 25, 1},             // idx, width 8: modulo the segment
    {1, 6, 0, 5, 0, 24, 1},                  // up: lane 5 has none
    {1, 2, 0x1800, 3, 1, 28, 1},             // up, width 8
    {2, 2, 0x1f, 7, 1, 30, 0},               // down: lane 30 has none
    {2, 3, 0x181f, 5, 0, 30, 0},             // down, width 8
    {3, 1, 0x1f, 4, 1, 31, 1},               // bfly
    {3, 8, 0x181f, 5, 0, 22, 1},             // bfly across width 8: only downwards in range
    {0, 31, 20, 5, 0, 30, 0},                // clamp below the source
};
STRAND(shuffle_kernel) {
  Locals &l = locals(frame);
  auto *out = argument<uint32_t>(t);
  BEGIN
  for (l.i = 0; l.i < std::size(shuffle_cases); ++l.i) {
    WAIT(1, {.kind = ANYCHIP_REQUEST_SHUFFLE, .operation = shuffle_cases[l.i].operation,
             .a = t->thread_linear | uint64_t(7) << 40, .b = shuffle_cases[l.i].b, .c = shuffle_cases[l.i].c})
    if (t->result[0] >> 40 != 7) return -1;
    out[l.i * 64 + t->thread_linear * 2] = uint32_t(t->result[0]);
    out[l.i * 64 + t->thread_linear * 2 + 1] = uint32_t(t->result[1]);
  }
  END
}

void test_shuffle() {
  std::vector<uint32_t> out(std::size(shuffle_cases) * 64, 99);
  CHECK(launch(make_kernel("k", nullptr, shuffle_kernel), {{1}, {32}}, out.data()).error == 0);
  for (uint32_t i = 0; i < std::size(shuffle_cases); ++i) {
    const ShuffleCase &c = shuffle_cases[i];
    std::printf("case %u: lane 5 %u %u, lane 30 %u %u\n", i, out[i * 64 + 10], out[i * 64 + 11], out[i * 64 + 60],
                out[i * 64 + 61]);
    CHECK(out[i * 64 + 10] == c.lane5 && out[i * 64 + 11] == c.predicate5);
    CHECK(out[i * 64 + 60] == c.lane30 && out[i * 64 + 61] == c.predicate30);
  }
}

// Lanes 0-15 and 16-31 shuffle with their own masks at different places, after different numbers of steps; lane 3
// leaves before, lane 2 reads from it and from the other half.
STRAND(partial_masks) {
  auto *out = argument<uint32_t>(t);
  const uint32_t lane = t->thread_linear % 32;
  BEGIN
  if (lane == 3) return -1;
  if (lane < 16) {
    WAIT(1, {.kind = ANYCHIP_REQUEST_SHUFFLE, .mask = 0xffff, .a = lane + 100, .b = lane == 2 ? 3u : 1u, .c = 0x1f})
    out[t->thread_linear] = uint32_t(t->result[0]);
    WAIT(2, {.kind = ANYCHIP_REQUEST_SHUFFLE, .mask = 0xffff, .a = lane + 200, .b = 20, .c = 0x1f})
    out[64 + t->thread_linear] = uint32_t(t->result[0]);
  } else {
    WAIT(3, {.kind = ANYCHIP_REQUEST_SHUFFLE, .mask = 0xffff0000, .a = lane + 100, .b = 31, .c = 0x1f})
    out[t->thread_linear] = uint32_t(t->result[0]);
  }
  END
}

void test_partial_masks() {
  std::vector<uint32_t> out(128);
  CHECK(launch(make_kernel("k", nullptr, partial_masks), {{1}, {64}}, out.data()).error == 0);
  for (uint32_t i = 0; i < 64; ++i) {
    const uint32_t lane = i % 32;
    const uint32_t first = lane == 3 ? 0 : lane == 2 ? 102 : lane < 16 ? 101 : 131;
    CHECK(out[i] == first);
    if (lane < 16 && lane != 3) CHECK(out[64 + i] == lane + 200); // lane 20 is not in the mask: its own value
  }
}

// Votes, match and reductions over the odd lanes; block of 40 threads, so the second warp has 8 lanes.
struct Collected {
  uint32_t any, all, uni, ballot, match_any, match_all, match_all_predicate, reduced[8];
};
STRAND(collect) {
  Locals &l = locals(frame);
  Collected &out = argument<Collected>(t)[t->thread_linear];
  const uint32_t lane = t->thread_linear % 32, odd = 0xaaaaaaaau;
  BEGIN
  if (lane % 2 == 0) return -1;
  WAIT(1, {.kind = ANYCHIP_REQUEST_VOTE, .operation = 0, .mask = odd, .a = lane == 5})
  out.any = uint32_t(t->result[0]);
  WAIT(2, {.kind = ANYCHIP_REQUEST_VOTE, .operation = 1, .mask = odd, .a = lane != 9}) // the second warp has no lane 9
  out.all = uint32_t(t->result[0]);
  WAIT(3, {.kind = ANYCHIP_REQUEST_VOTE, .operation = 2, .mask = odd, .a = 0})
  out.uni = uint32_t(t->result[0]);
  WAIT(4, {.kind = ANYCHIP_REQUEST_VOTE, .operation = 3, .mask = odd, .a = lane > 4})
  out.ballot = uint32_t(t->result[0]);
  WAIT(5, {.kind = ANYCHIP_REQUEST_MATCH, .operation = 0, .mask = odd, .a = lane / 4 % 2})
  out.match_any = uint32_t(t->result[0]);
  WAIT(6, {.kind = ANYCHIP_REQUEST_MATCH, .operation = 1, .mask = odd, .a = t->thread_linear < 32 ? 1 : lane})
  out.match_all = uint32_t(t->result[0]);
  out.match_all_predicate = uint32_t(t->result[1]);
  for (l.i = 0; l.i < 8; ++l.i) {
    WAIT(7, {.kind = ANYCHIP_REQUEST_WARP_REDUCE, .operation = l.i, .mask = odd, .a = uint32_t(3 - int32_t(lane))})
    out.reduced[l.i] = uint32_t(t->result[0]);
  }
  END
}

void test_collect() {
  std::vector<Collected> got(40);
  CHECK(launch(make_kernel("k", nullptr, collect), {{1}, {40}}, got.data()).error == 0);
  for (uint32_t i = 1; i < 40; i += 2) {
    const uint32_t present = i < 32 ? 0xaaaaaaaau : 0xaau, lane = i % 32;
    const Collected &c = got[i];
    CHECK(c.any == 1 && c.all == (i >= 32) && c.uni == 1 && c.ballot == (present & ~0x1fu));
    CHECK(c.match_any == (present & (lane / 4 % 2 ? 0xf0f0f0f0u : 0x0f0f0f0fu)));
    CHECK(c.match_all == (i < 32 ? present : 0) && c.match_all_predicate == (i < 32));
    uint32_t sum = 0, low = ~0u, high = 0, conjunction = ~0u, disjunction = 0, exclusive = 0;
    for (uint32_t j = 1; j < (i < 32 ? 32u : 8u); j += 2) {
      const uint32_t v = uint32_t(3 - int32_t(j));
      sum += v, low = std::min(low, v), high = std::max(high, v), conjunction &= v, disjunction |= v, exclusive ^= v;
    }
    const uint32_t smallest = uint32_t(i < 32 ? -28 : -4);
    const uint32_t expected[] = {sum, smallest, 2, low, high, conjunction, disjunction, exclusive};
    for (uint32_t o = 0; o < 8; ++o) CHECK(c.reduced[o] == expected[o]);
  }
}

// active_mask in a divergent branch, and an old-style ballot of the lanes converged at the lower of two places.
STRAND(converged) {
  auto *out = argument<uint32_t>(t);
  const uint32_t lane = t->thread_linear;
  BEGIN
  if (lane < 10) {
    WAIT(5, {.kind = ANYCHIP_REQUEST_ACTIVE_MASK})
    out[lane] = uint32_t(t->result[0]);
  } else {
    WAIT(6, {.kind = ANYCHIP_REQUEST_VOTE, .operation = 3, .mask = 0, .a = lane != 12, .converged = 1})
    out[lane] = uint32_t(t->result[0]);
  }
  WAIT(7, {.kind = ANYCHIP_REQUEST_ACTIVE_MASK})
  out[32 + lane] = uint32_t(t->result[0]);
  END
}

void test_converged() {
  std::vector<uint32_t> out(64);
  CHECK(launch(make_kernel("k", nullptr, converged), {{1}, {20}}, out.data()).error == 0);
  for (uint32_t i = 0; i < 20; ++i) {
    CHECK(out[i] == (i < 10 ? 0x3ffu : 0xffc00u & ~(1u << 12)));
    CHECK(out[32 + i] == 0xfffffu); // the first ten wait at site 7 until the others are there
  }
}

// Warps 0-1 consume, warps 2-3 produce through two named barriers; the producers never wait for the data.
STRAND(named_barriers) {
  Locals &l = locals(frame);
  auto *shared = reinterpret_cast<uint32_t *>(t->block->shared);
  BEGIN
  if (t->thread_linear < 64) {
    l.sum = 0;
    for (l.i = 0; l.i < 5; ++l.i) {
      WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER, .a = 1, .b = 128}) // full
      l.sum += shared[t->thread_linear];
      WAIT(2, {.kind = ANYCHIP_REQUEST_BARRIER_ARRIVE, .a = 2, .b = 128}) // empty
    }
    argument<uint32_t>(t)[t->thread_linear] = l.sum;
    return -1;
  }
  for (l.i = 0; l.i < 5; ++l.i) {
    shared[t->thread_linear - 64] = (l.i + 1) * t->thread_linear;
    WAIT(3, {.kind = ANYCHIP_REQUEST_BARRIER_ARRIVE, .a = 1, .b = 128})
    WAIT(4, {.kind = ANYCHIP_REQUEST_BARRIER, .a = 2, .b = 128})
  }
  END
}

void test_named_barriers() {
  std::vector<uint32_t> out(64);
  anychip_kernel kernel = make_kernel("k", nullptr, named_barriers);
  kernel.static_shared_bytes = 256;
  CHECK(launch(kernel, {{1}, {128}}, out.data()).error == 0);
  for (uint32_t i = 0; i < 64; ++i) CHECK(out[i] == 15 * (i + 64));
}

STRAND(barrier_reduce) {
  auto *out = argument<uint32_t>(t);
  BEGIN
  if (t->thread_linear == 50) return -1;
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER_REDUCE, .operation = 0, .b = t->thread_linear < 7 ? 4u : 0u})
  out[t->thread_linear] = uint32_t(t->result[0]);
  WAIT(2, {.kind = ANYCHIP_REQUEST_BARRIER_REDUCE, .operation = 1, .b = t->thread_linear != 50})
  out[t->thread_linear] += uint32_t(t->result[0]) * 100;
  WAIT(3, {.kind = ANYCHIP_REQUEST_BARRIER_REDUCE, .operation = 2, .b = t->thread_linear == 50})
  out[t->thread_linear] += uint32_t(t->result[0]) * 1000;
  END
}

void test_barrier_reduce() {
  std::vector<uint32_t> out(64);
  CHECK(launch(make_kernel("k", nullptr, barrier_reduce), {{1}, {64}}, out.data()).error == 0);
  for (uint32_t i = 0; i < 64; ++i) CHECK(out[i] == (i == 50 ? 0u : 107u));
}

// Thread 0 spins until thread 40 (of another warp) has passed a counted barrier with 41 .. 71 and set the flag.
STRAND(spin) {
  auto *flag = argument<volatile uint32_t>(t);
  BEGIN
  if (t->thread_linear == 0) {
    while (*flag == 0) {
      WAIT(1, {.kind = ANYCHIP_REQUEST_YIELD})
    }
    flag[1] = 1;
    return -1;
  }
  if (t->thread_linear < 40) return -1;
  WAIT(2, {.kind = ANYCHIP_REQUEST_BARRIER, .a = 3, .b = 32})
  if (t->thread_linear == 40) *flag = 1;
  END
}

void test_spin() {
  uint32_t flags[2] = {};
  CHECK(launch(make_kernel("k", nullptr, spin), {{1}, {72}}, flags).error == 0);
  CHECK(flags[1] == 1);
}

// Strands of eight threads: 20 threads are three strands, the last with four.
STRAND(wide) {
  auto *out = argument<uint32_t>(t);
  BEGIN
  WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER_REDUCE, .operation = 0, .b = 0x33})
  out[t->thread_linear] = uint32_t(t->result[0]);
  WAIT(2, sync_all)
  if (t->thread_linear == 0 && out[8] == out[16]) out[1] = 1;
  END
}

void test_wide_strands() {
  uint32_t out[32] = {};
  anychip_kernel kernel = make_kernel("k", nullptr, wide);
  kernel.lanes = 8;
  CHECK(launch(kernel, {{1}, {20}}, out).error == 0);
  CHECK(out[0] == 10 && out[8] == 10 && out[16] == 10 && out[1] == 1);
}

STRAND(deadlock) {
  BEGIN
  if (t->thread_linear < 3) {
    WAIT(1, {.kind = ANYCHIP_REQUEST_BARRIER, .a = 1})
  } else if (t->thread_linear < 40) {
    WAIT(2, {.kind = ANYCHIP_REQUEST_WARP_BARRIER, .mask = 0xffffffff})
    WAIT(3, sync_all)
  }
  END
}

void test_deadlock() {
  const auto result = launch(make_kernel("_Z8deadlockPi", nullptr, deadlock), {{1}, {8, 8}}, nullptr);
  CHECK(result.error == 719);
  CHECK_CONTAINS(result.message, "deadlock in kernel deadlock(int*), block (0,0,0): 40 of 64 threads wait");
  CHECK_CONTAINS(result.message, "\n  at kernel.cu:101: 3 threads wait for a barrier, first thread (0,0,0)");
  CHECK_CONTAINS(result.message, "\n  at kernel.cu:102: 29 threads wait for __syncwarp, first thread (3,0,0)");
  CHECK_CONTAINS(result.message, "\n  at kernel.cu:103: 8 threads wait for a barrier, first thread (0,4,0)");
}

STRAND(outside_mask) {
  BEGIN
  WAIT(9, {.kind = ANYCHIP_REQUEST_VOTE, .mask = 0xfffffeff})
  END
}

void test_outside_mask() {
  const auto result = launch(make_kernel("k", nullptr, outside_mask), {{1}, {32}}, nullptr);
  CHECK(result.error == 715);
  CHECK_CONTAINS(result.message, "lane outside its own mask at a vote in kernel k at kernel.cu:109, block (0,0,0), "
                                 "thread (8,0,0): lane 8 is not in the mask 0xfffffeff");
}

// A resumable function called from a resumable one: its frame lies on the strand's stack, and a deep one runs out.
STRAND(stack_user) {
  Locals &l = locals(frame);
  BEGIN
  l.mine = t->thread_linear;
  *reinterpret_cast<uint64_t *>(t->stack) = l.mine;
  WAIT(1, sync_all)
  if (*reinterpret_cast<uint64_t *>(t->stack) != l.mine || uintptr_t(t->stack) % 16 != 0) return -1;
  if (t->stack_end - t->stack < 64 * 1024) return -1;
  argument<uint32_t>(t)[t->thread_linear] = 1;
  if (t->thread_linear == 1023) anychip_stack_overflow(t);
  END
}

void test_strand_stack() {
  std::vector<uint32_t> out(1024);
  const auto result = launch(make_kernel("k", nullptr, stack_user), {{1}, {1024}}, out.data());
  for (const uint32_t one : out) CHECK(one == 1);
  CHECK(result.error == 714);
  CHECK_CONTAINS(result.message, "stack overflow in kernel k at kernel.cu:1, block (0,0,0), thread (1023,0,0)");
}

constexpr Case cases[] = {
    {"barrier_loop", test_barrier_loop},     {"shuffle", test_shuffle},
    {"partial_masks", test_partial_masks},   {"collect", test_collect},
    {"converged", test_converged},           {"named_barriers", test_named_barriers},
    {"barrier_reduce", test_barrier_reduce}, {"spin", test_spin},
    {"wide_strands", test_wide_strands},     {"deadlock", test_deadlock},
    {"outside_mask", test_outside_mask},     {"strand_stack", test_strand_stack},
};

} // namespace

int main(int argc, char **argv) { return run_case(cases, argc, argv); }
