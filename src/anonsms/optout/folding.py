"""
One spelling for what people type: case, accents, scripts, odd characters.

The same fold is put on the words of the packs and on inbound texts, so it
need not be right in any language; it only has to bring variants together.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


_LETTERS: Final = {
    # Letters that NFKD leaves whole.
    "ł": "l",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ð": "d",
    "ı": "i",
    "þ": "th",
    "ħ": "h",
    # Cyrillic that looks like Latin. П does not, but stands for P in СТОП.
    **dict(zip("авекмнорстухіјѕԁһп", "abekmhopctyxijsdhp", strict=True)),
    # Greek that looks like Latin, capital or small; Σ is typed for S.
    **dict(zip("αβεζηικμνορτυχσπ", "abezhikmnoptyxsp", strict=True)),
    # Small capitals, from fonts that phones offer.
    **dict(zip("ꜱᴛᴏᴘ", "stop", strict=True)),
    # An apostrophe joins: "s'il" is one word, "don't" is one word.
    **dict.fromkeys("'’‘ʼ`´", ""),
}

SIGNS: Final = "🛑✋⛔🚫❌👎"
"""Emoji that are kept as words, for packs to say what they mean."""

_DROPPED: Final = {"Mn", "Me", "Cf"}
_KEPT: Final = {"Ll", "Lu", "Lt", "Lm", "Lo", "Mc", "Nl", "No"}


class _Folding(dict[int, str]):
    """Code point to its folded form, found once and remembered."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if character in _LETTERS:
            folded = _LETTERS[character]
        elif character in SIGNS:
            folded = f" {character} "
        elif category == "Nd":
            folded = str(unicodedata.digit(character))
        elif category in _KEPT:
            folded = character
        else:
            folded = "" if category in _DROPPED else " "
        self[code] = folded
        return folded


_TABLE: Final = _Folding()

_RUN: Final = re.compile(r"(.)\1+")

_DIGITS_AS_I: Final = str.maketrans("051", "osi")
_DIGITS_AS_L: Final = str.maketrans("051", "osl")


def fold(text: str) -> list[str]:
    """
    Split a text into folded words.

    Compatibility forms become plain, case and accents go, look-alikes of
    other scripts become Latin, invisible characters vanish, punctuation
    separates. Never raises.

    >>> fold(" ARRÊT, s'il vous plaît ! ")
    ['arret', 'sil', 'vous', 'plait']
    >>> fold("S\u200bT\N{CYRILLIC CAPITAL LETTER O}P")
    ['stop']
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
    return text.casefold().translate(_TABLE).split()


def squeeze(word: str) -> str:
    """
    Leave one of each run of a letter.

    >>> squeeze("arrettt")
    'aret'
    """
    return _RUN.sub(r"\1", word) if _RUN.search(word) else word


def undigit(word: str) -> tuple[str, ...]:
    """
    Read digits as the letters they stand in for, if the rest are letters.

    >>> undigit("5t0p")
    ('stop', 'stop')
    >>> undigit("36180")
    ()
    """
    if word.isalpha() or word.isdecimal():
        return ()
    readings = (word.translate(_DIGITS_AS_I), word.translate(_DIGITS_AS_L))
    return tuple(reading for reading in readings if reading.isalpha())
