"""
How keywords and politeness are spelt, and how they arrive.

All forms are casefolded. The most usual ones are listed beforehand, so that
most texts are understood without being folded.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable
from typing import Final

from anonsms.optout.folding import fold
from anonsms.optout.pack import of_packs, packs


_ENDS: Final = ("", ".", "!")


def folded_key(text: str) -> str:
    """The key of a word or phrase in every look-up by folded text."""
    return " ".join(fold(text))


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


@functools.cache
def usual_forms(text: str) -> tuple[str, ...]:
    """A word or phrase with and without accents, a mark at its end or not."""
    key = folded_key(text)
    plain = key if key.isascii() else _lower(text)
    return tuple(
        form + end
        for form in {_lower(text): None, plain: None}
        for end in (*_ENDS, " !", "!!", "!!!")
    )


def word_forms(keys: Iterable[str]) -> dict[str, str]:
    """Every single word of these keys by the forms it is usually typed in."""
    words = {word for key in keys for word in key.split(" ")}
    spelt = [*_words_of_packs().items(), *zip(words, words, strict=True)]
    return {
        form: word
        for typed, word in spelt
        if word in words
        for form in _ended(typed)
    }


@functools.cache
def _ended(word: str) -> tuple[str, ...]:
    return tuple(word + end for end in (*_ENDS, ","))


@of_packs()
def _words_of_packs() -> dict[str, str]:
    """Folded word by casefolded word, for every word that a pack lists."""
    return {
        _lower(word): folded_key(word)
        for pack in packs().values()
        for texts in (
            pack.fillers,
            pack.topics,
            pack.everything,
            pack.toward,
            pack.articles,
            *(group.words for group in pack.groups),
        )
        for text in texts
        for word in text.split(" ")
    }


def damaged_forms(word: str) -> frozenset[str]:
    """
    Forms of a word whose accented letters were lost on the way.

    GSM 03.38 has no ê, ą or ş; a gateway puts ``?`` or nothing there
    (TS 23.038 §6.2.1 lists the letters that pass).

    >>> sorted(damaged_forms("arrêt"))
    ['arr t', 'arr??t', 'arr?t']
    """
    lower = _lower(word)
    if lower.isascii():
        return frozenset()
    forms = (
        "".join(letter if letter.isascii() else lost for letter in lower)
        for lost in ("?", "??", " ")
    )
    return frozenset(
        form
        for form in forms
        # Of a word that is all foreign letters, nothing would be left.
        if sum(map(str.isalpha, form)) > len(form) / 2
    )
