"""Managed variables of separately compiled files: declared in one, defined in another, static in both."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MAIN = """
#include <cstdio>
__managed__ int value = 5;
extern __managed__ int other;
static __managed__ int mine = 1;
void look();
__device__ int twice(int);
__global__ void kernel() {
  value = twice(value);
  other += 1;
  mine += 1;
}
int main() {
  printf("%d %d %d\\n", value, other, mine);
  value = 6;
  kernel<<<1, 1>>>();
  cudaDeviceSynchronize();
  look();
  printf("%d %d %d\\n", value, other, mine);
}
"""
PART = """
#include <cstdio>
extern __managed__ int value;
__managed__ int other = 7;
static __managed__ int mine = 100;
__device__ int twice(int x) {
  mine += x;
  return 2 * x;
}
void look() {
  printf("%d %d %d\\n", value, other, mine);
  value += 1;
}
"""


def test_managed_variables_of_several_files(tmp_path: Path) -> None:
    (tmp_path / "main.cu").write_text(MAIN)
    (tmp_path / "part.cu").write_text(PART)
    command = [sys.executable, "-m", "anychip", "nvcc", "-rdc=true", "-o", "program", "main.cu", "part.cu"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    built = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=500)
    assert built.returncode == 0, built.stderr
    result = subprocess.run([str(tmp_path / "program")], capture_output=True, text=True, timeout=60)
    assert result.stdout.splitlines() == ["5 7 1", "12 8 106", "13 8 2"]
