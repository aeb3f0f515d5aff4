// Device printf: formats, argument packing, counts, the buffer's limit.
#include "executor_support.h"
#include <climits>
#include <cmath>
#include <cstdint>
#include <thread>
#include <vector>

namespace {

// Packs arguments as the caller of vprintf does: each at its natural alignment.
class Packed {
public:
  template <class... Values> explicit Packed(Values... values) { (add(values), ...); }
  const void *data() const { return bytes_; }

private:
  template <class Value> void add(Value value) {
    size_ = (size_ + sizeof value - 1) / sizeof value * sizeof value;
    std::memcpy(bytes_ + size_, &value, sizeof value);
    size_ += sizeof value;
  }
  alignas(16) char bytes_[256] = {};
  size_t size_ = 0;
};

template <class... Values> void line(anychip_thread *t, int expected_count, const char *format, Values... values) {
  CHECK(anychip_vprintf(t, format, Packed(values...).data()) == expected_count);
  anychip_vprintf(t, "\n", nullptr);
}

void formats(anychip_thread *t) {
  line(t, 0, "plain 100%%");
  line(t, 3, "%d %i %u", -5, INT_MIN, 4000000000u);
  line(t, 2, "%lld|%llu", LLONG_MIN, ULLONG_MAX);
  line(t, 3, "%ld %lu %zu", -7L, 7UL, size_t(8));
  line(t, 2, "%hd %hhu", 70000, 300);
  line(t, 4, "[%5d][%-5d][%05d][%+d]", 42, 42, 42, 42);
  line(t, 4, "[%*d][%-*d]", 6, 1, 3, 2);
}

void more_formats(anychip_thread *t) {
  line(t, 3, "%x %#X %o", 255u, 255u, 8u);
  line(t, 3, "%f %.2f %8.3f", 1.5, 2.345, -3.14159);
  line(t, 3, "%e %G %g", 12345.678, 1e-10, 0.0001);
  line(t, 3, "%a %.*f", 1.0, 3, 2.0);
  line(t, 3, "%f %f %F", HUGE_VAL, -HUGE_VAL, HUGE_VAL);
  line(t, 3, "%c%c%3c|", int('a'), int('b'), int('c'));
  line(t, 3, "%s|%6s|%-6s|", "one", "two", "three");
  line(t, 1, "%.3s|", "abcdef");
  line(t, 1, "%s", static_cast<const char *>(nullptr));
  line(t, 1, "%p", reinterpret_cast<const void *>(0xabcdef));
  line(t, 5, "%d %f %d %lld %d", 1, 2.0, 3, 4LL, 5); // gaps of alignment
  line(t, 0, "%y and %");
  CHECK(anychip_vprintf(t, nullptr, nullptr) == -1);
}

void test_formats() {
  CHECK(launch(make_kernel("k", formats, nullptr), {{1}, {1}}, nullptr).error == 0);
  CHECK(launch(make_kernel("k", more_formats, nullptr), {{1}, {1}}, nullptr).error == 0);
  std::puts("before the flush");
  anychip::flush_device_output();
  std::puts("after the flush");
}

void numbers(anychip_thread *t) {
  for_each_thread(t, [&] {
    const Packed arguments(global_index(t));
    anychip_vprintf(t, "%05u\n", arguments.data());
  });
}

// Room for ten records of six bytes: the last ten stay.
void test_limit() {
  CHECK(anychip::device_output_limit() == 1048576);
  anychip::set_device_output_limit(60);
  CHECK(launch(make_kernel("k", numbers, nullptr), {{1}, {100}}, nullptr).error == 0);
  anychip::flush_device_output();
}

// What nobody flushes is written when the process ends. No line is torn by other threads.
void test_many_threads() {
  std::vector<std::thread> hosts;
  for (int i = 0; i < 3; ++i)
    hosts.emplace_back([] { CHECK(launch(make_kernel("k", numbers, nullptr), {{50}, {40}}, nullptr).error == 0); });
  for (std::thread &host : hosts) host.join();
}

constexpr Case cases[] = {{"formats", test_formats}, {"limit", test_limit}, {"many_threads", test_many_threads}};

} // namespace

int main(int argc, char **argv) { return run_case(cases, argc, argv); }
