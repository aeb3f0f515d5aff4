"""LLVM text with words to fill in."""

from __future__ import annotations

import re


def fill_template(template: str, words: dict[str, str]) -> str:
    """A template with its words replaced; what they are replaced by stays as it is."""
    pattern = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
    return re.sub(pattern, lambda found: words[found[0]], template)
