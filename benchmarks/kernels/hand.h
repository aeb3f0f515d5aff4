// What the hand-written C++ programs share: vectors of 16 floats and the way from a function to a measured variant.
#pragma once

#include <memory>
#include <utility>

#include "harness.h"
#include "parallel.h"

namespace bench {

// The compiler splits them where the processor's registers are shorter.
typedef float Vector __attribute__((vector_size(64)));
typedef int IntVector __attribute__((vector_size(64)));
typedef float UnalignedVector __attribute__((vector_size(64), aligned(4)));

inline Vector load(const float* from) { return *reinterpret_cast<const UnalignedVector*>(from); }
inline void store(float* to, Vector value) { *reinterpret_cast<UnalignedVector*>(to) = value; }

template <typename W>
using Function = void (*)(Pool&, W&);

template <typename W>
std::unique_ptr<W> make_workload(const Arguments& arguments) {
  if constexpr (std::is_default_constructible_v<W>) return std::make_unique<W>();
  else return std::make_unique<W>(arguments.size);
}

// Measures the functions on one workload. `changes_input`: it must be reset before every run.
template <typename W>
int hand(const Arguments& arguments, const std::vector<std::pair<const char*, Function<W>>>& functions,
         bool changes_input = false, long per_run = 1) {
  Pool pool(arguments.threads);
  const std::unique_ptr<W> work = make_workload<W>(arguments);
  std::vector<Variant> variants;
  for (const auto& [name, function] : functions) {
    Variant variant{name, [&pool, &work, function = function] { function(pool, *work); }};
    if (changes_input) variant.restore = [&work] { work->reset(); };
    variant.per_run = per_run;
    variants.push_back(variant);
  }
  return measure(arguments.kernel, arguments, *work, variants);
}

inline int unknown_kernel(const Arguments& arguments) {
  std::fprintf(stderr, "no kernel named '%s' here\n", arguments.kernel.c_str());
  return 2;
}

}  // namespace bench
