"""
Short texts that begin with STOP, or with a word that leads to it.

"Yes, stop" and "No. Stop" are stops. STOP with words that nobody knows may
be one: it is for a person to read, unless it begins an everyday phrase.
"""

from __future__ import annotations

import re
from typing import Final

from anonsms.optout.answers import POLITE
from anonsms.optout.lexicon import Lexicon
from anonsms.optout.phrase import PAIR, phrase
from anonsms.optout.reply import Reply


AROUND: Final = " .,;:!-()\"'«»…\t\n\u200b\u00a0"
"""Marks and spaces around words."""
MARKED: Final = re.compile(
    # A hyphen of any kind joins; a dash between spaces or a new line parts.
    r"[\W_]*[^\W_]+(?:[ \t\u00a0]*[^\w \t\u00a0'’\-\u2010-\u2013]"
    r"|\s+[\u2012\u2013]\s)"
)
"""A mark after the first word, which parts it from the next."""


def perhaps(raw: list[str], known: Lexicon) -> bool:
    """Whether STOP stands where it may be meant, the other words unknown."""
    first = raw[0]
    plain = first if first.isalpha() else first.strip(AROUND)
    if plain in known.international:
        return True
    # Most texts with STOP in them are about a bus: no need to weigh those.
    return not known.international.isdisjoint(raw) and (
        plain in known.leading or not plain.isascii()
    )


def asked_to_stop(words: list[str], known: Lexicon) -> Reply | None:
    """
    STOP first in a short text: for a person to read.

    A stop that is missed breaks the law, a pause too many does not.
    """
    for at, word in enumerate(words):
        keyword = known.whole.get(word)
        if keyword is not None and keyword.hard:
            stops = keyword.international and word.isalpha()
            if stops and not _everyday(words[at:], known):
                return keyword.unclear
            return None
        term = known.terms.get(word)
        if term is None or term.marks != POLITE:
            return None
    return None


def _everyday(words: list[str], known: Lexicon) -> bool:
    """Whether they begin as "stop by", which is about something else."""
    return len(words) >= PAIR and " ".join(words[:PAIR]) in known.near_stop


def led(
    typed: str, words: list[str], known: Lexicon, own: str, *, question: bool
) -> Reply | None:
    """STOP after "yes", after "no" and a mark, or after "reply"."""
    if len(words) < PAIR:
        return None
    first, rest = words[0], words[1:]
    keyword = known.whole.get(rest[0])
    if keyword is None or not (keyword.hard and keyword.international):
        return None
    if _everyday(rest, known):
        return None
    if (
        first in known.yes
        or (first in known.asks and len(rest) == 1)
        # "No, stop" is a stop, "non-stop" is none.
        or (first in known.no and MARKED.match(typed))
    ):
        return phrase(rest, known, own, question=question)
    return None
