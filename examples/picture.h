// A small drawing surface in host memory, and colours: what the examples show their results with.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "png.h"

struct Colour {
  unsigned char red, green, blue;
};

constexpr Colour kNight{14, 18, 28}, kWhite{245, 246, 248}, kGrey{92, 100, 116};
constexpr Colour kBlue{72, 156, 255}, kOrange{255, 154, 60}, kGreen{84, 214, 140}, kRed{255, 82, 96};

// Colour ramps for values from 0 to 1.
constexpr Colour kFire[] = {{8, 8, 20}, {64, 14, 84}, {156, 36, 92}, {232, 92, 52}, {254, 186, 64}, {255, 250, 216}};
constexpr Colour kOcean[] = {{6, 10, 36}, {12, 56, 120}, {24, 130, 176}, {112, 204, 196}, {240, 250, 226}};
constexpr Colour kField[] = {{24, 74, 58}, {62, 138, 72}, {164, 196, 84}, {246, 214, 108}, {222, 122, 54}, {158, 42, 44}};
constexpr Colour kAmber[] = {{255, 82, 96}, {255, 190, 74}, {96, 224, 150}};

inline Colour mix(Colour from, Colour to, float share) {
  auto channel = [&](int a, int b) { return static_cast<unsigned char>(a + (b - a) * share + 0.5f); };
  return {channel(from.red, to.red), channel(from.green, to.green), channel(from.blue, to.blue)};
}

template <std::size_t N>
Colour ramp(const Colour (&stops)[N], float value) {
  float place = std::clamp(value, 0.0f, 1.0f) * (N - 1);
  std::size_t below = std::min(static_cast<std::size_t>(place), N - 2);
  return mix(stops[below], stops[below + 1], place - below);
}

inline Colour grey(float value) {  // 0: black, 1: white
  auto level = static_cast<unsigned char>(std::clamp(value, 0.0f, 1.0f) * 255 + 0.5f);
  return {level, level, level};
}

class Picture {
 public:
  Picture(int width, int height, Colour background = kNight)
      : width_(width), height_(height), pixels_(std::size_t(width) * height, background) {}

  // Places outside the picture are ignored, here and below.
  void set(int x, int y, Colour colour, float opacity = 1) {
    if (x < 0 || y < 0 || x >= width_ || y >= height_) return;
    Colour &pixel = pixels_[std::size_t(y) * width_ + x];
    pixel = mix(pixel, colour, std::clamp(opacity, 0.0f, 1.0f));
  }

  void rectangle(int left, int top, int width, int height, Colour colour) {
    for (int y = top; y < top + height; y++)
      for (int x = left; x < left + width; x++) set(x, y, colour);
  }

  void disc(float x, float y, float radius, Colour colour) { line(x, y, x, y, 2 * radius, colour); }

  // A stroke with round ends and smooth edges.
  void line(float x0, float y0, float x1, float y1, float thickness, Colour colour, float opacity = 1) {
    float dx = x1 - x0, dy = y1 - y0, square = dx * dx + dy * dy, reach = thickness / 2 + 1;
    for (int y = std::floor(std::min(y0, y1) - reach); y <= std::max(y0, y1) + reach; y++)
      for (int x = std::floor(std::min(x0, x1) - reach); x <= std::max(x0, x1) + reach; x++) {
        float along = square > 0 ? std::clamp(((x - x0) * dx + (y - y0) * dy) / square, 0.0f, 1.0f) : 0;
        float distance = std::hypot(x - x0 - along * dx, y - y0 - along * dy);
        set(x, y, colour, opacity * std::clamp(thickness / 2 + 0.5f - distance, 0.0f, 1.0f));
      }
  }

  // Writes the file and says so; false if it cannot be written.
  bool write(const char *path) const {
    bool written = png::write(path, width_, height_, &pixels_.data()->red);
    if (!written) std::fprintf(stderr, "%s: cannot be written\n", path);
    return written;
  }

 private:
  int width_, height_;
  std::vector<Colour> pixels_;
};
