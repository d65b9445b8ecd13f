"""
Slips of the thumb: texts that are one key away from a keyword.

Only ever asked about a text of one single word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final


_LONG: Final = 7
"""Letters from which a keyword is unlike enough to other words."""
STEM: Final = 2
"""First letters that must be right: AB- and AN-melden are opposites."""

# Keys beside the letters of STOP on QWERTY, QWERTZ and AZERTY. Not 0 beside
# O: ST0P is a spelling, not a slip.
_BESIDE: Final = {"s": "awedxzq", "t": "ryfgz56", "o": "ipkl9", "p": "olm0"}


def _slips() -> frozenset[str]:
    """Forms of STOP with one letter lost, swapped, struck beside or added."""
    forms: set[str] = set()
    word = "stop"
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        forms.add(before + after)
        forms.update(before + key + after for key in _BESIDE[letter])
        for key in _BESIDE[letter]:
            forms.add(before + key + letter + after)
            forms.add(before + letter + key + after)
        if after:
            forms.add(before + after[0] + letter + after[1:])
    return frozenset(forms)


SLIPS_OF_STOP: Final = _slips()
"""SOTP, STIP, SYOP, STO…; some are real words, which the packs list."""


def _without_one(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _one_slip(typed: str, keyword: str) -> bool:
    """Whether one letter was lost, added, struck wrong or swapped."""
    start = 0
    shorter = min(len(typed), len(keyword))
    while start < shorter and typed[start] == keyword[start]:
        start += 1
    rest, right = typed[start:], keyword[start:]
    return (
        rest == right[1:]
        or rest[1:] == right
        or rest[1:] == right[1:]
        or (rest[:2] == right[1::-1] and rest[2:] == right[2:])
    )


class LongWords:
    """
    Finds the long keyword that a word was meant to be.

    An index of every keyword with each letter left out, so that a look-up
    costs as many dictionary reads as the word has letters.
    """

    def __init__(self, keywords: Iterable[str]) -> None:
        index: defaultdict[str, list[str]] = defaultdict(list)
        for word in keywords:
            if len(word) >= _LONG:
                for form in {word, *_without_one(word)}:
                    index[form].append(word)
        self._index: Mapping[str, list[str]] = dict(index)
        self.stems = {
            word[:STEM] for words in index.values() for word in words
        }

    def meant(self, typed: str) -> str | None:
        """
        The keyword that ``typed`` is one slip away from, if there is one.

        >>> LongWords(["unsubscribe"]).meant("unsubcribe")
        'unsubscribe'
        >>> LongWords(["abmelden"]).meant("anmelden") is None
        True
        """
        if len(typed) < _LONG - 1 or typed[:STEM] not in self.stems:
            return None
        for form in (typed, *_without_one(typed)):
            for keyword in self._index.get(form, ()):
                if keyword[:STEM] == typed[:STEM] and _one_slip(
                    typed, keyword
                ):
                    return keyword
        return None


def only_ending(typed: str, keyword: str) -> bool:
    """
    Whether the two differ in their last letter alone.

    Endings are grammar: "unsubscribed" tells, it does not ask.
    """
    return typed[: len(keyword) - 1] == keyword[:-1]
