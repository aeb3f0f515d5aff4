// From an instruction's address to its source line, by the DWARF tables of the file it was loaded from.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace anychip {

struct SourceLine {
  std::string file;
  uint32_t line = 0;
};

// Nothing if the object has no (uncompressed) line table or does not know the address. Reads files: for faults only.
std::optional<SourceLine> find_source_line(uintptr_t pc);
// Whether both addresses lie in the same loaded object.
bool in_same_object(uintptr_t first, uintptr_t second);

} // namespace anychip
