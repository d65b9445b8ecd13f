"""
Where a person sees one character though the text has several.

A small, dependency-free approximation of the grapheme clusters of Unicode
(UAX #29): combining marks, variation selectors, zero-width joiners, emoji
modifiers and tags, flags, Hangul syllables, conjuncts, CR LF. It serves to
place a cut well, so a rare cluster that it misses costs only looks.
"""

from __future__ import annotations

import unicodedata


_JOINER = "\u200d"
_EXTENDERS = frozenset("\u200c\u200d")
FIRST_MARK = "\u0300"
"""Nothing below it continues a cluster, but a line feed after CR."""

_FIRST_REGIONAL, _LAST_REGIONAL = "\U0001f1e6", "\U0001f1ff"
_FIRST_MODIFIER, _LAST_MODIFIER = "\U0001f3fb", "\U0001f3ff"
_FIRST_TAG, _LAST_TAG = "\U000e0020", "\U000e007f"
_VIRAMA = 9  # canonical combining class
_FIRST_SYLLABLE, _LAST_SYLLABLE = 0xAC00, 0xD7A3
_TRAILING_FORMS = 28  # every 28th syllable has no trailing consonant


def joined(text: str, index: int, floor: int = 0) -> bool:
    """
    Tell whether a cut before ``text[index]`` would part a cluster.

    Args:
        text: The text.
        index: Where the cut would be, ``0 < index < len(text)``.
        floor: A border of clusters before it; looking back ends there.

    >>> joined("e\u0301", 1), joined("ab", 1)
    (True, False)
    """
    before, after = text[index - 1], text[index]
    if (
        after < FIRST_MARK
        or "\u2010" <= after < "\u20d0"  # punctuation, signs
        or "\u3400" <= after < "\ua000"  # ideographs
    ):
        return after == "\n" and before == "\r"
    if _extends(after):
        return unicodedata.category(before) != "Cc"
    if before == _JOINER:
        return not after.isspace()
    if _regional(before) and _regional(after):
        return _regionals_before(text, index, floor) % 2 == 1
    if unicodedata.combining(before) == _VIRAMA:
        return unicodedata.category(after) == "Lo"
    return _hangul_goes_on(ord(before), ord(after))


def start_of(text: str, index: int, floor: int) -> int:
    """
    Go back from a cut to the start of the cluster it would part.

    Args:
        text: The text.
        index: Where the cut would be.
        floor: Where the search ends.

    Returns:
        The index of the cluster's first character, ``floor`` at least;
        ``index`` itself if the cut parts nothing.
    """
    while index > floor and joined(text, index, floor):
        index -= 1
    return index


def _extends(character: str) -> bool:
    return (
        unicodedata.category(character)[0] == "M"
        or character in _EXTENDERS
        or _FIRST_MODIFIER <= character <= _LAST_MODIFIER
        or _FIRST_TAG <= character <= _LAST_TAG
    )


def _regional(character: str) -> bool:
    return _FIRST_REGIONAL <= character <= _LAST_REGIONAL


def _regionals_before(text: str, index: int, floor: int) -> int:
    start = index
    while start > floor and _regional(text[start - 1]):
        start -= 1
    return index - start


def _hangul_goes_on(before: int, after: int) -> bool:
    """UAX #29 GB6 to GB8, without the old jamo of the extended blocks."""
    vowel, trailing = range(0x1160, 0x11A8), range(0x11A8, 0x1200)
    syllable = _FIRST_SYLLABLE <= before <= _LAST_SYLLABLE
    if 0x1100 <= before < 0x1160:  # noqa: PLR2004 - leading consonants
        return (
            0x1100 <= after < 0x11A8  # noqa: PLR2004
            or _FIRST_SYLLABLE <= after <= _LAST_SYLLABLE
        )
    if before in vowel or (
        syllable and (before - _FIRST_SYLLABLE) % _TRAILING_FORMS == 0
    ):
        return after in vowel or after in trailing
    return (syllable or before in trailing) and after in trailing
