"""
A few words, all of which must be known for the whole to mean anything.

Reading ends at the first word that is not, which for ordinary texts is
nearly always the first or the second.
"""

from __future__ import annotations

import itertools
import re
from typing import Final

from anonsms.optout.answers import ADDRESSED, Keyword, Term
from anonsms.optout.folding import squeeze, undigit
from anonsms.optout.lexicon import Lexicon
from anonsms.optout.reply import Reply


PAIR: Final = 2
"""Words in the shortest phrase."""

_NAMED: Final = Term(marks=ADDRESSED)
_NUMBERED: Final = Term(marks=ADDRESSED, late=True)
_STRANGER: Final = Term()

_NUMBER: Final = re.compile(r"[0-9]{3,8}")
_CODE: Final = re.compile(r"[0-9]{5,8}")
_GLUED: Final = re.compile(r"([^\W\d]+)[0-9]{3,6}")


def phrase(
    words: list[str],
    known: Lexicon,
    own: str,
    *,
    question: bool,
) -> Reply | None:
    """A keyword with words beside it that change nothing about it."""
    keyword: Keyword | None = None
    marks = at = 0
    while at < len(words):
        term, size = known.terms.get(words[at]), 1
        if (
            term is None
            or words[at] in known.seconds
            or (own and own.startswith(words[at]))
        ):
            term, size = _term(words, at, known, own)
        found = term.keyword
        if found is not None:
            if keyword is None or (found.hard and not keyword.hard):
                keyword = found
        elif term.late and (
            keyword is None
            or (term.toward and not _aim(words, at + size, known, own))
        ):
            return None
        if term is _STRANGER:
            break
        marks |= term.marks
        at += size
    if keyword is None:
        return None
    if at < len(words):
        # STOP and one word that nobody knows: perhaps a brand.
        unclear = at == 1 and len(words) == PAIR and keyword.international
        return keyword.unclear if unclear and not question else None
    return keyword.question if question else keyword.answer(marks)


def _term(
    words: list[str], at: int, known: Lexicon, own: str
) -> tuple[Term, int]:
    """What stands at this place, and how many words it takes."""
    word = words[at]
    named = _addressee(words, at, own)
    if named and not word.isdecimal():
        return _NAMED, named
    if at + 1 < len(words) and words[at + 1] in known.seconds.get(word, ()):
        for size in range(len(words) - at, 1, -1):
            term = known.terms.get(" ".join(words[at : at + size]))
            if term is not None:
                return term, size
    term = known.terms.get(word)
    if term is not None:
        return term, 1
    if named:
        return _NUMBERED, named
    keyword = mended(word, known)
    return (_STRANGER if keyword is None else Term(keyword)), 1


def _aim(words: list[str], at: int, known: Lexicon, own: str) -> bool:
    """Whether what a keyword is aimed at stands here: "(à la) pub"."""
    if at >= len(words):
        return False
    term, _ = _term(words, at, known, own)
    # What is late and leads nowhere further is a topic, a number, "all".
    return term is _NAMED or term.late


def _addressee(words: list[str], at: int, own: str) -> int:
    """Words from here on that are our name or a number."""
    if at >= len(words):
        return 0
    if own and own.startswith(words[at]):
        # People space names their own way: "ma boutique", "maboutique".
        size = _joined(words, at, own)
        if size:
            return size
    return _groups(words, at) or (1 if _NUMBER.fullmatch(words[at]) else 0)


def _joined(words: list[str], at: int, own: str) -> int:
    joined = ""
    for size, word in enumerate(words[at:], 1):
        joined += word
        if joined == own:
            return size
        if not own.startswith(joined):
            break
    return 0


def _groups(words: list[str], at: int) -> int:
    """Words from here on that are the groups of one short code."""
    groups = list(itertools.takewhile(str.isdecimal, words[at:]))
    if len(groups) > 1 and _CODE.fullmatch("".join(groups)):
        return len(groups)
    return 0


def mended(word: str, known: Lexicon) -> Keyword | None:
    """The hard keyword that a word is, but for digits and doublings."""
    if word.isalpha():
        return known.squeezed.get(squeeze(word))
    for reading in undigit(word):
        found = known.whole.get(reading)
        if found is None:
            found = known.squeezed.get(squeeze(reading))
        if found is not None and found.hard:
            return found
    glued = _GLUED.fullmatch(word)
    if glued is not None:
        found = known.whole.get(glued[1])
        if found is not None and found.hard:
            return found
    return None
