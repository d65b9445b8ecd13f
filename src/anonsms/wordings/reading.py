"""
A text as folded words, each of which knows its sentence and its clause.

Case and accents go, punctuation separates, addresses of pages and of mail
become one word each. Rules look at words, so that "sms" is never found
inside another one.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import evolve, field, frozen


URL: Final = "<url>"
"""Stands for the address of a page."""

EMAIL: Final = "<email>"
"""Stands for an e-mail address."""

NOTHING: Final = "<nothing>"
"""Stands for words that the rules shall not see."""

_LETTERS: Final = {
    # Letters that NFKD leaves whole.
    "ł": "l",
    "ø": "o",
    "æ": "ae",
    "œ": "oe",
    "đ": "d",
    "ı": "i",
}
_INVISIBLE: Final = {"Mn", "Me", "Cf"}
_AROUND: Final = ".,;:!?()[]{}<>\"'«»„“”‘’…*"
_CHUNK: Final = re.compile(r"\S+")
_PAGE: Final = re.compile(
    r"(?:https?://|www\.)\S+"
    r"|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?::\d+)?(?:/\S*)?",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(r"[^@]+@[^@.]+(?:\.[^@.]+)+")

# After these a full stop ends no sentence; neither does it after a word of
# one or two letters ("z o.o.", "p. ex.").
_ABBREVIATIONS: Final = frozenset(
    (
        *("art", "bzw", "etc", "inc", "inkl", "ltd", "max", "min", "nr"),
        *("num", "str", "tel", "tzn", "tzw", "ust", "zzgl"),
    )
)
_ABBREVIATED: Final = 2


@frozen
class Word:
    """
    One folded word and where it stands.

    Attributes:
        text: The folded form, or one of the stand-ins of this module.
        start: Index of its first character in the text.
        end: Index after its last.
        sentence: Number of its sentence, from 0.
        clause: Number of its clause, from 0; clauses never span sentences.
    """

    text: str
    start: int
    end: int
    sentence: int = 0
    clause: int = 0


@frozen(repr=False)
class Reading:
    """
    A text and its words.

    Attributes:
        text: The text itself.
        words: Its words, in order.
        places: Indices into ``words`` by folded form.
    """

    text: str
    words: tuple[Word, ...]
    places: Mapping[str, Sequence[int]] = field(init=False, eq=False)

    @places.default
    def _found_places(self) -> Mapping[str, Sequence[int]]:
        places: dict[str, list[int]] = defaultdict(list)
        for index, word in enumerate(self.words):
            places[word.text].append(index)
        return dict(places)

    def shown(self, first: int, after: int) -> str:
        """The text from one word up to another, on one line, shortened."""
        most = 60
        raw = self.text[self.words[first].start : self.words[after - 1].end]
        line = " ".join(raw.split())
        # A control character or half a surrogate would spoil the report.
        line = "".join(c if c.isprintable() else "�" for c in line)
        return line if len(line) <= most else f"{line[: most - 1]}…"

    def without(
        self, spans: Iterable[tuple[int, int]], stand_in: str
    ) -> Reading:
        """The same text with some words put out of sight of the rules."""
        gone = {at for first, after in spans for at in range(first, after)}
        if not gone:
            return self
        return Reading(
            self.text,
            tuple(
                evolve(word, text=stand_in) if at in gone else word
                for at, word in enumerate(self.words)
            ),
        )

    def __repr__(self) -> str:
        return f"<Reading {len(self.words)} words>"


@functools.lru_cache(maxsize=4096)
def _folded(character: str) -> str | None:
    """A character's folded letters; ``None`` where a word ends."""
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    plain = unicodedata.normalize("NFKD", character).casefold()
    letters = "".join(
        _LETTERS.get(letter, letter)
        for letter in unicodedata.normalize("NFKD", plain)
        if letter.isalnum()
    )
    return letters or None


def _spelt(text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The folded words of a stretch of text, and where each stands."""
    letters, begun = "", start
    for index in range(start, end):
        folded = _folded(text[index])
        if folded is None:
            if letters:
                yield letters, begun, index
            letters = ""
        else:
            if not letters:
                begun = index
            letters += folded
    if letters:
        yield letters, begun, end


def fold_words(text: str) -> list[str]:
    """
    Split a text into folded words.

    >>> fold_words("J’accepte les SMS-y, żółć & Œuvre")
    ['j', 'accepte', 'les', 'sms', 'y', 'zolc', 'oeuvre']
    """
    return [letters for letters, _, _ in _spelt(text, 0, len(text))]


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """Words and addresses of a text, and where each stands."""
    for chunk in _CHUNK.finditer(text):
        raw = chunk[0]
        bare = raw.strip(_AROUND)
        start = chunk.start() + raw.find(bare)
        if "@" in bare and _MAIL.fullmatch(bare):
            yield EMAIL, start, start + len(bare)
        elif "." in bare and _PAGE.fullmatch(bare):
            yield URL, start, start + len(bare)
        else:
            yield from _spelt(text, chunk.start(), chunk.end())


def _ends(word: str, between: str, following: str) -> bool:
    """Whether a sentence ends between two words."""
    if any(mark in between for mark in "!?;…") or between.count("\n") > 1:
        return True
    if following.islower():
        return False
    if word in (URL, EMAIL):
        # Nobody puts a full stop after an address.
        return True
    if not between.startswith(".") or between == ".":
        return False
    short = word.isalpha() and len(word) <= _ABBREVIATED
    return not short and word not in _ABBREVIATIONS


def read(text: str) -> Reading:
    """
    Read a text into words.

    >>> [w.text for w in read("Infos : https://shop.example/rgpd. STOP").words]
    ['infos', '<url>', 'stop']
    """
    words: list[Word] = []
    sentence = clause = 0
    for letters, start, end in _pieces(text):
        if words:
            between = text[words[-1].end : start]
            if _ends(words[-1].text, between, text[start]):
                sentence += 1
                clause += 1
            elif any(mark in between for mark in ",:()–—"):
                clause += 1
        words.append(Word(letters, start, end, sentence, clause))
    return Reading(text, tuple(words))
