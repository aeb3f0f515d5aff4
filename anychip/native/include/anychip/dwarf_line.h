// Reader of .debug_line (DWARF 2 to 5, sections 6.2 of the standards).
#pragma once
#include "anychip/line_table.h"
#include <string_view>

namespace anychip {

struct DwarfSections {
  std::string_view line;     // .debug_line
  std::string_view line_str; // .debug_line_str
  std::string_view str;      // .debug_str
};

// `address` as in the file, before relocation by the loader. Damaged tables give nothing.
std::optional<SourceLine> find_dwarf_line(const DwarfSections &sections, uint64_t address);

} // namespace anychip
