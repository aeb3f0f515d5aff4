"""NVIDIA's libraries beside the runtime: which the runtime stands for, and the names of those that are not provided.

So that a program that needs one is told which, instead of a missing file. Names are those of NVIDIA's documentation.
"""

from __future__ import annotations

import re

PROVIDED = frozenset({"cudart", "cudart_static", "cudadevrt", "cuda", "nvToolsExt", "culibos"})
"""What the runtime stands for; build files name them anyway."""

_PRODUCTS: tuple[tuple[str, str, str], ...] = (
    # product, pattern of the library's name behind -l, pattern of its headers
    ("cuBLAS", r"cublas(Lt)?|nvblas", r"cublas\w*\.h|nvblas\.h"),
    ("cuFFT", r"cufft[wx]?", r"cufft\w*\.h"),
    ("cuRAND", r"curand", r"curand\w*\.h"),
    ("cuSPARSE", r"cusparse(Lt)?", r"cusparse\w*\.h"),
    ("cuSOLVER", r"cusolver(Mg)?|cusolver_metis|metis_static", r"cusolver\w*\.h"),
    ("cuTENSOR", r"cutensor(Mg)?", r"cutensor\w*\.h"),
    ("cuDNN", r"cudnn\w*", r"cudnn\w*\.h"),
    ("NCCL", r"nccl", r"nccl\w*\.h"),
    ("NPP", r"npp\w*", r"npp\w*\.h"),
    ("nvJPEG", r"nvjpeg\w*", r"nvjpeg\w*\.h"),
    ("NVRTC, compilation at run time", r"nvrtc(-builtins)?", r"nvrtc\.h"),
    ("nvJitLink", r"nvJitLink", r"nvJitLink\.h"),
    ("NVML", r"nvidia-ml", r"nvml\.h"),
    ("CUPTI", r"cupti\w*|nvperf\w*", r"cupti\w*\.h"),
    ("cuFile", r"cufile\w*", r"cufile\.h"),
    ("Thrust and CUB", r"(?!)", r"(thrust|cub)/.*"),
    ("libcu++", r"(?!)", r"(cuda|nv)/(std/.*|\w+)"),
    ("WMMA", r"(?!)", r"mma\.h"),
    ("CUTLASS", r"(?!)", r"(cutlass|cute)/.*"),
)
_MISSING = re.compile(r"fatal error: '([^'\n]+)' file not found")
_UNDEFINED_DRIVER = re.compile(r"undefined symbol: (cu[A-Z]\w*)")


def product_of_library(name: str) -> str:
    """The product behind ``-l<name>`` if it is one that is not provided, else nothing."""
    base = re.sub(r"_static(_nocallback)?$", "", name)
    return next((product for product, library, _ in _PRODUCTS if re.fullmatch(library, base)), "")


def hint_of(messages: str) -> str | None:
    """What to say if clang or the linker missed something of a product that is not provided; given its output."""
    for header in _MISSING.findall(messages):
        for product, _, pattern in _PRODUCTS:
            if re.fullmatch(pattern, header):
                return f"{header} belongs to {product}, which anychip does not provide"
    functions = list(dict.fromkeys(_UNDEFINED_DRIVER.findall(messages)))
    if functions:
        return f"not provided of the CUDA driver API: {', '.join(functions)}; the runtime API (cuda...) is"
    return None
