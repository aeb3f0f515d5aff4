// Signal handlers that turn a kernel's fault into an error of its launch.
//
// They act only while the thread runs a kernel; any other signal goes to the handler that was installed before.
// Programs that install their own handlers after the first launch get the kernels' faults themselves.
#pragma once

namespace anychip {

void install_fault_handlers(); // once; later calls do nothing
int leave_signal();            // real-time signal that asks a thread to leave its kernel

} // namespace anychip
