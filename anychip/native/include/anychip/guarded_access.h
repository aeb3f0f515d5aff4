// Copies and fills that survive memory which is not there: an address of the program's may be wrong.
#pragma once
#include <cstddef>
#include <type_traits>

namespace anychip {

// Calls access(context); false if it faulted. What it holds on its stack is lost then: only loads and stores, no locks.
bool guard_access(void (*access)(void *), void *context);

template <typename Access> bool try_access(Access &&access) {
  using Body = std::remove_reference_t<Access>;
  return guard_access([](void *body) { (*static_cast<Body *>(body))(); }, const_cast<std::remove_const_t<Body> *>(&access));
}

// Whether every page of host memory [address, address+bytes) exists. It may still be protected.
bool is_host_mapped(const void *address, size_t bytes);

} // namespace anychip
