/* NVTX for C++: ranges that end with their scope, marks, domains, categories, colours. No profiler reads them here, so
 * the objects are empty and cost nothing.
 */
#ifndef ANYCHIP_NVTX3_HPP
#define ANYCHIP_NVTX3_HPP

#include <cstdint>
#include <string>
#include <type_traits>

#include "nvToolsExt.h"

#define NVTX3_CPP_DEFINITIONS_V1_0
#define NVTX3_CONSTEXPR_IF_CPP14 constexpr

namespace nvtx3 {
inline namespace v1 {

/* A domain is a type with a member `name`; global is the one without. */
class domain {
public:
  struct global {
    static constexpr char const *name = "";
  };
  template <class D = global>
  static domain const &get() noexcept {
    static const domain instance;
    return instance;
  }
  operator nvtxDomainHandle_t() const noexcept { return nullptr; }
};

struct rgb {
  using component_type = std::uint8_t;
  constexpr rgb(component_type red, component_type green, component_type blue) noexcept
      : red(red), green(green), blue(blue) {}
  component_type red, green, blue;
};

struct argb {
  using component_type = std::uint8_t;
  constexpr argb(component_type alpha, component_type red, component_type green, component_type blue) noexcept
      : alpha(alpha), red(red), green(green), blue(blue) {}
  component_type alpha, red, green, blue;
};

class color {
public:
  using value_type = std::uint32_t;
  constexpr explicit color(value_type hex) noexcept : value_(hex) {}
  constexpr color(argb c) noexcept
      : value_(value_type(c.alpha) << 24 | value_type(c.red) << 16 | value_type(c.green) << 8 | c.blue) {}
  constexpr color(rgb c) noexcept : color(argb(0xff, c.red, c.green, c.blue)) {}
  constexpr value_type get_value() const noexcept { return value_; }
  constexpr nvtxColorType_t get_type() const noexcept { return NVTX_COLOR_ARGB; }

private:
  value_type value_;
};

class category {
public:
  using id_type = std::uint32_t;
  constexpr explicit category(id_type id) noexcept : id_(id) {}
  constexpr id_type get_id() const noexcept { return id_; }

private:
  id_type id_;
};

/* C declares a member `name`, and `id`. */
template <class D = domain::global>
class named_category_in : public category {
public:
  template <class C>
  static named_category_in const &get() noexcept {
    static const named_category_in instance(C::id, C::name);
    return instance;
  }
  named_category_in(id_type id, char const *) noexcept : category(id) {}
  named_category_in(id_type id, wchar_t const *) noexcept : category(id) {}
};
using named_category = named_category_in<domain::global>;

template <class D = domain::global>
class registered_string_in {
public:
  template <class M>
  static registered_string_in const &get() noexcept {
    static const registered_string_in instance(M::message);
    return instance;
  }
  explicit registered_string_in(char const *) noexcept {}
  explicit registered_string_in(std::string const &) noexcept {}
  explicit registered_string_in(wchar_t const *) noexcept {}
  explicit registered_string_in(std::wstring const &) noexcept {}
  nvtxStringHandle_t get_handle() const noexcept { return nullptr; }
};
using registered_string = registered_string_in<domain::global>;

class message {
public:
  using value_type = nvtxMessageValue_t;
  constexpr message(char const *text) noexcept : type_(NVTX_MESSAGE_TYPE_ASCII), value_{text} {}
  message(std::string const &text) noexcept : message(text.c_str()) {}
  message(std::string &&) = delete; /* it would be gone before the message */
  message(wchar_t const *text) noexcept : type_(NVTX_MESSAGE_TYPE_UNICODE) { value_.unicode = text; }
  message(std::wstring const &text) noexcept : message(text.c_str()) {}
  message(std::wstring &&) = delete;
  template <class D>
  message(registered_string_in<D> const &text) noexcept : type_(NVTX_MESSAGE_TYPE_REGISTERED) {
    value_.registered = text.get_handle();
  }
  constexpr nvtxMessageType_t get_type() const noexcept { return type_; }
  constexpr value_type get_value() const noexcept { return value_; }

private:
  nvtxMessageType_t type_;
  value_type value_{};
};

class payload {
public:
  using value_type = decltype(nvtxEventAttributes_t::payload);
  explicit payload(std::int64_t value) noexcept : type_(NVTX_PAYLOAD_TYPE_INT64) { value_.llValue = value; }
  explicit payload(std::int32_t value) noexcept : type_(NVTX_PAYLOAD_TYPE_INT32) { value_.iValue = value; }
  explicit payload(std::uint64_t value) noexcept : type_(NVTX_PAYLOAD_TYPE_UNSIGNED_INT64) { value_.ullValue = value; }
  explicit payload(std::uint32_t value) noexcept : type_(NVTX_PAYLOAD_TYPE_UNSIGNED_INT32) { value_.uiValue = value; }
  explicit payload(float value) noexcept : type_(NVTX_PAYLOAD_TYPE_FLOAT) { value_.fValue = value; }
  explicit payload(double value) noexcept : type_(NVTX_PAYLOAD_TYPE_DOUBLE) { value_.dValue = value; }
  nvtxPayloadType_t get_type() const noexcept { return type_; }
  value_type get_value() const noexcept { return value_; }

private:
  nvtxPayloadType_t type_;
  value_type value_{};
};

/* Any of the above, each at most once, in any order. */
class event_attributes {
public:
  using value_type = nvtxEventAttributes_t;
  event_attributes() noexcept : attributes_{} {
    attributes_.version = NVTX_VERSION;
    attributes_.size = NVTX_EVENT_ATTRIB_STRUCT_SIZE;
  }
  template <class First, class... Rest,
            class = typename std::enable_if<!std::is_same<typename std::decay<First>::type, event_attributes>::value>::type>
  explicit event_attributes(First const &first, Rest const &...rest) noexcept : event_attributes(rest...) {
    set(first);
  }
  value_type const *get() const noexcept { return &attributes_; }

private:
  void set(category const &value) noexcept { attributes_.category = value.get_id(); }
  void set(color const &value) noexcept {
    attributes_.colorType = value.get_type();
    attributes_.color = value.get_value();
  }
  void set(rgb const &value) noexcept { set(color(value)); }
  void set(argb const &value) noexcept { set(color(value)); }
  void set(payload const &value) noexcept {
    attributes_.payloadType = value.get_type();
    attributes_.payload = value.get_value();
  }
  void set(message const &value) noexcept {
    attributes_.messageType = value.get_type();
    attributes_.message = value.get_value();
  }
  value_type attributes_;
};

/* A range of the calling thread, from construction to destruction. */
template <class D = domain::global>
class scoped_range_in {
public:
  scoped_range_in() noexcept {}
  explicit scoped_range_in(event_attributes const &) noexcept {}
  template <class First, class... Rest,
            class = typename std::enable_if<!std::is_same<typename std::decay<First>::type, event_attributes>::value>::type>
  explicit scoped_range_in(First const &first, Rest const &...rest) noexcept
      : scoped_range_in(event_attributes(first, rest...)) {}
  ~scoped_range_in() noexcept {}
  scoped_range_in(scoped_range_in const &) = delete;
  scoped_range_in &operator=(scoped_range_in const &) = delete;
  scoped_range_in(scoped_range_in &&) = delete;
  scoped_range_in &operator=(scoped_range_in &&) = delete;
  static void *operator new(std::size_t) = delete;
};
using scoped_range = scoped_range_in<domain::global>;

template <class D = domain::global>
using scoped_thread_range_in = scoped_range_in<D>;
using scoped_thread_range = scoped_range;

struct range_handle {
  using value_type = nvtxRangeId_t;
  constexpr explicit range_handle(value_type id) noexcept : id(id) {}
  constexpr range_handle() noexcept : id(0) {}
  constexpr explicit operator bool() const noexcept { return id != 0; }
  constexpr value_type get_value() const noexcept { return id; }
  value_type id;
};
constexpr bool operator==(range_handle a, range_handle b) noexcept { return a.id == b.id; }
constexpr bool operator!=(range_handle a, range_handle b) noexcept { return a.id != b.id; }

template <class D = domain::global, class... Arguments>
range_handle start_range_in(Arguments const &...arguments) noexcept {
  (void)event_attributes(arguments...);
  return range_handle();
}
template <class... Arguments>
range_handle start_range(Arguments const &...arguments) noexcept {
  return start_range_in<domain::global>(arguments...);
}
template <class D = domain::global>
void end_range_in(range_handle) noexcept {}
inline void end_range(range_handle) noexcept {}

/* A range of the process, which may end in another thread than it began in. */
template <class D = domain::global>
class unique_range_in {
public:
  unique_range_in() noexcept {}
  template <class First, class... Rest,
            class = typename std::enable_if<!std::is_same<typename std::decay<First>::type, unique_range_in>::value>::type>
  explicit unique_range_in(First const &first, Rest const &...rest) noexcept {
    (void)start_range_in<D>(first, rest...);
  }
  unique_range_in(unique_range_in &&) noexcept = default;
  unique_range_in &operator=(unique_range_in &&) noexcept = default;
  unique_range_in(unique_range_in const &) = delete;
  unique_range_in &operator=(unique_range_in const &) = delete;
  ~unique_range_in() noexcept {}
};
using unique_range = unique_range_in<domain::global>;

template <class D = domain::global, class... Arguments>
void mark_in(Arguments const &...arguments) noexcept {
  (void)event_attributes(arguments...);
}
template <class... Arguments>
void mark(Arguments const &...arguments) noexcept {
  mark_in<domain::global>(arguments...);
}

}  // namespace v1
}  // namespace nvtx3

#define NVTX3_V1_FUNC_RANGE_IN(D) ::nvtx3::v1::scoped_range_in<D> const nvtx3_range__{__func__};
#define NVTX3_V1_FUNC_RANGE_IF_IN(D, condition)                \
  ::nvtx3::v1::scoped_range_in<D> const nvtx3_range__{__func__}; \
  (void)(condition);
#define NVTX3_FUNC_RANGE_IN(D) NVTX3_V1_FUNC_RANGE_IN(D)
#define NVTX3_FUNC_RANGE() NVTX3_V1_FUNC_RANGE_IN(::nvtx3::v1::domain::global)
#define NVTX3_FUNC_RANGE_IF_IN(D, condition) NVTX3_V1_FUNC_RANGE_IF_IN(D, condition)
#define NVTX3_FUNC_RANGE_IF(condition) NVTX3_V1_FUNC_RANGE_IF_IN(::nvtx3::v1::domain::global, condition)

#endif
