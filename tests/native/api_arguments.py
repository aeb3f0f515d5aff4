"""What the test of every runtime function knows: good arguments, bad ones, and the errors that are documented for them.

Good arguments are C++ expressions over the fixture of ``every_call.cu``; bad ones are chosen by the parameter's kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

HEADERS = Path(__file__).parents[2] / "anychip" / "include" / "anychip_cuda"

VALUE, MEMORY, PITCH, SYMBOL, DIRECTION = {1}, {2}, {12}, {13}, {21}
FUNCTION, DEVICE, HANDLE, CONFIGURATION = {98}, {101}, {400}, {9}
OK, UNSUPPORTED = {0}, {801}

_HUGE = {"huge": "SIZE_MAX", "overflowing": "size_t{1} << 62"}
_STREAM = {"foreign": "(cudaStream_t)f.host", "destroyed": "f.old_stream", "an event": "(cudaStream_t)f.event"}
_EVENT = {
    "null": "(cudaEvent_t)nullptr",
    "foreign": "(cudaEvent_t)f.host",
    "destroyed": "f.old_event",
    "a stream": "(cudaEvent_t)f.stream",
}
_POOL = {"null": "(cudaMemPool_t)nullptr", "foreign": "(cudaMemPool_t)f.host", "destroyed": "f.old_pool"}
_DEVICE_MEMORY = {
    "null": "nullptr",
    "freed": "f.freed",
    "wild": "(void *)0x10",
    "misaligned": "(char *)f.device + 1",
    "past the end": "(char *)f.device + 4096",
}
_HOST_MEMORY = {"null": "nullptr", "wild": "(void *)0x10", "freed": "f.freed", "unmapped": "f.unmapped"}
_KERNEL = {"null": "(const void *)nullptr", "foreign": "(const void *)f.host", "a symbol": "(const void *)&variable"}
_ORDINAL = {"negative": "-7", "too large": "99"}


_OTHER_DEVICE = "cudaMemLocation{cudaMemLocationTypeDevice, 5}"


@dataclass(frozen=True)
class Kind:
    """A kind of parameter: a good argument, bad ones by label, and the errors documented for those."""

    good: str
    bad: dict[str, str]
    errors: set[int]


NULL_IS_WRONG = {"null": "nullptr"}
KINDS = {
    "stream": Kind("f.stream", _STREAM, HANDLE),
    "event": Kind("f.event", _EVENT, HANDLE | VALUE),
    "pool": Kind("f.pool", _POOL, VALUE),
    "device memory": Kind("f.device", _DEVICE_MEMORY, VALUE),
    "managed memory": Kind("f.managed", {**_DEVICE_MEMORY, "not managed": "f.device"}, VALUE),
    "host memory": Kind("f.host", _HOST_MEMORY, VALUE),
    "kernel": Kind("(const void *)kernel", _KERNEL, FUNCTION | VALUE | HANDLE),
    "symbol": Kind("(const void *)&variable", {"null": "nullptr", "foreign": "f.host"}, SYMBOL),
    "ordinal": Kind("0", _ORDINAL, DEVICE),
    "flags": Kind("0", {"unknown": "0xdeadbeef"}, VALUE),
    "size": Kind("64", _HUGE, VALUE | MEMORY | PITCH),
    "enum": Kind("", {"unknown": "0x7777", "negative": "-3"}, VALUE),
    "offset": Kind("0", _HUGE, VALUE),
    "pitch": Kind("64", {"less than a row": "1", **_HUGE}, VALUE | PITCH),
    "block size": Kind("64", {"none": "0", "negative": "-32"}, VALUE),
    "grid": Kind("dim3(1)", {"empty": "dim3(0, 1, 1)", "too large": "dim3(1, 70000, 1)"}, CONFIGURATION),
    "block": Kind("dim3(1)", {"empty": "dim3(1, 0, 1)", "too large": "dim3(2048)"}, CONFIGURATION),
    "number": Kind("1024", {"negative": "-1", "huge": "INT_MAX"}, VALUE),
    "location": Kind(
        "",
        {"nowhere": "cudaMemLocation{cudaMemLocationTypeInvalid, 0}", "a device too many": _OTHER_DEVICE},
        DEVICE | VALUE,
    ),
    "extent": Kind(
        "",
        {"overflowing": "cudaExtent{SIZE_MAX, SIZE_MAX, 2}", "deep": "cudaExtent{16, 2, size_t{1} << 61}"},
        VALUE | MEMORY | PITCH,
    ),
    "pitched memory": Kind(
        "",
        {
            "null": "cudaPitchedPtr{nullptr, 64, 64, 8}",
            "freed": "cudaPitchedPtr{f.freed, 64, 64, 8}",
            "overflowing": "cudaPitchedPtr{f.device, SIZE_MAX, 64, 8}",
        },
        VALUE | PITCH,
    ),
    "any": Kind("0", {}, set()),
}

# By type and name of the parameter, first match; the good argument stands for what follows the last colon, if any.
_RULES = [
    (r"cudaStream_t \w+", "stream", ""),
    (r"cudaEvent_t \w+", "event", ""),
    (r"cudaMemPool_t \w+", "pool", ""),
    (r"(const )?void \*(func|entryFuncAddr|symbolPtr)", "kernel", ""),
    (r"cudaKernel_t kernel", "kernel", "(cudaKernel_t)kernel"),
    (r"const void \*symbol", "symbol", ""),
    (r"int (device|dstDevice|srcDevice|peerDevice)", "ordinal", ""),
    (r"unsigned int (flags|deviceFlags)|unsigned long long flags", "flags", ""),
    (r"enum cudaMemcpyKind \w+", "enum", "cudaMemcpyDefault"),
    (r"enum cudaMemoryAdvise \w+", "enum", "cudaMemAdviseSetPreferredLocation"),
    (r"enum cudaMemRangeAttribute \w+", "enum", "cudaMemRangeAttributeReadMostly"),
    (r"enum cudaMemPoolAttr \w+", "enum", "cudaMemPoolAttrReleaseThreshold"),
    (r"enum cudaFuncAttribute \w+", "enum", "cudaFuncAttributeMaxDynamicSharedMemorySize"),
    (r"enum cudaFuncCache \w+", "enum", "cudaFuncCachePreferL1"),
    (r"enum cudaSharedMemConfig \w+", "enum", "cudaSharedMemBankSizeFourByte"),
    (r"enum cudaDeviceAttr \w+", "enum", "cudaDevAttrWarpSize"),
    (r"enum cudaDeviceP2PAttr \w+", "enum", "cudaDevP2PAttrPerformanceRank"),
    (r"enum cudaStreamCaptureMode \w+", "enum", "cudaStreamCaptureModeGlobal"),
    (r"cudaLaunchAttributeID \w+", "enum", "cudaLaunchAttributePriority"),
    (r"enum cudaMemAllocationHandleType \w+", "any", "cudaMemHandleTypePosixFileDescriptor"),
    (r"enum cudaFlushGPU\w+ \w+", "any", ""),
    (r"enum cudaLimit \w+", "enum", "cudaLimitStackSize"),
    (r"size_t (dpitch|spitch|pitch)", "pitch", ""),
    (r"size_t (count|size|width|height|sharedMem)", "size", ""),
    (r"size_t offset|size_t length", "offset", ""),
    (r"int blockSize", "block size", ""),
    (r"struct cudaMemLocation location", "location", "cudaMemLocation{cudaMemLocationTypeHost, 0}"),
    (r"dim3 gridDim", "grid", ""),
    (r"dim3 blockDim", "block", ""),
    (r"struct cudaExtent \w+", "extent", "cudaExtent{16, 2, 2}"),
    (r"struct cudaPitchedPtr \w+", "pitched memory", "cudaPitchedPtr{f.device, 64, 64, 8}"),
    (r"cudaGraph_t graph", "any", "(cudaGraph_t)f.out"),
    (r"cudaIpc\w+ handle", "any", "{}"),
    (r"cudaStreamCallback_t \w+", "host function", "[](cudaStream_t, cudaError_t, void *) {}"),
    (r"cudaHostFn_t \w+", "host function", "[](void *) {}"),
]

# What the general rules do not know. Function -> parameter -> good argument or kind.
_MANAGED = ("cudaMemPrefetchAsync", "cudaMemPrefetchAsync_v2", "cudaMemAdvise", "cudaMemAdvise_v2",
            "cudaMemRangeGetAttribute", "cudaMemRangeGetAttributes", "cudaStreamAttachMemAsync")  # fmt: skip
SPECIAL: dict[tuple[str, str], str] = {
    **{(function, "devPtr"): "kind managed memory" for function in _MANAGED},
    ("cudaMemRangeGetAttribute", "dataSize"): "4",
    ("cudaMemRangeGetAttributes", "numAttributes"): "1",
    ("cudaDeviceGetPCIBusId", "len"): "64",
    ("cudaDeviceGetByPCIBusId", "pciBusId"): '"0000:00:00.0"',
    ("cudaSetValidDevices", "len"): "1",
    ("cudaHostGetDevicePointer", "pHost"): "f.pinned",
    ("cudaHostGetFlags", "pHost"): "f.pinned",
    ("cudaFreeHost", "ptr"): "f.pinned",
    ("cudaHostRegister", "ptr"): "f.host",
    ("cudaHostUnregister", "ptr"): "f.registered",
    ("cudaOccupancyAvailableDynamicSMemPerBlock", "numBlocks"): "1",
    ("cudaGetDriverEntryPoint", "symbol"): '"cuInit"',
    ("cudaGetDriverEntryPointByVersion", "symbol"): '"cuInit"',
    ("cudaMallocManaged", "flags"): "cudaMemAttachGlobal",
    ("cudaStreamAttachMemAsync", "flags"): "cudaMemAttachGlobal",
    ("cudaMemPoolTrimTo", "minBytesToKeep"): "0",
    ("cudaMemPoolSetAccess", "count"): "1",
    ("cudaFuncSetAttribute", "value"): "kind number",
    ("cudaKernelSetAttributeForDevice", "value"): "kind number",
    ("cudaDeviceSetLimit", "value"): "kind size",
    ("cudaThreadSetLimit", "value"): "kind size",
    ("cudaLaunchCooperativeKernelMultiDevice", "numDevices"): "1",
    ("cudaMemPoolImportFromShareableHandle", "shareableHandle"): "f.host",
    ("cudaMemPoolExportToShareableHandle", "shareableHandle"): "f.host",
    ("cudaMemPoolExportPointer", "ptr"): "f.device",
    ("cudaIpcGetMemHandle", "devPtr"): "f.device",
    ("cudaIpcCloseMemHandle", "devPtr"): "f.device",
    ("cudaMemcpyToSymbol", "count"): "4",
    ("cudaMemcpyFromSymbol", "count"): "4",
    ("cudaMemcpyToSymbolAsync", "count"): "4",
    ("cudaMemcpyFromSymbolAsync", "count"): "4",
    ("cudaMemcpyToSymbol", "src"): "kind host memory",
    ("cudaMemcpyFromSymbol", "dst"): "kind host memory",
    ("cudaMemcpyToSymbolAsync", "src"): "kind host memory",
    ("cudaMemcpyFromSymbolAsync", "dst"): "kind host memory",
    ("cudaMemcpyPeer", "src"): "kind device memory",
    ("cudaMemcpyPeerAsync", "src"): "kind device memory",
}

# Errors of these calls, whatever is wrong with the arguments: (function pattern, parameter pattern, label) -> errors.
EXPECTED: list[tuple[str, str, str, set[int]]] = [
    ("cudaFree|cudaFreeHost|cudaFreeAsync", ".*", "null", OK),
    ("cudaFree|cudaFreeAsync", "devPtr", "past the end|misaligned", VALUE),
    ("cudaGetErrorString|cudaGetErrorName", ".*", ".*", OK),
    ("cudaDeviceEnablePeerAccess", "peerDevice", ".*", DEVICE),
    ("cudaDeviceEnablePeerAccess", "flags", "unknown", VALUE),
    ("cudaDeviceEnablePeerAccess", "", "good", DEVICE),
    ("cudaDeviceDisablePeerAccess", ".*", "good", {705}),
    ("cudaDeviceGetP2PAttribute", ".*", "good|negative|too large", DEVICE | VALUE),
    (".*", "kind", "unknown|negative", DIRECTION | VALUE),
    ("cudaInitDevice", "deviceFlags", ".*", OK),  # the flags say that these are not valid
    ("cudaMem(cpy|set)2D.*", ".*", "misaligned", VALUE),  # then the last row ends behind the memory
    ("cudaMem(cpy|set).*", ".*", "misaligned", OK),  # bytes have no alignment
    ("cudaDeviceSetLimit|cudaDeviceGetLimit|cudaThread.etLimit", "limit", "unknown|negative", {215, 1}),
    ("cudaStreamBeginCapture.*", ".*", "good", UNSUPPORTED),
    ("cudaStreamEndCapture|cudaStreamUpdateCaptureDependencies", ".*", "good", {401}),
    ("cudaStreamBeginCaptureToGraph", ".*", ".*", VALUE | UNSUPPORTED | HANDLE),
    ("cudaStreamUpdateCaptureDependencies", ".*", ".*", {401} | HANDLE | VALUE),
    ("cudaStreamGetCaptureInfo", "id_out|graph_out|dependencies_out|numDependencies_out", "null", OK),
    ("cudaIpcCloseMemHandle", ".*", "good|null|freed|wild|misaligned|past the end", VALUE),
    ("cudaLibraryLoad.*", ".*", "good", UNSUPPORTED),
    ("cudaLibrary.*", ".*", "good", HANDLE),
    ("cudaIpc.*|cudaMemPool(Ex|Im)port.*|cudaDeviceFlushGPU.*", ".*", "good", UNSUPPORTED),
    ("cudaIpc.*|cudaMemPool(Ex|Im)port.*", ".*", ".*", VALUE | HANDLE | UNSUPPORTED),
    ("cudaLibraryLoad.*", ".*", ".*", VALUE | UNSUPPORTED),
    ("cudaLibrary.*", ".*", ".*", VALUE | HANDLE),
    ("cudaGetDriverEntryPoint.*", "driverStatus", "null", OK),
    ("cudaFuncGetParamInfo", "paramSize", "null", OK),
    ("cudaStreamAttachMemAsync", "length", ".*", VALUE),
    ("cudaDeviceGetStreamPriorityRange", ".*", "null", OK),
    ("cudaLaunchHostFunc|cudaStreamAddCallback", "userData", "null", OK),
    ("cudaPointerGetAttributes", "ptr", ".*", OK),
    ("cudaMemcpy.*Symbol.*", "count|offset", ".*", VALUE),
    ("cudaMemset.*", "value", ".*", OK),
    ("cudaOccupancyMaxActiveBlocks.*", "dynamicSMemSize", ".*", OK),
    ("cudaEventRecordWithFlags|cudaStreamWaitEvent", "flags", ".*", VALUE),
    ("cudaStreamSetAttribute", "value", "null", VALUE),
    ("cudaHostUnregister", "ptr", ".*", VALUE | {713}),
    ("cudaHostRegister", "ptr", ".*", VALUE | {712}),
    ("cudaMemRangeGetAttribute", "dataSize", ".*", VALUE),
    ("cudaMemcpy(2D|3D)?", "height|width|count", ".*", VALUE | PITCH),
    ("__cudaPopCallConfiguration", ".*", ".*", {52}),
    ("cudaLaunchKernel.*|cudaLaunchCooperativeKernel", "args", "null", VALUE),
    ("cudaMallocHost|cudaHostAlloc|cudaMallocManaged|cudaMalloc.*", "size", ".*", MEMORY | VALUE),
    ("cudaDeviceGetByPCIBusId", ".*", "null", VALUE),
    ("cudaFreeAsync|cudaFree", "devPtr", ".*", VALUE),
]

UNSUPPORTED_CALLS = re.compile(r"cudaGraph|Array|Texture|Surface|MaxPotentialCluster|MaxActiveClusters|ChannelDesc")
LEFT_OUT = {
    "cudaGetLastError": "read after every call",
    "cudaPeekAtLastError": "read after every call",
    "__cudaPopCallConfiguration": "a hook of the compiler",
}


@dataclass(frozen=True)
class Function:
    """A declared function: parameters as (type, name)."""

    name: str
    parameters: list[tuple[str, str]]


def declared_functions() -> list[Function]:
    """All functions that return an error, in the headers' order."""
    found = []
    for header in sorted(HEADERS.glob("api_*.h")):
        text = re.sub(r"/\*.*?\*/|^#.*?$", "", header.read_text(), flags=re.S | re.M)
        for name, list_ in re.findall(r"cudaError_t\s+(\w+)\s*\(([^;]*)\)\s*;", text):
            words = re.sub(r"\s*__dv\([^()]*(?:\([^)]*\))?\)", "", " ".join(list_.split()))
            parts = [] if words == "void" else words.split(",")
            found.append(Function(name, [_parameter(part.strip()) for part in parts]))
    return found


def _parameter(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"(.*?)\s*(\w+)", text)
    assert match
    return match[1], match[2]
