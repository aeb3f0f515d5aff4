// Every atomic function for every type and scope.
template <class T>
__device__ void all_integer_atomics(T *p, T v) {
  atomicAdd(p, v), atomicSub(p, v), atomicExch(p, v), atomicMin(p, v), atomicMax(p, v);
  atomicAnd(p, v), atomicOr(p, v), atomicXor(p, v), atomicCAS(p, v, v);
  atomicAdd_block(p, v), atomicCAS_block(p, v, v), atomicMax_block(p, v), atomicExch_block(p, v);
  atomicAdd_system(p, v), atomicCAS_system(p, v, v), atomicMax_system(p, v), atomicExch_system(p, v);
  __nv_atomic_fetch_add(p, v, __NV_ATOMIC_RELAXED, __NV_THREAD_SCOPE_DEVICE);
  __nv_atomic_store_n(p, __nv_atomic_load_n(p, __NV_ATOMIC_ACQUIRE), __NV_ATOMIC_RELEASE);
  __nv_atomic_exchange_n(p, v, __NV_ATOMIC_RELAXED);
  __nv_atomic_compare_exchange_n(p, &v, v, false, __NV_ATOMIC_SEQ_CST, __NV_ATOMIC_SEQ_CST);
}

template <class T>
__device__ void all_floating_atomics(T *p, T v) {
  atomicAdd(p, v), atomicAdd_block(p, v), atomicAdd_system(p, v), atomicExch(p, v);
  atomicAdd(p, 1);
}

__global__ void atomics(int *i, unsigned *u, long *l, unsigned long *ul, long long *ll, unsigned long long *ull,
                        float *f, double *d, unsigned short *us) {
  all_integer_atomics(i, 1);
  all_integer_atomics(u, 1u);
  all_integer_atomics(l, 1l);
  all_integer_atomics(ul, 1ul);
  all_integer_atomics(ll, 1ll);
  all_integer_atomics(ull, 1ull);
  all_floating_atomics(f, 1.0f);
  all_floating_atomics(d, 1.0);
  atomicInc(u, 7), atomicDec(u, 7), atomicInc_block(u, 7), atomicDec_system(u, 7);
  atomicCAS(us, (unsigned short)1, (unsigned short)2);
}
