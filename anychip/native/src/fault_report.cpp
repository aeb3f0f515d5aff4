#include "anychip/fault_report.h"
#include "anychip/line_table.h"
#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cxxabi.h>
#include <map>

namespace anychip {

static std::string triple(const uint32_t index[3]) {
  return "(" + std::to_string(index[0]) + "," + std::to_string(index[1]) + "," + std::to_string(index[2]) + ")";
}

static std::string hexadecimal(uintptr_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

static std::string position(const char *file, uint32_t line) {
  return std::string(file ? file : "?") + ":" + std::to_string(line);
}

std::string kernel_display_name(const anychip_kernel &kernel) {
  int status = -1;
  char *demangled = abi::__cxa_demangle(kernel.name, nullptr, nullptr, &status);
  std::string name = status == 0 && demangled ? demangled : kernel.name;
  std::free(demangled);
  return name;
}

std::string site_text(const anychip_module *module, uint32_t site, const anychip_kernel &kernel) {
  if (!module || site >= module->site_count) return position(kernel.file, kernel.line);
  return position(module->sites[site].file, module->sites[site].line);
}

// "anychip: WHAT in kernel NAME at FILE:LINE, block (x,y,z)"
static std::string block_headline(const Worker &worker, const std::string &what, const std::string &where) {
  return "anychip: " + what + " in kernel " + kernel_display_name(worker.launch->kernel) + " at " + where + ", block " +
         triple(worker.block.block_idx);
}

static std::string headline(const Worker &worker, const std::string &what, const std::string &where) {
  return block_headline(worker, what, where) + ", thread " + triple(worker.strand->thread_idx);
}

static uintptr_t kernel_code(const anychip_kernel &kernel) {
  return kernel.run_block ? reinterpret_cast<uintptr_t>(kernel.run_block)
                          : reinterpret_cast<uintptr_t>(kernel.run_strand);
}

// The faulting instruction's line; if that lies in a library function, the line that called it: the return address in
// its register or the first on the stack that points into the kernel's object. Failing both, the kernel's declaration.
std::string fault_position(const anychip_kernel &kernel, const FaultRecord &fault) {
  const uintptr_t code = kernel_code(kernel);
  const auto line_of = [&](uintptr_t pc) {
    return in_same_object(pc, code) ? find_source_line(pc) : std::optional<SourceLine>{};
  };
  if (const auto found = line_of(fault.registers.pc)) return position(found->file.c_str(), found->line);
  // A return address is behind its call.
  if (const auto found = line_of(fault.registers.return_address - 1)) return position(found->file.c_str(), found->line);
  for (uint32_t i = 0; i < fault.stack_word_count; ++i)
    if (const auto found = line_of(fault.stack_words[i] - 1)) return position(found->file.c_str(), found->line);
  return position(kernel.file, kernel.line) + " (declaration)";
}

// The lowest address of this thread's stack, 0 if unknown.
static uintptr_t stack_low_end() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void *low = nullptr;
  size_t size = 0;
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<uintptr_t>(low);
}

// The guard page of a thread's stack lies at its low end; the kernel keeps up to 1 MiB free below the first thread's.
static bool is_stack_overflow(const FaultRecord &fault) {
  constexpr uintptr_t tolerance = uintptr_t(1) << 20;
  const uintptr_t low = stack_low_end();
  if (low == 0 || fault.signal != SIGSEGV) return false;
  const auto near_end = [&](uintptr_t address) { return address + tolerance >= low && address < low + 65536; };
  return near_end(fault.address) && (fault.registers.sp == 0 || near_end(fault.registers.sp));
}

static std::string describe_fault_address(const Worker &worker) {
  const uintptr_t address = worker.fault.address;
  const BlockArena &arena = worker.arena;
  const auto shared_end = reinterpret_cast<uintptr_t>(arena.shared().end());
  if (arena.shared().in_guard(address)) {
    const std::string size = std::to_string(worker.block.static_shared_bytes + worker.block.dynamic_shared_bytes);
    const char *side = address >= shared_end ? " is past the end of the block's shared memory ("
                                             : " is before the block's shared memory (";
    return hexadecimal(address) + side + size + " bytes)";
  }
  if (arena.frames().in_guard(address)) return hexadecimal(address) + " is outside the thread's local memory";
  return describe_address(reinterpret_cast<const void *>(address));
}

static const char *access_text(Access access) {
  constexpr const char *texts[] = {"illegal memory access", "illegal memory read", "illegal memory write"};
  return texts[int(access)];
}

// The processor gives no address for non-canonical addresses, and for misaligned ones in vector instructions.
static bool address_is_known(const FaultRecord &fault) {
#if defined(__x86_64__)
  return fault.signal != SIGSEGV || fault.code != SI_KERNEL;
#else
  return fault.signal != 0;
#endif
}

namespace {
struct FaultKind {
  int signal;
  int error;
  const char *text;
};
} // namespace

// A compiler's trap is SIGILL on some processors and SIGTRAP on others: one error for both.
static constexpr FaultKind instruction_faults[] = {
    {SIGFPE, error_launch_failure, "arithmetic fault"},
    {SIGILL, error_illegal_instruction, "illegal instruction"},
    {SIGTRAP, error_illegal_instruction, "illegal instruction"},
};

static FaultKind kind_of(const FaultRecord &fault) {
  for (const FaultKind &kind : instruction_faults)
    if (kind.signal == fault.signal) return kind;
  if (is_stack_overflow(fault)) return {fault.signal, error_hardware_stack, "stack overflow"};
  if (fault.signal == SIGBUS && fault.code == BUS_ADRALN)
    return {fault.signal, error_misaligned_address, "misaligned address"};
  const Access access = address_is_known(fault) ? fault.registers.access : Access::unknown;
  return {fault.signal, error_illegal_address, access_text(access)};
}

static std::string address_text(const Worker &worker, const FaultKind &kind) {
  if (kind.error == error_misaligned_address) return ": " + hexadecimal(worker.fault.address);
  if (kind.error != error_illegal_address) return "";
  if (!address_is_known(worker.fault)) return ": not a valid address, or misaligned";
  return ": " + describe_fault_address(worker);
}

static std::string threads_text(const FaultingThreads &threads) {
  const std::string first = triple(threads.first), last = triple(threads.last);
  return first == last ? ", thread " + first : ", one of the threads " + first + " to " + last;
}

LaunchResult describe_fault(const Worker &worker, const FaultingThreads &threads) {
  const FaultKind kind = kind_of(worker.fault);
  const std::string where = fault_position(worker.launch->kernel, worker.fault);
  return {kind.error, block_headline(worker, kind.text, where) + threads_text(threads) + address_text(worker, kind)};
}

void report_overrun(Worker &worker) {
  Overrun &overrun = worker.overrun;
  if (!overrun.happened) return;
  overrun.happened = false;
  worker.fault = overrun.fault;
  std::copy_n(overrun.block_idx, 3, worker.block.block_idx);
  const std::string message = describe_fault(worker, threads_of(worker, overrun.thread)).message;
  std::fprintf(stderr, "%s; a GPU would not notice, so the kernel went on (ANYCHIP_STRICT_MEMORY=1: an error)\n",
               message.c_str());
}

void report_kernel_failure(Worker &worker) {
  const KernelFailure &failure = worker.failure;
  const LaunchState &launch = *worker.launch;
  if (failure.message_is_complete) return worker.launch->fail(failure.error, failure.text);
  const std::string where = site_text(launch.request.module, failure.site, launch.kernel);
  worker.launch->fail(failure.error, headline(worker, failure.text, where));
}

static const char *request_text(uint32_t request) {
  constexpr const char *texts[] = {"nothing",      "a barrier",   "a barrier",        "a barrier with reduction",
                                   "__syncwarp",   "a shuffle",   "a vote",           "a match",
                                   "a warp reduction", "__activemask", "other threads"};
  return request < std::size(texts) ? texts[request] : "an unknown request";
}

namespace {
struct WaitingThreads {
  uint32_t count = 0;
  const anychip_thread *first = nullptr;
};
} // namespace

using WaitingBySite = std::map<std::pair<uint32_t, uint32_t>, WaitingThreads>; // by site and request

static WaitingBySite waiting_by_site(const StrandScheduler &scheduler) {
  WaitingBySite sites;
  for (uint32_t w = 0; w < scheduler.warp_count(); ++w) {
    const Warp &warp = scheduler.warps()[w];
    for (uint32_t left = warp.at_barrier | warp.at_warp_operation; left != 0; left &= left - 1) {
      const Strand &strand = *scheduler.strand(w, uint32_t(std::countr_zero(left)));
      WaitingThreads &entry = sites[{strand.thread.site, strand.thread.request}];
      entry.count += strand.thread_count;
      if (!entry.first) entry.first = &strand.thread;
    }
  }
  return sites;
}

static void report_deadlock(Worker &worker, const StrandScheduler &scheduler) {
  const LaunchState &launch = *worker.launch;
  std::string text = "anychip: deadlock in kernel " + kernel_display_name(launch.kernel) + ", block " +
                     triple(worker.block.block_idx) + ": " + std::to_string(scheduler.unfinished_threads()) + " of " +
                     std::to_string(worker.block.thread_count) + " threads wait and none can go on";
  for (const auto &[key, waiting] : waiting_by_site(scheduler)) {
    text += "\n  at " + site_text(launch.request.module, key.first, launch.kernel) + ": " +
            std::to_string(waiting.count) + (waiting.count == 1 ? " thread waits for " : " threads wait for ") +
            request_text(key.second) + ", first thread " + triple(waiting.first->thread_idx);
  }
  worker.launch->fail(error_launch_failure, text);
}

void report_outcome(Worker &worker, const StrandScheduler &scheduler, BlockOutcome outcome) {
  const LaunchState &launch = *worker.launch;
  if (outcome == BlockOutcome::deadlock) return report_deadlock(worker, scheduler);
  if (outcome == BlockOutcome::finished || outcome == BlockOutcome::stopped) return;
  const anychip_thread &thread = *worker.strand;
  const std::string where = site_text(launch.request.module, thread.site, launch.kernel);
  if (outcome == BlockOutcome::wide_warp_operation)
    return worker.launch->fail(error_launch_failure, headline(worker, "warp operation of a wide strand", where));
  const std::string lane = std::to_string(thread.thread_linear % 32);
  worker.launch->fail(error_illegal_instruction,
                      headline(worker, std::string("lane outside its own mask at ") + request_text(thread.request),
                               where) + ": lane " + lane + " is not in the mask " + hexadecimal(thread.mask));
}

} // namespace anychip
