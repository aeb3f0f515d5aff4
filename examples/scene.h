// A synthetic picture that several examples work on: hills at dusk over a lake, and a balloon that drifts with time.
#pragma once

#include <algorithm>
#include <cmath>

// How high hill `number` reaches at x; the far hills have small numbers.
inline float ridge(float x, int number) {
  float wave = std::sin(x * (2.3f + number) + 1.7f * number) + 0.5f * std::sin(x * (6.1f + 2 * number) + number);
  float rough = 0.25f * std::sin(x * 19 + 3 * number) + 0.12f * std::sin(x * 43 + number);
  return 0.56f - 0.075f * number + 0.055f * (wave + rough);
}

inline float smooth_edge(float distance, float width) { return std::clamp(0.5f - distance / width, 0.0f, 1.0f); }

// The scene above the water line, without reflections.
inline float above_water(float x, float y, float time) {
  float light = 0.35f + 0.5f * (1 - y) * (1 - y) - 0.25f * (1 - y);
  float sun = std::hypot(x - 1.05f, y - 0.56f);
  light += 0.45f * std::exp(-sun * 5) + 0.3f * smooth_edge(sun - 0.09f, 0.01f);
  for (int hill = 0; hill < 4; hill++) {
    float inside = smooth_edge(y - ridge(x, hill), 0.006f);
    light += inside * (0.42f - 0.11f * hill + 0.1f * y - light);
  }
  float balloon = std::hypot(x - 0.32f - 0.03f * time, (y - 0.74f - 0.008f * time) * 0.88f);
  float stripes = 0.55f + 0.35f * std::cos((x - 0.32f - 0.03f * time) * 75);
  light += smooth_edge(balloon - 0.09f, 0.008f) * (stripes - light);
  float basket = std::max(std::fabs(x - 0.32f - 0.03f * time) - 0.018f, std::fabs(y - 0.6f - 0.008f * time) - 0.014f);
  return light + smooth_edge(basket, 0.006f) * (0.12f - light);
}

// Brightness from 0 to 1 at x from 0 to the picture's width over its height, y from 0 (bottom) to 1 (top).
inline float scene(float x, float y, float time = 0) {
  const float shore = 0.26f;
  if (y > shore) return std::clamp(above_water(x, y, time), 0.0f, 1.0f);
  float depth = shore - y, ripple = std::sin(240 * depth / (0.3f + depth) + 3 * std::sin(9 * x) + time);
  float mirrored = above_water(x + 0.012f * ripple * depth / shore, shore + depth * 2, time);
  return std::clamp(0.75f * mirrored + 0.03f + 0.05f * ripple * depth, 0.0f, 1.0f);
}
