"""
How wide a text stands in a terminal, and texts made to fit.

No terminal agrees with another on every emoji. The rules here follow what
most of them draw: two cells for wide characters and emoji, one emoji for a
joined sequence, none for combining marks.
"""

from __future__ import annotations

import unicodedata
from typing import Final, Literal


Align = Literal["l", "c", "r"]
"""Left, centre, right."""

_JOINER: Final = "\u200d"
_EMOJI_LOOK: Final = "\ufe0f"
_KEYCAPS: Final = tuple("0123456789#*‼⁉")
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_BIDI: Final = {
    ord(c): None for c in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
} | {ord(c): None for c in "\u2066\u2067\u2068\u2069"}
"""Marks that turn the reading direction, and so could disguise a cell."""


def clean(text: str) -> str:
    """
    One harmless line: what could steer a terminal or a page is taken out.

    Control characters (escape sequences, line breaks) become spaces, marks
    that turn the reading direction vanish, and lone surrogates, which
    cannot be printed, become U+FFFD.

    >>> clean("two" + chr(10) + "lines")
    'two lines'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_harmless, text.translate(_BIDI)))


def _harmless(character: str) -> str:
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cs":
            return "\ufffd"
        case _:
            return character


def width(text: str) -> int:
    """
    Cells that the text takes in a terminal with a fixed-width font.

    >>> width("Zoé"), width("東京"), width("👍🏽"), width("👩‍🚀")
    (3, 4, 2, 2)
    """
    if text.isascii():
        return len(text)
    cells = 0
    before = ""
    last = 0  # cells of the character that marks would change
    for character in text:
        if _changes(character, before):
            # The emoji look of a sign that is narrow as text.
            cells += 2 - last if last == 1 else 0
            last = 2
        elif not (before == _JOINER and _is_sign(character)):
            last = _cells(character) or last
            cells += _cells(character)
        before = character
    return cells


def _changes(character: str, before: str) -> bool:
    """Whether it asks for another look of the sign before it."""
    if character == _EMOJI_LOOK:
        return before in _KEYCAPS or _is_sign(before)
    return ord(character) in _SKIN_TONES and _is_sign(before)


def _is_sign(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] == "S"


def _cells(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def pad(text: str, cells: int, align: Align = "l") -> str:
    """
    Fill up with spaces to a width in cells.

    >>> pad("7", 3, "r")
    '  7'
    """
    room = max(0, cells - width(text))
    if align == "r":
        return " " * room + text
    left = room // 2 if align == "c" else 0
    return " " * left + text + " " * (room - left)


def shorten(text: str, cells: int) -> str:
    """
    Cut to a width in cells, with an ellipsis where something is missing.

    >>> shorten("no consent for this purpose", 11)
    'no consent…'

    Args:
        text: Any text.
        cells: At least 1.
    """
    if width(text) <= cells:
        return text
    end = 0
    while width(text[: end + 1]) < cells:
        end += 1
    return text[:end].rstrip() + "…"
