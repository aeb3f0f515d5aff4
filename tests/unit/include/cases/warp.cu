// Warp and block operations for every type; the forms without a mask too.
template <class T>
__device__ T all_shuffles(T v) {
  const unsigned all = 0xffffffffu;
  v += __shfl_sync(all, v, 0) + __shfl_up_sync(all, v, 1) + __shfl_down_sync(all, v, 1, 16);
  v += __shfl_xor_sync(all, v, 1);
  v += __shfl(v, 0) + __shfl_up(v, 1) + __shfl_down(v, 1) + __shfl_xor(v, 1, 8);
  int same;
  v += (T)(__match_any_sync(all, v) + __match_all_sync(all, v, &same));
  return v + same;
}

__global__ void warp(int *i, unsigned *u, long *l, unsigned long *ul, long long *ll, unsigned long long *ull, float *f,
                     double *d) {
  *i = all_shuffles(*i), *u = all_shuffles(*u), *l = all_shuffles(*l), *ul = all_shuffles(*ul);
  *ll = all_shuffles(*ll), *ull = all_shuffles(*ull), *f = all_shuffles(*f), *d = all_shuffles(*d);
  const unsigned some = __activemask();
  __syncwarp();
  __syncwarp(some);
  *i += __any_sync(some, *i) + __all_sync(some, *i) + __uni_sync(some, *i) + (int)__ballot_sync(some, *i);
  *i += __any(*i) + __all(*i) + (int)__ballot(*i) + (int)__fns(some, 0, 1);
  *i += __reduce_add_sync(some, *i) + __reduce_min_sync(some, *i) + __reduce_max_sync(some, *i);
  *u += __reduce_add_sync(some, *u) + __reduce_min_sync(some, *u) + __reduce_max_sync(some, *u);
  *u += __reduce_and_sync(some, *u) + __reduce_or_sync(some, *u) + __reduce_xor_sync(some, *u);
  __syncthreads();
  *i += __syncthreads_count(*i) + __syncthreads_and(*i) + __syncthreads_or(*i);
  __threadfence(), __threadfence_block(), __threadfence_system();
  __nanosleep(100);
  *ll += clock() + clock64() + warpSize;
}
