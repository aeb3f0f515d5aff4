"""Atomic operations LLVM has no instruction for with our meaning: loops of compare-and-exchange, as LLVM text.

Names are ``anychip.atomic.<operation>.<type>.<ordering>``: fmin and fmax of every format (LLVM's own leave -0 and
signalling NaN open), and all operations of half and bfloat, which are carried as i16. The ordering ``private`` is for
memory that only one worker sees.
"""

from __future__ import annotations

import re

_LOOP = """
define internal VALUE @NAME(ptr %p, VALUE %v) nounwind {
entry:
  %first = load atomic BITS, ptr %p monotonic, align SIZE
  br label %again
again:
  %old = phi BITS [ %first, %entry ], [ %seen, %again ]
COMPUTE
  %pair = cmpxchg ptr %p, BITS %old, BITS %new ORDERING monotonic, align SIZE
  %seen = extractvalue { BITS, i1 } %pair, 0
  %done = extractvalue { BITS, i1 } %pair, 1
  br i1 %done, label %end, label %again
end:
  %result = bitcast BITS %old to VALUE
  ret VALUE %result
}
"""

_ONCE = """
define internal VALUE @NAME(ptr %p, VALUE %v) nounwind alwaysinline {
  %old = load BITS, ptr %p, align SIZE
COMPUTE
  store BITS %new, ptr %p, align SIZE
  %result = bitcast BITS %old to VALUE
  ret VALUE %result
}
"""

_WIDE = """  %a = bitcast BITS %old to VALUE
CALL
  %new = bitcast VALUE %r to BITS"""

_NARROW = """  %a = call float @anychip.FORMAT.extend(i16 %old)
  %w = call float @anychip.FORMAT.extend(i16 %v)
CALL
  %new = call i16 @anychip.FORMAT.round(float %r)"""

# Not minimumnum and maximumnum, for the reason that codegen.float_ops gives.
_EXTREMUM = """  %m = call TYPE @llvm.INTRINSIC.SUFFIX(TYPE %a, TYPE %w)
  %a_is_nan = fcmp uno TYPE %a, %a
  %w_is_nan = fcmp uno TYPE %w, %w
  %s = select i1 %a_is_nan, TYPE %w, TYPE %m
  %r = select i1 %w_is_nan, TYPE %a, TYPE %s"""

_OPERATIONS = {
    "fadd": "  %r = fadd TYPE %a, %w",
    "fsub": "  %r = fsub TYPE %a, %w",
    "fmin": _EXTREMUM.replace("INTRINSIC", "minimum"),
    "fmax": _EXTREMUM.replace("INTRINSIC", "maximum"),
}

_FORMATS = {
    "float": ("i32", 4, "f32"),
    "double": ("i64", 8, "f64"),
    "half": ("i16", 2, "f32"),
    "bfloat": ("i16", 2, "f32"),
}


def atomic_helper(name: str) -> str | None:
    """The definition of the helper of this name; None if the name is not one of these."""
    if not name.startswith("anychip.atomic."):
        return None
    operation, format_, ordering = name.split(".")[2:]
    bits, size, suffix = _FORMATS[format_]
    narrow = bits == "i16"
    call = _OPERATIONS[operation].replace("TYPE", "float" if narrow else format_).replace("SUFFIX", suffix)
    compute = (_NARROW if narrow else _WIDE).replace("CALL", call if narrow else re.sub(r"%w\b", "%v", call))
    frame = _ONCE if ordering == "private" else _LOOP
    text = frame.replace("COMPUTE", compute).replace("FORMAT", format_).replace("VALUE", bits if narrow else format_)
    return text.replace("BITS", bits).replace("SIZE", str(size)).replace("ORDERING", ordering).replace("NAME", name)
