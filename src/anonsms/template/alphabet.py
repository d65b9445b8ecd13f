"""
Characters that need no second look.

They stand for themselves: cleaning leaves them as they are, they are in NFC
in any order, and no text made of them alone can hold a link or a macro (no
dot, colon, slash, at, percent sign, bracket or brace). Nearly all values are
made of nothing else, so one scan of a row is nearly all the cleaning done.
"""

from __future__ import annotations

import re
from typing import Final


SAFE_CLASS: Final = "A-Za-z0-9À-ÖØ-öø-ÿĀ-ž ,;'’\"!?&+€#*=~_\\-"
"""The inside of a character class of :mod:`re`."""

UNSAFE: Final = re.compile(f"[^{SAFE_CLASS}]")
"""Finds the first character that needs a look."""

# "?" counts as unsafe here: characters outside Latin-1 encode to it with
# errors="replace", and must not pass for safe.
LATIN1_TEST: Final = bytes(
    ord(" ") if UNSAFE.match(chr(code)) or chr(code) == "?" else ord("a")
    for code in range(256)
)
"""
Translates safe bytes of Latin-1 to a letter, others to a space.

``text.encode("latin-1", "replace").translate(LATIN1_TEST).isalpha()`` is the
fastest scan we measured; false means "ask :data:`UNSAFE`".
"""
