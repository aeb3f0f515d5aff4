"""Programs that go wrong while they run: what they and the user are told, and how they end."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from error_support import Workplace

MISUSE = """#include <cstdio>
__global__ void fill(int *x) {
  if (blockIdx.x == 2 && threadIdx.x == 5)
    x[1 << 20] = 1;
}
int main(int count, char **words) {
  int *p = nullptr;
  cudaError_t e = cudaSuccess;
  switch (words[1][0]) {
  case 't': fill<<<1, 1025>>>(p); break;
  case 'z': fill<<<0, 1>>>(p); break;
  case 'b': fill<<<1, dim3(4, 0)>>>(p); break;
  case 's': fill<<<1, 1, 1 << 20>>>(p); break;
  case 'm': e = cudaMalloc(&p, size_t(1) << 50); break;
  case 'w': cudaMalloc(&p, 4096); fill<<<4, 8>>>(p); e = cudaDeviceSynchronize(); break;
  }
  if (e == cudaSuccess) e = cudaGetLastError();
  printf("%s %s\\n", cudaGetErrorName(e), cudaGetErrorString(e));
  return 3;
}
"""

NOT_LAUNCHED = r"anychip: kernel fill(int*) at {file}:2 was not launched: "
CASES = {
    "threads": ("cudaErrorInvalidConfiguration invalid configuration argument",
                NOT_LAUNCHED + "block (1025,1,1) has 1025 threads, the most is 1024"),
    "zero grid": ("cudaErrorInvalidConfiguration invalid configuration argument",
                  NOT_LAUNCHED + "grid (0,1,1) is empty: each size must be at least 1"),
    "block": ("cudaErrorInvalidConfiguration invalid configuration argument",
              NOT_LAUNCHED + "block (4,0,1) is empty: each size must be at least 1"),
    "shared": ("cudaErrorInvalidValue invalid argument",
               NOT_LAUNCHED + "1048576 bytes of dynamic shared memory, the kernel may use 49152"),
    "memory": ("cudaErrorMemoryAllocation out of memory",
               "anychip: out of memory: 1125899906842624 bytes were asked for, "),
    "wild": ("cudaErrorIllegalAddress an illegal memory access was encountered",
             "anychip: illegal memory write in kernel fill(int*) at {file}:4, block (2,0,0), thread (5,0,0): 0x"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_misuse_is_the_cuda_error_and_a_message_with_the_place(workplace: Workplace, case: str) -> None:
    path = workplace.write("misuse.cu", MISUSE)
    done = workplace.anychip("run", "misuse.cu", "--", case)
    output, message = CASES[case]
    assert (done.stdout, done.returncode) == (output + "\n", 3), done.stderr
    assert message.format(file=path) in done.stderr


def test_a_program_that_probes_for_limits_does_not_flood_its_user(workplace: Workplace) -> None:
    source = "int main() { void *p; for (int i = 0; i < 1000; ++i) cudaMalloc(&p, size_t(1) << 50); }\n"
    workplace.write("probe.cu", source)
    lines = workplace.anychip("run", "probe.cu").stderr.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "anychip: further failed calls are not explained"


ENDLESS = """#include <cstdio>
__global__ void spin(volatile int *x) { while (*x == 0); }
int main() {
  int *p;
  cudaMalloc(&p, 4);
  cudaMemset(p, 0, 4);
  puts("started");
  fflush(stdout);
  spin<<<8, 64>>>(p);
  cudaDeviceSynchronize();
  puts("not reached");
}
"""


def processes_of_group(group: int) -> list[int]:
    """Processes of a group that are not just waiting to be reaped."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(entry.parent.name))
    return found


@pytest.mark.parametrize("executor", ["compiled", "reference"])
def test_ctrl_c_ends_a_long_kernel(workplace: Workplace, executor: str) -> None:
    workplace.write("endless.cu", ENDLESS)
    process = workplace.start("run", "--executor", executor, "endless.cu")
    assert process.stdout
    assert process.stdout.readline() == "started\n"
    time.sleep(0.2)  # into the kernel
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT), errors
    assert "not reached" not in output
    assert "Traceback" not in errors
    assert processes_of_group(process.pid) == []


def test_ctrl_c_while_compiling_leaves_nothing_behind(workplace: Workplace) -> None:
    workplace.write("slow.cu", "#include <regex>\n#include <map>\n" + ENDLESS)
    process = workplace.start("run", "slow.cu")
    time.sleep(0.4)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (-signal.SIGINT, 128 + signal.SIGINT), errors
    assert "Traceback" not in errors
    assert processes_of_group(process.pid) == []


def test_two_processes_compile_one_new_file_at_once(workplace: Workplace) -> None:
    workplace.write("both.cu", f"// {workplace.folder}\n" + MISUSE)
    running = [workplace.start("run", "both.cu", "--", "zero") for _ in range(2)]
    outputs = [process.communicate(timeout=500) for process in running]
    assert [process.returncode for process in running] == [3, 3], outputs
    assert {output for output, _ in outputs} == {"cudaErrorInvalidConfiguration invalid configuration argument\n"}
