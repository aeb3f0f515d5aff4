/* Atomic functions (Programming Guide, "Atomic Functions"): relaxed, at the scope in the name.
 *
 * Without a suffix the scope is the device, _block the block, _system host and devices. The guide's types are int,
 * unsigned, unsigned long long, float, double; long and long long are here for programs that use size_t and int64_t.
 */
#ifndef ANYCHIP_CUDA_DEVICE_ATOMICS_H
#define ANYCHIP_CUDA_DEVICE_ATOMICS_H

#define ANYCHIP_DEVICE static __device__ __inline__ __attribute__((always_inline))

#define ANYCHIP_FETCH(type, name, builtin, suffix, scope)                            \
  ANYCHIP_DEVICE type name##suffix(type *address, type value) {                      \
    return __scoped_atomic_##builtin(address, value, __ATOMIC_RELAXED, scope);       \
  }

/* The generic builtin, because the one for values takes no floating-point type. */
#define ANYCHIP_EXCHANGE(type, suffix, scope)                                        \
  ANYCHIP_DEVICE type atomicExch##suffix(type *address, type value) {                \
    type old;                                                                        \
    __scoped_atomic_exchange(address, &value, &old, __ATOMIC_RELAXED, scope);        \
    return old;                                                                      \
  }

#define ANYCHIP_COMPARE_AND_SWAP(type, suffix, scope)                                                           \
  ANYCHIP_DEVICE type atomicCAS##suffix(type *address, type compare, type value) {                              \
    __scoped_atomic_compare_exchange_n(address, &compare, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED,     \
                                       scope);                                                                  \
    return compare;                                                                                             \
  }

#define ANYCHIP_INTEGER_ATOMICS(type, suffix, scope)              \
  ANYCHIP_FETCH(type, atomicAdd, fetch_add, suffix, scope)        \
  ANYCHIP_FETCH(type, atomicSub, fetch_sub, suffix, scope)        \
  ANYCHIP_FETCH(type, atomicMin, fetch_min, suffix, scope)        \
  ANYCHIP_FETCH(type, atomicMax, fetch_max, suffix, scope)        \
  ANYCHIP_FETCH(type, atomicAnd, fetch_and, suffix, scope)        \
  ANYCHIP_FETCH(type, atomicOr, fetch_or, suffix, scope)          \
  ANYCHIP_FETCH(type, atomicXor, fetch_xor, suffix, scope)        \
  ANYCHIP_EXCHANGE(type, suffix, scope)                           \
  ANYCHIP_COMPARE_AND_SWAP(type, suffix, scope)

/* Wrap-around counters: ((old >= limit) ? 0 : old + 1), and ((old == 0 || old > limit) ? limit : old - 1). */
#define ANYCHIP_COUNTER_ATOMICS(suffix)                                                  \
  ANYCHIP_DEVICE unsigned int atomicInc##suffix(unsigned int *address, unsigned int limit) { \
    return __nvvm_atom_inc_gen_ui(address, limit);                                       \
  }                                                                                      \
  ANYCHIP_DEVICE unsigned int atomicDec##suffix(unsigned int *address, unsigned int limit) { \
    return __nvvm_atom_dec_gen_ui(address, limit);                                       \
  }

#define ANYCHIP_ATOMICS(suffix, scope)                            \
  ANYCHIP_INTEGER_ATOMICS(int, suffix, scope)                     \
  ANYCHIP_INTEGER_ATOMICS(unsigned int, suffix, scope)            \
  ANYCHIP_INTEGER_ATOMICS(long, suffix, scope)                    \
  ANYCHIP_INTEGER_ATOMICS(unsigned long, suffix, scope)           \
  ANYCHIP_INTEGER_ATOMICS(long long, suffix, scope)               \
  ANYCHIP_INTEGER_ATOMICS(unsigned long long, suffix, scope)      \
  ANYCHIP_COUNTER_ATOMICS(suffix)                                 \
  ANYCHIP_FETCH(float, atomicAdd, fetch_add, suffix, scope)       \
  ANYCHIP_FETCH(double, atomicAdd, fetch_add, suffix, scope)      \
  ANYCHIP_FETCH(float, atomicSub, fetch_sub, suffix, scope)       \
  ANYCHIP_FETCH(double, atomicSub, fetch_sub, suffix, scope)      \
  ANYCHIP_EXCHANGE(float, suffix, scope)                          \
  ANYCHIP_EXCHANGE(double, suffix, scope)                         \
  ANYCHIP_COMPARE_AND_SWAP(unsigned short, suffix, scope)

ANYCHIP_ATOMICS(, __MEMORY_SCOPE_DEVICE)
ANYCHIP_ATOMICS(_block, __MEMORY_SCOPE_WRKGRP)
ANYCHIP_ATOMICS(_system, __MEMORY_SCOPE_SYSTEM)

#undef ANYCHIP_ATOMICS
#undef ANYCHIP_COUNTER_ATOMICS
#undef ANYCHIP_INTEGER_ATOMICS
#undef ANYCHIP_COMPARE_AND_SWAP
#undef ANYCHIP_EXCHANGE
#undef ANYCHIP_FETCH

#define __NV_ATOMIC_RELAXED __ATOMIC_RELAXED
#define __NV_ATOMIC_CONSUME __ATOMIC_CONSUME
#define __NV_ATOMIC_ACQUIRE __ATOMIC_ACQUIRE
#define __NV_ATOMIC_RELEASE __ATOMIC_RELEASE
#define __NV_ATOMIC_ACQ_REL __ATOMIC_ACQ_REL
#define __NV_ATOMIC_SEQ_CST __ATOMIC_SEQ_CST
#define __NV_THREAD_SCOPE_THREAD 0
#define __NV_THREAD_SCOPE_BLOCK 1
#define __NV_THREAD_SCOPE_CLUSTER 2
#define __NV_THREAD_SCOPE_DEVICE 3
#define __NV_THREAD_SCOPE_SYSTEM 4

/* The __nv_atomic_* family of CUDA 12.8 takes order and scope as arguments. Both are compile-time constants at most
 * call sites, but need not be: sequential consistency at system scope serves every request.
 */
#define ANYCHIP_NV_FETCH(operation)                                                                                 \
  template <class T>                                                                                                \
  ANYCHIP_DEVICE T __nv_atomic_fetch_##operation(T *address, T value, int, int = __NV_THREAD_SCOPE_SYSTEM) {        \
    return __scoped_atomic_fetch_##operation(address, value, __ATOMIC_SEQ_CST, __MEMORY_SCOPE_SYSTEM);              \
  }                                                                                                                 \
  template <class T>                                                                                                \
  ANYCHIP_DEVICE void __nv_atomic_##operation(T *address, T value, int, int = __NV_THREAD_SCOPE_SYSTEM) {           \
    __scoped_atomic_fetch_##operation(address, value, __ATOMIC_SEQ_CST, __MEMORY_SCOPE_SYSTEM);                     \
  }

ANYCHIP_NV_FETCH(add)
ANYCHIP_NV_FETCH(sub)
ANYCHIP_NV_FETCH(min)
ANYCHIP_NV_FETCH(max)
ANYCHIP_NV_FETCH(and)
ANYCHIP_NV_FETCH(or)
ANYCHIP_NV_FETCH(xor)

#undef ANYCHIP_NV_FETCH

template <class T>
ANYCHIP_DEVICE void __nv_atomic_load(const T *address, T *result, int, int = __NV_THREAD_SCOPE_SYSTEM) {
  __scoped_atomic_load(address, result, __ATOMIC_SEQ_CST, __MEMORY_SCOPE_SYSTEM);
}

template <class T>
ANYCHIP_DEVICE T __nv_atomic_load_n(const T *address, int order, int scope = __NV_THREAD_SCOPE_SYSTEM) {
  T result;
  __nv_atomic_load(address, &result, order, scope);
  return result;
}

template <class T>
ANYCHIP_DEVICE void __nv_atomic_store(T *address, T *value, int, int = __NV_THREAD_SCOPE_SYSTEM) {
  __scoped_atomic_store(address, value, __ATOMIC_SEQ_CST, __MEMORY_SCOPE_SYSTEM);
}

template <class T>
ANYCHIP_DEVICE void __nv_atomic_store_n(T *address, T value, int order, int scope = __NV_THREAD_SCOPE_SYSTEM) {
  __nv_atomic_store(address, &value, order, scope);
}

template <class T>
ANYCHIP_DEVICE void __nv_atomic_exchange(T *address, T *value, T *old, int, int = __NV_THREAD_SCOPE_SYSTEM) {
  __scoped_atomic_exchange(address, value, old, __ATOMIC_SEQ_CST, __MEMORY_SCOPE_SYSTEM);
}

template <class T>
ANYCHIP_DEVICE T __nv_atomic_exchange_n(T *address, T value, int order, int scope = __NV_THREAD_SCOPE_SYSTEM) {
  T old;
  __nv_atomic_exchange(address, &value, &old, order, scope);
  return old;
}

template <class T>
ANYCHIP_DEVICE bool __nv_atomic_compare_exchange(T *address, T *expected, T *desired, bool, int, int,
                                                 int = __NV_THREAD_SCOPE_SYSTEM) {
  return __scoped_atomic_compare_exchange(address, expected, desired, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST,
                                          __MEMORY_SCOPE_SYSTEM);
}

template <class T>
ANYCHIP_DEVICE bool __nv_atomic_compare_exchange_n(T *address, T *expected, T desired, bool weak, int success,
                                                   int failure, int scope = __NV_THREAD_SCOPE_SYSTEM) {
  return __nv_atomic_compare_exchange(address, expected, &desired, weak, success, failure, scope);
}

ANYCHIP_DEVICE void __nv_atomic_thread_fence(int, int = __NV_THREAD_SCOPE_SYSTEM) { __nvvm_membar_sys(); }

#undef ANYCHIP_DEVICE

#endif
