#include "anychip/dwarf_line.h"
#include <cstring>
#include <vector>

namespace anychip {
namespace {

// Bounds-checked cursor. Once anything is out of bounds, `ok` is false and all reads give zero.
class Reader {
public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  bool ok = true;

  bool at_end() const { return !ok || position_ >= bytes_.size(); }
  size_t position() const { return position_; }
  void seek(size_t position) { position <= bytes_.size() ? void(position_ = position) : void(ok = false); }
  std::string_view take(uint64_t count) {
    if (!ok || count > bytes_.size() - position_) return ok = false, std::string_view{};
    position_ += count;
    return bytes_.substr(position_ - count, count);
  }
  template <class Integer> Integer fixed() {
    Integer value = 0;
    const std::string_view bytes = take(sizeof value);
    if (ok) std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
  uint8_t u8() { return fixed<uint8_t>(); }
  uint64_t offset(bool is_64) { return is_64 ? fixed<uint64_t>() : fixed<uint32_t>(); }
  uint64_t uleb() {
    uint64_t value = 0;
    for (uint32_t shift = 0; ok; shift += 7) {
      const uint8_t byte = u8();
      if (shift < 64) value |= uint64_t(byte & 0x7f) << shift;
      if (!(byte & 0x80)) break;
    }
    return value;
  }
  int64_t sleb() {
    uint64_t value = 0;
    uint32_t shift = 0;
    uint8_t byte = 0x80;
    while (ok && (byte & 0x80)) {
      byte = u8();
      if (shift < 64) value |= uint64_t(byte & 0x7f) << shift;
      shift += 7;
    }
    if (shift < 64 && (byte & 0x40)) value |= ~uint64_t(0) << shift;
    return int64_t(value);
  }
  std::string_view text() {
    const size_t end = bytes_.find('\0', position_);
    if (!ok || end == std::string_view::npos) return ok = false, std::string_view{};
    const std::string_view found = bytes_.substr(position_, end - position_);
    position_ = end + 1;
    return found;
  }

private:
  std::string_view bytes_;
  size_t position_ = 0;
};

std::string_view text_at(std::string_view section, uint64_t offset) {
  Reader reader(section);
  reader.seek(offset);
  return reader.text();
}

struct FileName {
  std::string_view name;
  uint64_t directory = 0;
};

struct Format {
  uint64_t content, form;
};

// One line-number program with its header.
class Unit {
public:
  Unit(const DwarfSections &sections, Reader reader, bool is_64)
      : sections_(sections), reader_(reader), is_64_(is_64) {}
  std::optional<SourceLine> find(uint64_t address);

private:
  bool read_header();
  void read_old_tables();
  std::vector<FileName> read_table();
  uint64_t read_form(uint64_t form, std::string_view &text);
  std::string file_text(uint64_t index) const;

  struct Row {
    uint64_t address = 0, file = 1;
    uint32_t line = 1;
  };
  // Each returns true if the row was emitted, in which case `row` is it.
  bool step(Row &row, bool &ends);
  bool special(Row &row, uint8_t opcode);
  bool standard(Row &row, uint8_t opcode);
  bool extended(Row &row, bool &ends);

  const DwarfSections &sections_;
  Reader reader_;
  bool is_64_;
  uint16_t version_ = 0;
  uint8_t minimum_length_ = 1, line_range_ = 1, opcode_base_ = 1;
  int8_t line_base_ = 0;
  std::string_view operand_counts_;
  std::vector<FileName> directories_, files_;
};

uint64_t Unit::read_form(uint64_t form, std::string_view &text) {
  switch (form) {
  case 0x08: text = reader_.text(); return 0;                                           // string
  case 0x1f: text = text_at(sections_.line_str, reader_.offset(is_64_)); return 0;      // line_strp
  case 0x0e: text = text_at(sections_.str, reader_.offset(is_64_)); return 0;           // strp
  case 0x0f: return reader_.uleb();                                                     // udata
  case 0x0b: return reader_.u8();                                                       // data1
  case 0x05: return reader_.fixed<uint16_t>();                                          // data2
  case 0x06: return reader_.fixed<uint32_t>();                                          // data4
  case 0x07: return reader_.fixed<uint64_t>();                                          // data8
  case 0x1e: reader_.take(16); return 0;                                                // data16
  case 0x09: reader_.take(reader_.uleb()); return 0;                                    // block
  default: reader_.ok = false; return 0;
  }
}

// DWARF 5: a list of (content, form), then the entries.
std::vector<FileName> Unit::read_table() {
  std::vector<Format> formats(reader_.u8());
  for (Format &format : formats) format = {reader_.uleb(), reader_.uleb()};
  const uint64_t count = reader_.uleb();
  std::vector<FileName> entries;
  for (uint64_t i = 0; i < count && reader_.ok && !formats.empty(); ++i) {
    FileName entry;
    for (const Format format : formats) {
      std::string_view text;
      const uint64_t value = read_form(format.form, text);
      if (format.content == 1) entry.name = text; // DW_LNCT_path
      if (format.content == 2) entry.directory = value;
    }
    entries.push_back(entry);
  }
  return entries;
}

// DWARF 2 to 4: both lists start at index 1; directory 0, the compilation's, is told elsewhere.
void Unit::read_old_tables() {
  directories_.emplace_back();
  for (std::string_view name = reader_.text(); !name.empty(); name = reader_.text()) directories_.push_back({name, 0});
  files_.emplace_back();
  for (std::string_view name = reader_.text(); !name.empty(); name = reader_.text()) {
    files_.push_back({name, reader_.uleb()});
    reader_.uleb(); // time
    reader_.uleb(); // length
  }
}

bool Unit::read_header() {
  version_ = reader_.fixed<uint16_t>();
  if (version_ < 2 || version_ > 5) return false;
  if (version_ == 5) reader_.take(2); // sizes of addresses and segment selectors
  const uint64_t header_length = reader_.offset(is_64_);
  const size_t program = reader_.position() + header_length;
  minimum_length_ = reader_.u8();
  if (version_ >= 4) reader_.u8(); // operations per VLIW instruction
  reader_.u8();                    // default of is_stmt
  line_base_ = reader_.fixed<int8_t>();
  line_range_ = reader_.u8();
  opcode_base_ = reader_.u8();
  if (line_range_ == 0 || opcode_base_ == 0) return false;
  operand_counts_ = reader_.take(opcode_base_ - 1u);
  if (version_ == 5) {
    directories_ = read_table();
    files_ = read_table();
  } else {
    read_old_tables();
  }
  reader_.seek(program);
  return reader_.ok;
}

std::string Unit::file_text(uint64_t index) const {
  if (index >= files_.size()) return {};
  const FileName &file = files_[index];
  const std::string_view first = file.name.substr(0, 1); // "<": text that is in no folder
  const bool plain = file.directory >= directories_.size() || first == "/" || first == "<";
  if (plain || directories_[file.directory].name.empty()) return std::string(file.name);
  return std::string(directories_[file.directory].name) + "/" + std::string(file.name);
}

bool Unit::special(Row &row, uint8_t opcode) {
  const uint32_t adjusted = uint32_t(opcode - opcode_base_);
  row.address += uint64_t(adjusted / line_range_) * minimum_length_;
  row.line += uint32_t(line_base_ + int32_t(adjusted % line_range_));
  return true;
}

bool Unit::extended(Row &row, bool &ends) {
  const uint64_t length = reader_.uleb();
  const size_t next = reader_.position() + length;
  const uint8_t opcode = length ? reader_.u8() : 0;
  if (opcode == 1) ends = true;                                       // end_sequence
  if (opcode == 2 && length == 9) row.address = reader_.fixed<uint64_t>(); // set_address
  reader_.seek(next);
  return ends;
}

bool Unit::standard(Row &row, uint8_t opcode) {
  switch (opcode) {
  case 1: return true;                                                              // copy
  case 2: row.address += reader_.uleb() * minimum_length_; return false;            // advance_pc
  case 3: row.line += uint32_t(reader_.sleb()); return false;                       // advance_line
  case 4: row.file = reader_.uleb(); return false;                                  // set_file
  case 8: row.address += uint64_t((255u - opcode_base_) / line_range_) * minimum_length_; return false; // const_add_pc
  case 9: row.address += reader_.fixed<uint16_t>(); return false;                   // fixed_advance_pc
  default:
    for (int i = 0; i < operand_counts_[opcode - 1u]; ++i) reader_.uleb();
    return false;
  }
}

bool Unit::step(Row &row, bool &ends) {
  const uint8_t opcode = reader_.u8();
  if (opcode >= opcode_base_) return special(row, opcode);
  return opcode == 0 ? extended(row, ends) : standard(row, opcode);
}

// Line 0 marks instructions of the compiler's own: the last line before them stands for them.
std::optional<SourceLine> Unit::find(uint64_t address) {
  if (!read_header()) return {};
  Row row, previous;
  bool have_previous = false;
  while (!reader_.at_end()) {
    bool ends = false;
    if (!step(row, ends)) continue;
    const bool inside = have_previous && previous.address != 0 && previous.address <= address && address < row.address;
    if (inside && previous.line != 0) return SourceLine{file_text(previous.file), previous.line};
    const uint32_t line = row.line == 0 && have_previous ? previous.line : row.line;
    const uint64_t file = row.line == 0 && have_previous ? previous.file : row.file;
    previous = {row.address, file, line};
    have_previous = !ends;
    if (ends) row = Row{};
  }
  return {};
}

} // namespace

std::optional<SourceLine> find_dwarf_line(const DwarfSections &sections, uint64_t address) {
  Reader reader(sections.line);
  while (!reader.at_end()) {
    uint64_t length = reader.fixed<uint32_t>();
    const bool is_64 = length == 0xffffffff;
    if (is_64) length = reader.fixed<uint64_t>();
    const std::string_view body = reader.take(length);
    if (!reader.ok) return {};
    if (auto found = Unit(sections, Reader(body), is_64).find(address)) return found;
  }
  return {};
}

} // namespace anychip
