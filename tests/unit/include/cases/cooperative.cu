// Cooperative groups within a block: ranks, barriers, shuffles, votes, reductions.
#include <cooperative_groups.h>
#include <cooperative_groups/reduce.h>

namespace cg = cooperative_groups;

struct Pair {
  float value;
  int index;
  short tag;
};

template <class Group>
__device__ float within(Group group, float x) {
  group.sync();
  x += group.shfl(x, 0) + group.shfl_up(x, 1) + group.shfl_down(x, 1) + group.thread_rank() + group.size();
  Pair pair = group.shfl(Pair{x, 1, 2}, 1);
  int same;
  x += group.any(x > 0) + group.all(x > 0) + group.ballot(x > 0) + group.match_any(x) + group.match_all(x, same);
  return x + pair.value + pair.index + same + cg::reduce(group, x, cg::plus<float>());
}

__device__ unsigned by_base(const cg::thread_group &group) {
  group.sync();
  return group.thread_rank() + group.size();
}

__global__ void cooperative(float *p) {
  cg::thread_block block = cg::this_thread_block();
  auto warp = cg::tiled_partition<32>(block);
  cg::thread_block_tile<4> quad = cg::tiled_partition<4>(warp);
  float x = within(warp, p[block.thread_rank()]) + within(quad, p[0]) + quad.shfl_xor(p[0], 1);
  if (threadIdx.x % 3 == 0) x += within(cg::coalesced_threads(), x);
  x += by_base(block) + by_base(warp) + by_base(cg::tiled_partition(block, 8)) + quad.meta_group_rank();
  cg::sync(block);
  x += cg::reduce(quad, (int)x, cg::greater<int>()) + cg::this_grid().thread_rank();
  p[block.thread_rank()] = x;
}
