// Writes an RGB image as a PNG file, without a library: the pixels are stored, not compressed.
//
// PNG (RFC 2083) is a row of chunks, each with a CRC; the pixels are a zlib stream (RFC 1950) of deflate blocks
// (RFC 1951), of which the "stored" kind is just bytes with their count in front.
#pragma once

#include <cstdint>
#include <cstdio>
#include <initializer_list>
#include <string>

namespace png {

inline void append(std::string &to, std::uint32_t value) {  // most significant byte first
  for (int shift = 24; shift >= 0; shift -= 8) to += char(value >> shift);
}

inline std::uint32_t crc(const std::string &data) {
  std::uint32_t sum = 0xffffffff;
  for (unsigned char byte : data) {
    sum ^= byte;
    for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum;
}

inline std::uint32_t adler(const std::string &data) {
  std::uint32_t low = 1, high = 0;
  for (unsigned char byte : data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high << 16 | low;
}

inline std::string stored(const std::string &data) {  // a zlib stream of stored blocks
  constexpr std::size_t kLargest = 65535;
  std::string stream = "\x78\x01";
  for (std::size_t start = 0; start < data.size(); start += kLargest) {
    std::string block = data.substr(start, kLargest);
    std::size_t size = block.size();
    stream += char(start + size == data.size());  // 1: the last block
    for (std::size_t count : {size, ~size}) stream += {char(count), char(count >> 8)};
    stream += block;
  }
  append(stream, adler(data));
  return stream;
}

// False if the file cannot be written. `rgb`: three bytes a pixel, rows from the top.
inline bool write(const char *path, int width, int height, const unsigned char *rgb) {
  std::string header, rows;
  append(header, width);
  append(header, height);
  header += {8, 2, 0, 0, 0};  // 8 bits, RGB, deflate, standard filters, not interlaced
  for (int y = 0; y < height; y++) {
    rows += char(0);  // this row is not filtered
    rows.append(reinterpret_cast<const char *>(rgb) + std::size_t(y) * width * 3, std::size_t(width) * 3);
  }
  std::string file = "\x89PNG\r\n\x1a\n";
  auto chunk = [&](const char *type, const std::string &data) {
    append(file, data.size());
    file += type + data;
    append(file, crc(type + data));
  };
  chunk("IHDR", header);
  chunk("IDAT", stored(rows));
  chunk("IEND", "");
  std::FILE *out = std::fopen(path, "wb");
  if (!out) return false;
  bool written = std::fwrite(file.data(), 1, file.size(), out) == file.size();
  return std::fclose(out) == 0 && written;
}

}  // namespace png
