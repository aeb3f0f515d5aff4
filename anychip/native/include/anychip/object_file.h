// The ELF file behind a piece of loaded code.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace anychip {

struct LoadedObject {
  std::string path;
  uintptr_t bias = 0; // loaded address minus address in the file
};

std::optional<LoadedObject> find_loaded_object(uintptr_t pc);

// A mapped ELF-64 file of this machine's byte order.
class ObjectFile {
public:
  explicit ObjectFile(const std::string &path);
  ~ObjectFile();
  ObjectFile(const ObjectFile &) = delete;
  ObjectFile &operator=(const ObjectFile &) = delete;
  // Empty if there is none, or it is compressed or damaged.
  std::string_view section(std::string_view name) const;

private:
  const char *data_ = nullptr;
  size_t size_ = 0;
};

} // namespace anychip
