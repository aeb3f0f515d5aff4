#include "anychip/warp.h"
#include <algorithm>
#include <bit>

namespace anychip {
namespace {

// Lanes that complete one operation together.
struct Group {
  Strand *lanes;
  uint32_t members;
  const anychip_thread &any() const { return lanes[std::countr_zero(members)].thread; }
};

template <class Action> void for_each_lane(uint32_t lanes, Action action) {
  for (; lanes != 0; lanes &= lanes - 1) action(uint32_t(std::countr_zero(lanes)));
}

struct Source {
  uint32_t lane;
  bool in_range;
};

// PTX ISA, shfl: c holds the segment mask in bits 8..12 and the clamp in bits 0..4.
Source shuffle_source(uint32_t operation, uint32_t lane, uint32_t b, uint32_t c) {
  const int32_t offset = int32_t(b & 31), self = int32_t(lane);
  const int32_t segment = int32_t(c >> 8 & 31), clamp = int32_t(c & 31);
  const int32_t highest = (self & segment) | (clamp & ~segment);
  const int32_t lowest = self & segment;
  const int32_t candidates[] = {lowest | (offset & ~segment), self - offset, self + offset, self ^ offset};
  const int32_t source = candidates[operation & 3];
  const bool in_range = operation == 1 ? source >= highest : source <= highest;
  return {uint32_t(in_range ? source : self), in_range};
}

void shuffle(Group group) {
  for_each_lane(group.members, [&](uint32_t lane) {
    anychip_thread &thread = group.lanes[lane].thread;
    const auto b = uint32_t(thread.operand[1]), c = uint32_t(thread.operand[2]);
    const Source source = shuffle_source(thread.operation, lane, b, c);
    const bool present = group.members >> source.lane & 1;
    thread.result[0] = group.lanes[present ? source.lane : lane].thread.operand[0];
    thread.result[1] = source.in_range;
  });
}

void vote(Group group) {
  uint32_t ballot = 0;
  for_each_lane(group.members, [&](uint32_t lane) {
    ballot |= uint32_t(group.lanes[lane].thread.operand[0] != 0) << lane;
  });
  const bool all = ballot == group.members;
  const uint64_t results[] = {ballot != 0, all, all || ballot == 0, ballot};
  for_each_lane(group.members, [&](uint32_t lane) {
    group.lanes[lane].thread.result[0] = results[group.lanes[lane].thread.operation & 3];
  });
}

uint32_t lanes_with_value(Group group, uint64_t value) {
  uint32_t equal = 0;
  for_each_lane(group.members, [&](uint32_t lane) {
    equal |= uint32_t(group.lanes[lane].thread.operand[0] == value) << lane;
  });
  return equal;
}

void match(Group group) {
  const bool wants_all = group.any().operation == 1;
  for_each_lane(group.members, [&](uint32_t lane) {
    anychip_thread &thread = group.lanes[lane].thread;
    const uint32_t equal = lanes_with_value(group, thread.operand[0]);
    const bool all = equal == group.members;
    thread.result[0] = wants_all && !all ? 0 : equal;
    thread.result[1] = all;
  });
}

using Combine = uint32_t (*)(uint32_t, uint32_t);
constexpr Combine combine_table[] = {
    [](uint32_t a, uint32_t b) { return a + b; },
    [](uint32_t a, uint32_t b) { return uint32_t(std::min(int32_t(a), int32_t(b))); },
    [](uint32_t a, uint32_t b) { return uint32_t(std::max(int32_t(a), int32_t(b))); },
    [](uint32_t a, uint32_t b) { return std::min(a, b); },
    [](uint32_t a, uint32_t b) { return std::max(a, b); },
    [](uint32_t a, uint32_t b) { return a & b; },
    [](uint32_t a, uint32_t b) { return a | b; },
    [](uint32_t a, uint32_t b) { return a ^ b; },
};

void reduce(Group group) {
  const Combine combine = combine_table[group.any().operation & 7];
  auto total = uint32_t(group.any().operand[0]);
  for_each_lane(group.members & (group.members - 1), [&](uint32_t lane) {
    total = combine(total, uint32_t(group.lanes[lane].thread.operand[0]));
  });
  for_each_lane(group.members, [&](uint32_t lane) { group.lanes[lane].thread.result[0] = total; });
}

void active_mask(Group group) {
  for_each_lane(group.members, [&](uint32_t lane) { group.lanes[lane].thread.result[0] = group.members; });
}

void complete(Warp &warp, Group group) {
  switch (group.any().request) {
  case ANYCHIP_REQUEST_SHUFFLE: shuffle(group); break;
  case ANYCHIP_REQUEST_VOTE: vote(group); break;
  case ANYCHIP_REQUEST_MATCH: match(group); break;
  case ANYCHIP_REQUEST_WARP_REDUCE: reduce(group); break;
  case ANYCHIP_REQUEST_ACTIVE_MASK: active_mask(group); break;
  default: break; // warp barrier: nothing to compute
  }
  warp.at_warp_operation &= ~group.members;
  warp.runnable |= group.members;
}

bool same_operation(const anychip_thread &a, const anychip_thread &b) {
  return a.request == b.request && a.operation == b.operation && a.mask == b.mask;
}

bool complete_masked(Warp &warp, Strand *lanes) {
  bool released = false;
  uint32_t left = warp.at_warp_operation;
  while (left != 0) {
    const anychip_thread &first = lanes[std::countr_zero(left)].thread;
    if (!has_mask(first)) {
      left &= left - 1;
      continue;
    }
    uint32_t members = 0;
    for_each_lane(left, [&](uint32_t lane) {
      const anychip_thread &thread = lanes[lane].thread;
      members |= uint32_t(has_mask(thread) && same_operation(thread, first)) << lane;
    });
    left &= ~members;
    if ((first.mask & ~members & ~warp.finished) != 0) continue;
    complete(warp, {lanes, members});
    released = true;
  }
  return released;
}

// Lanes at the lowest site are taken as converged.
bool complete_unmasked(Warp &warp, Strand *lanes) {
  uint32_t members = 0, lowest = UINT32_MAX;
  for_each_lane(warp.at_warp_operation, [&](uint32_t lane) {
    const anychip_thread &thread = lanes[lane].thread;
    if (has_mask(thread) || (members != 0 && thread.site > lowest)) return;
    if (thread.site < lowest) members = 0;
    lowest = thread.site;
    members |= 1u << lane;
  });
  if (members != 0) complete(warp, {lanes, members});
  return members != 0;
}

} // namespace

bool complete_warp_operations(Warp &warp, Strand *lanes) {
  return complete_masked(warp, lanes) || complete_unmasked(warp, lanes);
}

} // namespace anychip
