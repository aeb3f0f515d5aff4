// What the machine can do: memory bandwidth of a triad with stores past the caches and of reading, and the peak of single
// precision multiply-adds, on all threads. Prints lines like the other programs, with one field per limit.
#include "hand.h"

#ifdef __FAST_MATH__
#error "with reassociation the compiler saves multiply-adds that are counted"
#endif

namespace bench {
namespace {

typedef float Short __attribute__((vector_size(32)));

// Bytes of three streams of n floats.
double triad(Pool& pool, Array<float>& a, const Array<float>& b, const Array<float>& c) {
  pool.split(a.size(), 1024, [&](long begin, long end) {
    for (long i = begin; i < end; i += 16)
      __builtin_nontemporal_store(load(b.data() + i) + 1e-3f * load(c.data() + i), reinterpret_cast<Vector*>(a.data() + i));
  });
  return 12.0 * a.size();
}

double read(Pool& pool, const Array<float>& a, std::vector<float>& sums) {
  pool.run([&](int id) {
    const long units = a.size() / 128, begin = units * id / pool.threads() * 128;
    const long end = units * (id + 1) / pool.threads() * 128;
    Vector sum[8] = {};
    for (long i = begin; i < end; i += 128)
      for (int k = 0; k < 8; ++k) sum[k] += load(a.data() + i + 16 * k);
    Vector total = {};
    for (const Vector& part : sum) total += part;
    sums[16 * id] = total[0] + total[15];
  });
  return 4.0 * a.size();
}

// Independent chains of multiply-adds in registers; the empty asm keeps the compiler from joining or dropping them.
template <typename V, int kChains>
double multiply_add(Pool& pool, std::vector<float>& sums) {
  constexpr long kSteps = 100000;
  pool.run([&](int id) {
    V chain[kChains] = {}, factor = V{} + 0.999f, term = V{} + 1e-3f;
    for (long step = 0; step < kSteps; ++step)
#pragma clang loop unroll(full)
      for (int k = 0; k < kChains; ++k) chain[k] = chain[k] * factor + term;
    for (const V& value : chain) sums[16 * id] += value[0];
  });
  return 2.0 * kSteps * kChains * (sizeof(V) / sizeof(float)) * pool.threads();
}

template <typename Work>
double rate(double seconds, const Work& work) {
  double best = 0;
  const auto now = std::chrono::steady_clock::now;
  const auto begin = now();
  do {
    const auto start = now();
    const double amount = work();
    best = std::max(best, amount / std::chrono::duration<double>(now() - start).count() / 1e9);
  } while (std::chrono::duration<double>(now() - begin).count() < seconds);
  return best;
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  const Arguments arguments(argc, argv);
  Pool pool(arguments.threads);
  const long n = multiple(size_or(arguments.size, 1L << 25), 1024, "size");  // as the kernels: past every cache
  Array<float> a(n), b(n), c(n);
  fill_unit(b, 1);
  fill_unit(c, 2);
  std::vector<float> sums(16 * pool.threads() + 16);
  const auto one_round = [&] {
    const double part = arguments.seconds / 3;
    const double bandwidth = rate(part, [&] { return triad(pool, a, b, c); });
    const double reading = rate(part, [&] { return read(pool, b, sums); });
    const double wide = rate(part / 2, [&] { return multiply_add<Vector, 12>(pool, sums); });
    const double narrow = rate(part / 2, [&] { return multiply_add<Short, 12>(pool, sums); });
    std::printf("{\"triad\": %.6g, \"read\": %.6g, \"fma\": %.6g}\n", bandwidth, reading, std::max(wide, narrow));
    std::fflush(stdout);
  };
  if (!arguments.serve) return one_round(), 0;
  std::printf("{\"kernel\": \"limits\", \"checked\": true}\n");
  std::fflush(stdout);
  char line[64];
  while (std::fgets(line, sizeof line, stdin)) one_round();
  return 0;
}
