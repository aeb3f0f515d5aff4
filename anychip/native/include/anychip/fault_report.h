// The texts of failed launches. Called outside signal handlers.
#pragma once
#include "anychip/block_scheduler.h"
#include "anychip/replay.h"
#include "anychip/worker.h"

namespace anychip {

std::string kernel_display_name(const anychip_kernel &kernel); // demangled
std::string site_text(const anychip_module *module, uint32_t site, const anychip_kernel &kernel); // "file:line"
std::string fault_position(const anychip_kernel &kernel, const FaultRecord &fault);               // "file:line"
// What the launch fails with for the fault in Worker::fault.
LaunchResult describe_fault(const Worker &worker, const FaultingThreads &threads);
// Says on standard error what Worker::overrun was, if it happened, and forgets it.
void report_overrun(Worker &worker);
void report_kernel_failure(Worker &worker);
// What StrandScheduler::run() returned, if that is an error.
void report_outcome(Worker &worker, const StrandScheduler &scheduler, BlockOutcome outcome);

} // namespace anychip
