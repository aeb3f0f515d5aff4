"""What a device link adds to the host side: the functions by which its objects register, as LLVM text.

Each relocatable object calls ``__cudaRegisterLinkedBinary_<identity>(callback, ...)`` before static constructors; the
callback registers its kernels and variables with the handle it is given. Here all objects get one handle, that of
the linked module. Weak, so that a library which carries its own device link may be linked again with a program's.
"""

from __future__ import annotations

from collections.abc import Iterable

from anychip.frontend.managed import shared_name

_MAGIC = 0x466243B1  # what the registration's wrapper begins with
_VERSION = 1

_SUPPORT = """
@anychip.wrapper = internal constant {{ i32, i32, ptr, ptr }} {{ i32 {magic}, i32 {version}, ptr @{symbol}, ptr null }}
@anychip.handle = internal global ptr null
declare ptr @__cudaRegisterFatBinary(ptr)
declare void @__cudaRegisterFatBinaryEnd(ptr)
declare void @__cudaUnregisterFatBinary(ptr)
declare i32 @atexit(ptr)
define internal void @anychip.unregister() {{
  %handle = load ptr, ptr @anychip.handle
  call void @__cudaUnregisterFatBinary(ptr %handle)
  ret void
}}
define internal ptr @anychip.register() {{
  %known = load ptr, ptr @anychip.handle
  %first = icmp eq ptr %known, null
  br i1 %first, label %register, label %done
register:
  %handle = call ptr @__cudaRegisterFatBinary(ptr @anychip.wrapper)
  store ptr %handle, ptr @anychip.handle
  call void @__cudaRegisterFatBinaryEnd(ptr %handle)
  %status = call i32 @atexit(ptr @anychip.unregister)
  ret ptr %handle
done:
  ret ptr %known
}}
"""
_FUNCTION = """define weak hidden void @{name}(ptr %callback, ptr, ptr, ptr) {{
  %handle = call ptr @anychip.register()
  call void %callback(ptr %handle)
  ret void
}}
"""


def linked_registration(module_symbol: str, functions: Iterable[str], managed: Iterable[str]) -> str:
    """The text that defines ``functions``, behind a module that exports its tables as ``module_symbol``.

    ``managed`` variables of the module get their own names, by which all its objects' host code knows them.
    """
    support = _SUPPORT.format(magic=_MAGIC, version=_VERSION, symbol=module_symbol)
    aliases = (f'@"{name}" = hidden alias i8, ptr @"{shared_name(module_symbol, name)}"\n' for name in managed)
    return "".join([support, *aliases, *(_FUNCTION.format(name=name) for name in functions)])
