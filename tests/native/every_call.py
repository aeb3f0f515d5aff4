"""Writes the program that calls every runtime function with good and with bad arguments, one child process each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from api_arguments import (
    _RULES,
    EXPECTED,
    KINDS,
    LEFT_OUT,
    NULL_IS_WRONG,
    OK,
    SPECIAL,
    UNSUPPORTED,
    UNSUPPORTED_CALLS,
    VALUE,
    Function,
    Kind,
    declared_functions,
)

HEAD = r"""
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
__device__ int variable = 7;
__global__ void kernel(int *place, int value) { if (place) *place = value; }

struct Fixture {
  alignas(64) char host[8192] = {};
  alignas(64) char out[4096] = {};
  void *device, *freed, *managed, *pinned, *registered, *unmapped;
  cudaStream_t stream, old_stream;
  cudaEvent_t event, old_event;
  cudaMemPool_t pool, old_pool;
  void *pointer_argument = nullptr;
  int integer_argument = 1;
  void *arguments[3] = {&pointer_argument, &integer_argument, nullptr};
  cudaMemPoolProps properties{};
  cudaMemcpy3DParms copy{};
  cudaMemcpy3DPeerParms peer_copy{};
  cudaLaunchConfig_t config{};
  cudaLaunchParams launch{};
  cudaMemAccessDesc access{};
  cudaMemLocation location{cudaMemLocationTypeDevice, 0};
  cudaDeviceProp device_properties{};
  cudaLaunchAttributeValue attribute{};
  size_t sizes[1] = {4};
  void *data[1] = {out};
  cudaMemRangeAttribute range_attributes[1] = {cudaMemRangeAttributeReadMostly};
  int ordinals[1] = {0};
  cudaStreamCaptureMode mode = cudaStreamCaptureModeGlobal;
  Fixture() {
    cudaMalloc(&device, 4096);
    cudaMalloc(&freed, 4096);
    cudaFree(freed);
    cudaMallocManaged(&managed, 4096);
    cudaMallocHost(&pinned, 4096);
    registered = host + 4096;
    cudaHostRegister(registered, 4096, 0);
    unmapped = mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(unmapped, 4096);
    cudaStreamCreate(&stream);
    cudaStreamCreate(&old_stream);
    cudaStreamDestroy(old_stream);
    cudaEventCreate(&event);
    cudaEventCreate(&old_event);
    cudaEventDestroy(old_event);
    cudaEventRecord(event, stream);
    cudaStreamSynchronize(stream);
    properties.allocType = cudaMemAllocationTypePinned;
    properties.location = location;
    cudaMemPoolCreate(&pool, &properties);
    cudaMemPoolCreate(&old_pool, &properties);
    cudaMemPoolDestroy(old_pool);
    copy.srcPtr = {host, 64, 64, 8};
    copy.dstPtr = {device, 64, 64, 8};
    copy.extent = {64, 8, 1};
    copy.kind = cudaMemcpyDefault;
    peer_copy.srcPtr = peer_copy.dstPtr = {device, 64, 64, 8};
    peer_copy.extent = copy.extent;
    config.gridDim = config.blockDim = 1;
    config.stream = stream;
    launch.func = (void *)kernel;
    launch.gridDim = launch.blockDim = dim3(1);
    launch.args = arguments;
    access.location = location;
    access.flags = cudaMemAccessFlagsProtReadWrite;
    cudaGetLastError();
  }
};

struct Call {
  const char *function, *label;
  cudaError_t (*run)(Fixture &f);
};
template <typename T> T *out(Fixture &f) { return reinterpret_cast<T *>(f.out); }

static const Call calls[] = {
"""

TAIL = r"""
};
constexpr int count = sizeof calls / sizeof *calls;

// After each call: its error, the last error, and the last error again, which reading it has cleared.
static int run_from(int first) {
  int at = first;
  for (; at < count && !strcmp(calls[at].function, calls[first].function); ++at) {
    auto *fixture = new Fixture;
    printf("%s|%s|", calls[at].function, calls[at].label);
    fflush(stdout);
    alarm(20);
    int error = calls[at].run(*fixture);
    int last = cudaGetLastError();
    printf("%d|%d|%d\n", error, last, cudaPeekAtLastError());
    fflush(stdout);
  }
  return at;
}

int main() {
  for (int first = 0; first < count;) {
    int next = first;
    while (next < count && !strcmp(calls[next].function, calls[first].function)) ++next;
    pid_t child = fork();
    if (child == 0) { run_from(first); _exit(0); }
    int status = 0;
    waitpid(child, &status, 0);
    if (status != 0) printf("%s|ended with status|%d||\n", calls[first].function, status), fflush(stdout);
    first = next;
  }
}
"""

# Good arguments of pointer parameters to structures and arrays.
_STRUCTURES = {
    "cudaMemPoolProps": "&f.properties",
    "cudaMemcpy3DParms": "&f.copy",
    "cudaMemcpy3DPeerParms": "&f.peer_copy",
    "cudaLaunchConfig_t": "&f.config",
    "cudaLaunchParams": "&f.launch",
    "cudaMemAccessDesc": "&f.access",
    "cudaMemLocation": "&f.location",
    "cudaLaunchAttributeValue": "&f.attribute",
    "cudaMemRangeAttribute": "f.range_attributes",
    "cudaStreamCaptureMode": "&f.mode",
}
_INPUTS = {
    "args": "f.arguments",
    "dataSizes": "f.sizes",
    "device_arr": "f.ordinals",
}
_MEMORY_NAMES = {"dst", "src", "devPtr", "ptr", "hostPtr", "pHost"}


@dataclass(frozen=True)
class Case:
    """One call: what is wrong with it, its arguments, and the errors one may expect."""

    function: str
    label: str
    arguments: list[str]
    expected: frozenset[int]

    def text(self) -> str:
        """Its row in the program's table."""
        call = f"{self.function}({', '.join(self.arguments)})"
        return f'{{"{self.function}", "{self.label}", [](Fixture &f) {{ (void)f; return ::{call}; }}}},'


def cases() -> list[Case]:
    """Every declared function, first with good arguments, then with one bad argument at a time."""
    return [case for function in declared_functions() if function.name not in LEFT_OUT for case in _cases_of(function)]


def program(all_cases: list[Case]) -> str:
    """The text of the program."""
    return HEAD + "\n".join(case.text() for case in all_cases) + TAIL


def _cases_of(function: Function) -> list[Case]:
    kinds = [_kind(function, type_, name) for type_, name in function.parameters]
    good = [_typed(type_, kind.good) for (type_, _), kind in zip(function.parameters, kinds, strict=True)]
    found = [Case(function.name, "good", good, _expected(function.name, "", "good", OK))]
    for index, ((type_, name), kind) in enumerate(zip(function.parameters, kinds, strict=True)):
        for label, value in kind.bad.items():
            arguments = [*good[:index], _typed(type_, value), *good[index + 1 :]]
            errors = _expected(function.name, name, label, kind.errors)
            found.append(Case(function.name, f"{name} {label}", arguments, errors))
    return found


def _expected(function: str, parameter: str, label: str, errors: set[int]) -> frozenset[int]:
    if UNSUPPORTED_CALLS.search(function):
        return frozenset(UNSUPPORTED)
    for functions, parameters, labels, special in EXPECTED:
        if label == "good" and "good" not in labels:
            continue
        place = label == "good" or re.fullmatch(parameters, parameter)
        if place and re.fullmatch(functions, function) and re.fullmatch(labels, label):
            return frozenset(special)
    return frozenset(errors)


def _typed(type_: str, value: str) -> str:
    if value == "{}":
        return f"{type_}{{}}"
    if value.startswith(("[]", "cudaMemLocation{", "cudaExtent{", "cudaPitchedPtr{")):
        return value
    return f"({type_})({value})"


def _kind(function: Function, type_: str, name: str) -> Kind:
    special = SPECIAL.get((function.name, name), "")
    if special.startswith("kind "):
        return KINDS[special.removeprefix("kind ")]
    for pattern, kind, good in _RULES:
        if re.fullmatch(pattern, f"{type_} {name}".replace("* ", "*")):
            return _with_good(kind, special or good)
    if "*" not in type_:
        return Kind(special or "0", {}, set())
    if special:
        return Kind(special, NULL_IS_WRONG, VALUE)
    return _pointer_kind(function, type_, name)


def _with_good(kind: str, good: str) -> Kind:
    if kind == "host function":
        return Kind(good, NULL_IS_WRONG, VALUE)
    base = KINDS[kind]
    return Kind(good or base.good, base.bad, base.errors)


def _pointer_kind(function: Function, type_: str, name: str) -> Kind:
    if re.fullmatch(r"(const )?void \*", type_) and name in _MEMORY_NAMES:
        host = name == "src" or "Host" in function.name
        return KINDS["host memory" if host else "device memory"]
    if name in _INPUTS:
        return Kind(_INPUTS[name], NULL_IS_WRONG, VALUE)
    if function.name == "cudaMemRangeGetAttributes" and name == "data":
        return Kind("f.data", NULL_IS_WRONG, VALUE)
    base = re.sub(r"const |struct |enum |\*| ", "", type_)
    if base in _STRUCTURES and type_.count("*") == 1 and "pCapture" not in name:
        return Kind(_STRUCTURES[base], NULL_IS_WRONG, VALUE)
    return Kind("f.out", NULL_IS_WRONG, VALUE)
