#include "anychip/line_table.h"
#include "anychip/dwarf_line.h"
#include "anychip/object_file.h"

namespace anychip {

std::optional<SourceLine> find_source_line(uintptr_t pc) {
  const auto object = find_loaded_object(pc);
  if (!object) return {};
  const ObjectFile file(object->path);
  const DwarfSections sections{file.section(".debug_line"), file.section(".debug_line_str"),
                               file.section(".debug_str")};
  return find_dwarf_line(sections, pc - object->bias);
}

bool in_same_object(uintptr_t first, uintptr_t second) {
  const auto a = find_loaded_object(first), b = find_loaded_object(second);
  return a && b && a->bias == b->bias && a->path == b->path;
}

} // namespace anychip
