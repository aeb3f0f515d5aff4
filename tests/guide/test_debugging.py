"""The debugging guide's session happens as printed, and the object says so without a debugger, too."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guide" / "debugging.md").read_text()
(SOURCE,) = re.findall(r"^<!-- file: halve.cu -->\n```cuda\n(.*?)^```$", GUIDE, re.M | re.S)
(SESSION,) = re.findall(r"^```text\n(.*?)^```$", GUIDE, re.M | re.S)
# Structures that refer to themselves and have functions, references, arrays in shared memory, blocks with equal names.
TYPES = """
struct Node { float weight; Node *next; int id() const { return 3; } };
enum Kind { kPlain = 4 };
template <typename T> __device__ T twice(const T &value) { T result = value * 2; return result; }
__global__ void walk(const float *in, float *out, Node head, Kind kind) {
  __shared__ float tile[32];
  int i = threadIdx.x;
  tile[i] = in[i];
  __syncthreads();
  float sum = 0, parts[2] = {head.weight, 2};
  for (int i = 0; i < 2; i++) {
    sum += twice(parts[i]);
  }
  out[i] = sum + tile[31 - i] + kind;
}
int main() {
  float *data;
  cudaMallocManaged(&data, 64 * sizeof(float));
  for (int i = 0; i < 32; i++) data[i] = i;
  walk<<<1, 32>>>(data, data + 32, Node{1.5f, nullptr}, kPlain);
  return cudaDeviceSynchronize() != cudaSuccess || data[63] != 11;
}
"""


def build(cache: Path, folder: Path, name: str, text: str, option: str) -> Path:
    (folder / f"{name}.cu").write_text(text)
    environment = {**os.environ, "ANYCHIP_CACHE_DIR": str(cache), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "anychip", "nvcc", option, f"{name}.cu", "-o", name]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    return folder / name


def gdb(program: Path, commands: list[str]) -> str:
    """What a batch session prints, with a line ``(gdb) command`` before each command's output."""
    if not shutil.which("gdb"):
        pytest.skip("gdb is not installed")
    script = program.with_suffix(".gdb")
    lines = ["set debuginfod enabled off", "set width 0", "set confirm off"]
    for command in commands:
        lines += [f"echo (gdb) {command}\\n", command]
    script.write_text("\n".join(lines) + "\n")
    words = ["gdb", "-q", "-nx", "-batch", "-x", script.name, program.name]
    return subprocess.run(words, cwd=program.parent, capture_output=True, text=True, timeout=120).stdout


def comparable(text: str, folder: Path) -> list[str]:
    """Lines without what differs between machines: addresses, threads, folders, gdb's remarks."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text.replace(f"{folder}/", ""))
    text = re.sub(r"^Thread \d+ ", "Thread ", text, flags=re.M)
    return [
        line for line in text.splitlines() if line and not re.match(r"\[|Using host|Breakpoint \d+ at|warning", line)
    ]


def test_the_session_of_the_guide(shared_cache: Path, tmp_path: Path) -> None:
    program = build(shared_cache, tmp_path, "halve", SOURCE, "-G")
    printed = gdb(program, re.findall(r"^\(gdb\) (.*)$", SESSION, re.M))
    if "ptrace" in printed or "Cannot create process" in printed:
        pytest.skip("processes may not be traced here")
    assert comparable(printed, tmp_path) == comparable(SESSION, tmp_path)


def test_types_blocks_and_the_same_result(shared_cache: Path, tmp_path: Path) -> None:
    program = build(shared_cache, tmp_path, "walk", TYPES, "-G")
    assert subprocess.run([program], check=False).returncode == 0
    questions = ["print head.weight", "print *&head", "print kind", "print parts", "print i"]
    printed = gdb(program, ["break twice<float>", "run", "print value", "up", *questions, "info locals"])
    for answer in ("1.5", "{weight = 1.5, next = 0x0}", "kPlain", "{1.5, 2}", "threadIdx = {x = 0, y = 0, z = 0}"):
        assert answer in printed, printed
    assert len(re.findall(r"^i = 0$", printed, re.M)) == 2, printed  # the loop's and the thread's


def test_optimised_code_has_the_kernels_name(shared_cache: Path, tmp_path: Path) -> None:
    program = build(shared_cache, tmp_path, "halve", SOURCE, "-g")
    printed = gdb(program, ["break halve", "run", "step", "backtrace 1"])
    assert re.search(r"hit Breakpoint 1[.\d]*, .*halve.* at .*halve\.cu:8$", printed, re.M), printed
    assert re.search(r"#0 .* halve\b.* at .*halve\.cu:(9|10|11|12)$", printed, re.M), printed


def test_the_object_describes_the_kernel_without_a_debugger(shared_cache: Path, tmp_path: Path) -> None:
    (tmp_path / "halve.cu").write_text(SOURCE)
    environment = {**os.environ, "ANYCHIP_CACHE_DIR": str(shared_cache), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "anychip", "show", "-G", "--stage", "scalar.ll", "halve.cu"]
    text = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True).stdout
    for name, number in {"in": 1, "out": 2, "n": 3}.items():
        assert re.search(rf'!DILocalVariable\(name: "{name}", arg: {number}, ', text), name
    for name in ("i", "value", "threadIdx", "blockIdx", "blockDim", "gridDim"):
        assert re.search(rf'!DILocalVariable\(name: "{name}", scope', text), name
    assert 'DISubprogram(name: "halve", linkageName: "_Z5halvePKfPfi"' in text
    assert "lanes" not in text  # one thread per call
