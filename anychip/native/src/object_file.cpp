#include "anychip/object_file.h"
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace anychip {
namespace {

struct Search {
  uintptr_t pc;
  std::optional<LoadedObject> found;
};

bool has_code_at(const dl_phdr_info &object, uintptr_t pc) {
  for (int i = 0; i < object.dlpi_phnum; ++i) {
    const auto &segment = object.dlpi_phdr[i];
    const uintptr_t begin = object.dlpi_addr + segment.p_vaddr;
    const bool is_code = segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0;
    if (is_code && pc >= begin && pc - begin < segment.p_memsz) return true;
  }
  return false;
}

int visit(dl_phdr_info *object, size_t, void *argument) {
  auto &search = *static_cast<Search *>(argument);
  if (!has_code_at(*object, search.pc)) return 0;
  const bool is_program = !object->dlpi_name || object->dlpi_name[0] == '\0';
  search.found = LoadedObject{is_program ? "/proc/self/exe" : object->dlpi_name, object->dlpi_addr};
  return 1;
}

} // namespace

std::optional<LoadedObject> find_loaded_object(uintptr_t pc) {
  Search search{pc, {}};
  dl_iterate_phdr(visit, &search);
  return search.found;
}

ObjectFile::ObjectFile(const std::string &path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  struct stat status {};
  if (fstat(descriptor, &status) == 0 && size_t(status.st_size) >= sizeof(Elf64_Ehdr)) {
    void *mapped = mmap(nullptr, size_t(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (mapped != MAP_FAILED) data_ = static_cast<const char *>(mapped), size_ = size_t(status.st_size);
  }
  close(descriptor);
}

ObjectFile::~ObjectFile() {
  if (data_) munmap(const_cast<char *>(data_), size_);
}

std::string_view ObjectFile::section(std::string_view name) const {
  if (!data_ || std::memcmp(data_, ELFMAG, SELFMAG) != 0 || data_[EI_CLASS] != ELFCLASS64) return {};
  const auto &header = *reinterpret_cast<const Elf64_Ehdr *>(data_);
  const uint64_t table_end = header.e_shoff + uint64_t(header.e_shnum) * sizeof(Elf64_Shdr);
  if (header.e_shentsize != sizeof(Elf64_Shdr) || table_end > size_ || table_end < header.e_shoff) return {};
  if (header.e_shstrndx >= header.e_shnum) return {};
  const auto *sections = reinterpret_cast<const Elf64_Shdr *>(data_ + header.e_shoff);
  const auto contents = [&](const Elf64_Shdr &section) -> std::string_view {
    if (section.sh_offset > size_ || section.sh_size > size_ - section.sh_offset) return {};
    return {data_ + section.sh_offset, section.sh_size};
  };
  const std::string_view names = contents(sections[header.e_shstrndx]);
  for (uint32_t i = 0; i < header.e_shnum; ++i) {
    const Elf64_Shdr &section = sections[i];
    if (section.sh_name >= names.size() || section.sh_type == SHT_NOBITS) continue;
    const std::string_view rest = names.substr(section.sh_name);
    if (rest.substr(0, rest.find('\0')) != name) continue;
    return section.sh_flags & SHF_COMPRESSED ? std::string_view{} : contents(section);
  }
  return {};
}

} // namespace anychip
