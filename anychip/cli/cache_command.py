"""``anychip cache [clear | prune]``: where the cache is and how big; remove all of it, or its oldest part.

The bound is ANYCHIP_CACHE_SIZE in MiB (default 2048); linking a program prunes by itself.
"""

from __future__ import annotations

from anychip import options
from anychip.cache.store import Cache
from anychip.diagnostics import UserError


def main(words: list[str]) -> int:
    """Run the command; returns the exit status. Raises UserError."""
    cache = Cache()
    if words in (["-h"], ["--help"]):
        print(__doc__)
    elif words == ["clear"]:
        print(f"removed {cache.clear()} files from {cache.root}")
    elif words == ["prune"]:
        print(f"removed {cache.prune()} files from {cache.root}")
    elif words:
        raise UserError(f"unknown word {words[0]!r}", hint="anychip cache [clear | prune]")
    else:
        limit = options.cache_limit() >> 20
        print(f"{cache.root}\n{len(cache.files())} files, {cache.size() / 2**20:.1f} MiB of at most {limit} MiB")
    return 0
