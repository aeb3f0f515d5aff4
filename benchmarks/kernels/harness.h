// Arguments, timing and the JSON lines that every benchmark program prints. Plain C++: no CUDA, no threads.
//
//   PROGRAM [--kernel NAME] [--size N] [--seconds S] [--threads N] [--serve]
//
// --size scales the problem (default: the full size), --seconds is the time spent on one round. Without --serve the program
// checks its result, measures one round and prints one line:
//   {"kernel": ..., "checked": true, "error": ..., "seconds": best, "median": ..., "runs": ..., "value": ..., "unit": ...}
// With --serve it prints the first three fields when it is ready and then one line of the others for each line it reads, so
// that several programs can take turns. Exit status 1: the result was wrong; 2: the program was called wrongly.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

#include "workload.h"

namespace bench {

struct Arguments {
  std::string kernel;
  long size = 0;
  double seconds = 0.2;
  int threads = 0;
  bool serve = false;

  Arguments(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
      const std::string word = argv[i];
      if (word == "--serve") {
        serve = true;
        continue;
      }
      if (i + 1 == argc) refuse(word);
      const char* value = argv[++i];
      if (word == "--kernel") kernel = value;
      else if (word == "--size") size = std::atol(value);
      else if (word == "--seconds") seconds = std::atof(value);
      else if (word == "--threads") threads = std::atoi(value);
      else refuse(word);
    }
  }

 private:
  [[noreturn]] static void refuse(const std::string& word) {
    std::fprintf(stderr, "unknown argument or no value: %s\n", word.c_str());
    std::exit(2);
  }
};

// One way to do a workload. `run` works to completion; `restore` puts changed inputs back, untimed; `fetch` makes the result
// visible in the workload's own arrays. `per_run`: how many of the timed thing one run does.
struct Variant {
  std::string name;
  std::function<void()> run;
  std::function<void()> restore = [] {};
  std::function<void()> fetch = [] {};
  long per_run = 1;
};

struct Round {
  double best = 1e300;
  double median = 0;
  size_t runs = 0;
};

inline double timed_run(const Variant& variant) {
  variant.restore();
  const auto start = std::chrono::steady_clock::now();
  variant.run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  return taken.count() / variant.per_run;
}

inline Round measure_round(const Variant& variant, double seconds) {
  std::vector<double> times;
  double total = 0;
  while (times.empty() || (total < seconds && times.size() < 10000)) {
    times.push_back(timed_run(variant));
    total += times.back() * variant.per_run;
  }
  std::sort(times.begin(), times.end());
  return {times.front(), times[times.size() / 2], times.size()};
}

// The result of exactly one run, compared with the plain computation.
inline double first_error(const Variant& variant, const Workload& work) {
  timed_run(variant);
  variant.fetch();
  return work.error();
}

inline void print_round(const Workload& work, const Variant& variant, const Round& round) {
  std::printf("\"variant\": \"%s\", \"seconds\": %.9g, \"median\": %.9g, \"runs\": %zu, \"value\": %.6g, \"unit\": \"%s\"}\n",
              variant.name.c_str(), round.best, round.median, round.runs, work.value(round.best), work.unit());
  std::fflush(stdout);
}

// Checks every variant, then measures; those with wrong results are named and left out. A round reports the fastest one.
inline int measure(const std::string& kernel, const Arguments& arguments, Workload& work, std::vector<Variant> variants) {
  double worst = 0;
  std::string wrong;
  const auto is_wrong = [&](const Variant& variant) {
    const double error = first_error(variant, work);
    work.reset();
    const bool bad = error > work.tolerance();
    worst = std::max(worst, error);
    if (bad) wrong += (wrong.empty() ? "" : ",") + variant.name;
    return bad;
  };
  variants.erase(std::remove_if(variants.begin(), variants.end(), is_wrong), variants.end());
  std::printf("{\"kernel\": \"%s\", \"checked\": %s, \"error\": %.3g, \"wrong\": \"%s\"", kernel.c_str(),
              variants.empty() ? "false" : "true", worst, wrong.c_str());
  if (variants.empty()) return std::puts("}"), 1;
  std::printf(arguments.serve ? "}\n" : ", ");
  std::fflush(stdout);
  const auto one_round = [&] {
    const Variant* fastest = nullptr;
    Round best;
    for (const Variant& variant : variants) {
      const Round round = measure_round(variant, arguments.seconds);
      if (!fastest || round.best < best.best) fastest = &variant, best = round;
    }
    print_round(work, *fastest, best);
  };
  if (!arguments.serve) return one_round(), 0;
  char line[64];
  while (std::fgets(line, sizeof line, stdin)) {
    std::printf("{");
    one_round();
  }
  return 0;
}

}  // namespace bench
