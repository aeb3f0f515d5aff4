// Helpers of the executor's tests: hand-written kernels, launches and checks. Each program runs one named case.
#pragma once
#include "anychip/executor.h"
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#define CHECK(condition)                                                                                               \
  do {                                                                                                                 \
    if (!(condition)) {                                                                                                \
      std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition);                             \
      std::exit(1);                                                                                                    \
    }                                                                                                                  \
  } while (0)

#define CHECK_CONTAINS(text, part)                                                                                     \
  do {                                                                                                                 \
    const std::string text_ = (text), part_ = (part);                                                                  \
    if (text_.find(part_) == std::string::npos) {                                                                      \
      std::fprintf(stderr, "%s:%d: \"%s\" is not in \"%s\"\n", __FILE__, __LINE__, part_.c_str(), text_.c_str());      \
      std::exit(1);                                                                                                    \
    }                                                                                                                  \
  } while (0)

// A kernel as the compiler would write it: STRAND(name, Frame) { BEGIN ... WAIT(request...) ... END }.
#define STRAND(name) int32_t name(anychip_thread *t, [[maybe_unused]] char *frame, int32_t state)
#define BEGIN                                                                                                          \
  switch (state) {                                                                                                     \
  case 0:
#define END                                                                                                            \
  }                                                                                                                    \
  return -1;
#define WAIT(number, ...)                                                                                              \
  request(t, number, __VA_ARGS__);                                                                                     \
  return number;                                                                                                       \
  case number:;

struct Operation {
  uint32_t kind;
  uint32_t operation = 0;
  uint32_t mask = 0xffffffffu;
  uint64_t a = 0, b = 0, c = 0;
  uint32_t converged = 0;
};

inline void request(anychip_thread *t, int site, const Operation &o) {
  t->request = o.kind;
  t->operation = o.operation;
  t->mask = o.mask;
  t->operand[0] = o.a;
  t->operand[1] = o.b;
  t->operand[2] = o.c;
  t->converged = o.converged;
  t->site = uint32_t(site);
}

// Site n is line 100 + n of kernel.cu.
inline const anychip_module *test_module() {
  static anychip_site sites[64];
  static anychip_module module{};
  for (uint32_t i = 0; i < 64; ++i) sites[i] = {"kernel.cu", 100 + i, 1};
  module.site_count = 64;
  module.sites = sites;
  return &module;
}

inline anychip_kernel make_kernel(const char *name, anychip_block_function block, anychip_strand_function strand) {
  anychip_kernel kernel{};
  kernel.name = name;
  kernel.file = "kernel.cu";
  kernel.line = 1;
  kernel.parameter_bytes = 8;
  kernel.frame_bytes = 128;
  kernel.max_threads = 1024;
  kernel.lanes = 1;
  kernel.run_block = block;
  kernel.run_strand = strand;
  return kernel;
}

struct Shape {
  anychip::Dim3 grid, block;
  uint32_t shared = 0;
};

// The kernels' only parameter is one pointer.
inline void set_up(anychip::LaunchRequest &request, const anychip_kernel &kernel, Shape shape, void *argument) {
  request.module = test_module();
  request.kernel = &kernel;
  request.grid = shape.grid;
  request.block = shape.block;
  request.dynamic_shared_bytes = shape.shared;
  request.parameters.assign(reinterpret_cast<char *>(&argument), reinterpret_cast<char *>(&argument) + sizeof argument);
}

inline anychip::LaunchResult launch(const anychip_kernel &kernel, Shape shape, void *argument) {
  anychip::LaunchRequest request;
  set_up(request, kernel, shape, argument);
  return anychip::execute_grid(request);
}

template <class T> T *argument(const anychip_thread *t) {
  T *pointer;
  std::memcpy(&pointer, t->block->parameters, sizeof pointer);
  return pointer;
}

inline uint32_t global_index(const anychip_thread *t) {
  return t->block->block_idx[0] * t->block->thread_count + t->thread_linear;
}

template <class Body> void for_each_thread(anychip_thread *t, Body body) {
  const uint32_t *dim = t->block->block_dim;
  for (uint32_t i = t->thread_linear; i < t->block->thread_count; ++i) {
    t->thread_linear = i;
    t->thread_idx[0] = i % dim[0];
    t->thread_idx[1] = i / dim[0] % dim[1];
    t->thread_idx[2] = i / dim[0] / dim[1];
    body();
  }
}

struct Case {
  const char *name;
  void (*run)();
};

template <size_t count> int run_case(const Case (&cases)[count], int argc, char **argv) {
  for (const Case &one : cases) {
    if (argc != 2 || std::strcmp(one.name, argv[1]) != 0) continue;
    one.run();
    std::puts("passed");
    return 0;
  }
  std::fprintf(stderr, "no such case\n");
  return 2;
}
