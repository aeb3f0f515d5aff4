#include <utility>
#include "anychip/device_printf.h"
#include <utility>
#include "anychip/executor.h"
#include "anychip/worker.h"
#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <string_view>
#include <utility>

namespace anychip {
namespace {

// --- one conversion ---

constexpr size_t longest_specification = 64;
constexpr int largest_width = 65536; // keeps a damaged argument from filling the memory

class ArgumentReader {
public:
  explicit ArgumentReader(const char *arguments) : arguments_(arguments) {}
  int count = 0;
  template <class Value> Value next() {
    offset_ = (offset_ + sizeof(Value) - 1) / sizeof(Value) * sizeof(Value);
    Value value;
    std::memcpy(&value, arguments_ + offset_, sizeof value);
    offset_ += sizeof value;
    ++count;
    return value;
  }

private:
  const char *arguments_;
  size_t offset_ = 0;
};

enum class Length : uint8_t { none, hh, h, l, ll };

struct Conversion {
  std::string_view flags;
  bool has_width = false, has_precision = false;
  int width = 0, precision = 0;
  Length length = Length::none;
  char letter = 0; // 0: not a conversion
};

int read_number(const char *&at, ArgumentReader &arguments) {
  if (*at == '*') {
    ++at;
    return arguments.next<int>();
  }
  int value = 0;
  for (; *at >= '0' && *at <= '9'; ++at)
    if (value < largest_width) value = value * 10 + (*at - '0');
  return value;
}

Length read_length(const char *&at) {
  struct Modifier {
    std::string_view text;
    Length length;
  };
  constexpr Modifier modifiers[] = {{"hh", Length::hh}, {"h", Length::h}, {"ll", Length::ll}, {"l", Length::l},
                                    {"z", Length::l},   {"j", Length::l}, {"t", Length::l},   {"L", Length::none}};
  for (const Modifier &modifier : modifiers) {
    if (std::strncmp(at, modifier.text.data(), modifier.text.size()) != 0) continue;
    at += modifier.text.size();
    return modifier.length;
  }
  return Length::none;
}

// `at` points behind the %; it is moved behind the conversion.
Conversion read_conversion(const char *&at, ArgumentReader &arguments) {
  Conversion conversion;
  const char *flags = at;
  at += std::strspn(at, "-+ #0");
  conversion.flags = {flags, size_t(at - flags)};
  conversion.has_width = *at == '*' || (*at >= '1' && *at <= '9');
  if (conversion.has_width) conversion.width = read_number(at, arguments);
  conversion.has_precision = *at == '.';
  if (conversion.has_precision) conversion.precision = read_number(++at, arguments);
  if (conversion.precision < 0) conversion.has_precision = false; // as C: taken as not given
  conversion.length = read_length(at);
  if (*at != '\0' && std::strchr("diouxXpcsaAeEfFgG%", *at)) conversion.letter = *at++;
  return conversion;
}

int clamp_width(int width) { return std::clamp(width, -largest_width, largest_width); }

// "%<flags>*.*<modifier><letter>" for the C library, which does the digits.
template <class Value>
void append_number(std::string &out, const Conversion &conversion, const char *modifier, Value value) {
  char specification[longest_specification];
  std::string_view flags = conversion.flags.substr(0, 16);
  std::snprintf(specification, sizeof specification, "%%%.*s*%s%s%c", int(flags.size()), flags.data(),
                conversion.has_precision ? ".*" : "", modifier, conversion.letter);
  const int width = clamp_width(conversion.width), precision = clamp_width(conversion.precision);
  const auto print = [&](char *to, size_t room) {
    return conversion.has_precision ? std::snprintf(to, room, specification, width, precision, value)
                                    : std::snprintf(to, room, specification, width, value);
  };
  char small[128];
  const int size = print(small, sizeof small);
  if (size < 0) return;
  if (size_t(size) < sizeof small) return void(out.append(small, size_t(size)));
  const size_t before = out.size();
  out.resize(before + size_t(size) + 1);
  print(out.data() + before, size_t(size) + 1);
  out.resize(before + size_t(size));
}

void append_padded(std::string &out, const Conversion &conversion, std::string_view text) {
  int width = clamp_width(conversion.width);
  const bool left = width < 0 || conversion.flags.find('-') != std::string_view::npos;
  width = std::abs(width);
  const size_t padding = size_t(width) > text.size() ? size_t(width) - text.size() : 0;
  if (!left) out.append(padding, ' ');
  out.append(text);
  if (left) out.append(padding, ' ');
}

void append_text(std::string &out, const Conversion &conversion, const char *text) {
  if (!text) text = "(null)";
  const size_t limit = conversion.has_precision ? size_t(conversion.precision) : SIZE_MAX;
  append_padded(out, conversion, {text, strnlen(text, limit)});
}

void append_signed(std::string &out, const Conversion &conversion, ArgumentReader &arguments) {
  switch (conversion.length) {
  case Length::l:
  case Length::ll: return append_number(out, conversion, "ll", arguments.next<long long>());
  case Length::hh: return append_number(out, conversion, "", int(static_cast<signed char>(arguments.next<int>())));
  case Length::h: return append_number(out, conversion, "", int(short(arguments.next<int>())));
  case Length::none: return append_number(out, conversion, "", arguments.next<int>());
  }
}

void append_unsigned(std::string &out, const Conversion &conversion, ArgumentReader &arguments) {
  if (conversion.length == Length::l || conversion.length == Length::ll)
    return append_number(out, conversion, "ll", arguments.next<unsigned long long>());
  const auto value = arguments.next<unsigned>();
  const unsigned kept = conversion.length == Length::hh ? 0xffu : conversion.length == Length::h ? 0xffffu : ~0u;
  append_number(out, conversion, "", value & kept);
}

void append_conversion(std::string &out, const Conversion &conversion, ArgumentReader &arguments) {
  switch (conversion.letter) {
  case '%': return out.push_back('%');
  case 'd':
  case 'i': return append_signed(out, conversion, arguments);
  case 'o':
  case 'u':
  case 'x':
  case 'X': return append_unsigned(out, conversion, arguments);
  case 'c': {
    const char character = char(arguments.next<int>());
    return append_padded(out, conversion, {&character, 1});
  }
  case 's': return append_text(out, conversion, arguments.next<const char *>());
  case 'p': return append_number(out, conversion, "", arguments.next<const void *>());
  default: return append_number(out, conversion, "", arguments.next<double>());
  }
}

// --- the buffer ---

// Pending output of all launches, in the order of the calls. When it is full the oldest records make room, as the
// Programming Guide says of its circular buffer.
class OutputBuffer {
public:
  void append(std::string_view text);
  void flush();
  std::atomic<size_t> limit{size_t(1) << 20};

private:
  std::mutex mutex_;
  std::mutex writing_; // keeps flushes in order
  std::deque<std::string> records_;
  std::atomic<bool> pending_{false};
  size_t bytes_ = 0;
  uint64_t lost_ = 0;
};

OutputBuffer &output_buffer() {
  static auto *buffer = new OutputBuffer; // kernels may print until the process ends
  static const bool registered = std::atexit(flush_device_output) == 0;
  (void)registered;
  return *buffer;
}

void OutputBuffer::append(std::string_view text) {
  const std::lock_guard lock(mutex_);
  records_.emplace_back(text);
  pending_.store(true, std::memory_order_release);
  bytes_ += text.size();
  while (bytes_ > limit.load(std::memory_order_relaxed)) {
    bytes_ -= records_.front().size();
    records_.pop_front();
    ++lost_;
  }
}

void OutputBuffer::flush() {
  if (!pending_.load(std::memory_order_acquire)) return; // every synchronisation comes here
  const std::lock_guard order(writing_);
  std::deque<std::string> records;
  uint64_t lost;
  {
    const std::lock_guard lock(mutex_);
    records.swap(records_);
    bytes_ = 0;
    lost = std::exchange(lost_, 0);
  }
  for (const std::string &record : records) std::fwrite(record.data(), 1, record.size(), stdout);
  {
    const std::lock_guard lock(mutex_); // only now: who finds nothing pending must find it written
    pending_.store(!records_.empty(), std::memory_order_release);
  }
  if (lost == 0) return;
  std::fprintf(stderr,
               "anychip: the device printf buffer (%zu bytes, cudaLimitPrintfFifoSize) was full: "
               "the first %llu outputs are lost\n",
               limit.load(), static_cast<unsigned long long>(lost));
}

// Touches every byte that formatting will read, so that a wild pointer faults here and not inside the C library.
void probe(const char *text, size_t limit) {
  const volatile char *at = text;
  for (size_t i = 0; i < limit && at[i] != '\0'; ++i) {}
}

} // namespace

int format_device_text(std::string &out, const char *format, const char *packed) {
  ArgumentReader arguments(packed);
  for (const char *at = format; *at != '\0';) {
    const size_t literal = std::strcspn(at, "%");
    out.append(at, literal);
    at += literal;
    if (*at == '\0') break;
    const char *start = at++;
    const Conversion conversion = read_conversion(at, arguments);
    if (conversion.letter != 0) append_conversion(out, conversion, arguments);
    else out.append(start, size_t(at - start)); // not a conversion of C: as it stands
  }
  return arguments.count;
}

// The same walk without output: reads format, arguments and strings where a fault does no harm.
static void probe_device_text(const char *format, const char *packed) {
  probe(format, SIZE_MAX);
  ArgumentReader arguments(packed);
  for (const char *at = format; (at = std::strchr(at, '%')) != nullptr;) {
    const Conversion conversion = read_conversion(++at, arguments);
    const char letter = conversion.letter;
    const bool wide = conversion.length == Length::l || conversion.length == Length::ll;
    if (letter == 0 || letter == '%') continue;
    if (letter == 's') {
      const char *text = arguments.next<const char *>();
      if (text) probe(text, conversion.has_precision ? size_t(conversion.precision) : SIZE_MAX);
    } else if (letter == 'c' || (std::strchr("diouxX", letter) && !wide)) {
      arguments.next<int>();
    } else {
      arguments.next<uint64_t>();
    }
  }
}

void flush_device_output() { output_buffer().flush(); }
void set_device_output_limit(size_t bytes) { output_buffer().limit.store(bytes); }
size_t device_output_limit() { return output_buffer().limit.load(); }

} // namespace anychip

extern "C" int32_t anychip_vprintf(anychip_thread *, const char *format, const void *arguments) {
  using namespace anychip;
  if (!format) return -1;
  const char *packed = static_cast<const char *>(arguments);
  probe_device_text(format, packed);
  Worker &worker = Worker::current();
  worker.begin_service();
  worker.print_text.clear();
  const int32_t count = format_device_text(worker.print_text, format, packed);
  if (!worker.replays) output_buffer().append(worker.print_text);
  worker.end_service();
  return count;
}
