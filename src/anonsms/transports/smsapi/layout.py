"""
The template that rendered texts have in common.

Works on whole words: what stands beside a placeholder is a space or an end
of the text, so that nothing of a text can join a placeholder's brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from attrs import field, frozen


_PLACEHOLDER: Final = re.compile(r"\[%([1-4])%\]")
_ENOUGH: Final = 3
"""Words that a text needs between its ends to have an anchor within."""


@frozen(repr=False, eq=False)
class Layout:
    """
    What texts have in common, with places for values between.

    Attributes:
        literals: What stands before, between and after the values: one
            more than there are places.
    """

    literals: tuple[str, ...] = field()

    @property
    def template(self) -> str:
        """As SMSAPI reads it, with ``[%1%]`` … for the values."""
        first, *others = self.literals
        return first + "".join(
            f"[%{nth}%]{literal}"
            for nth, literal in enumerate(others, start=1)
        )

    @property
    def bare(self) -> bool:
        """Whether a value is all that there is."""
        return not any(self.literals)

    def values(self, text: str) -> list[str] | None:
        """
        What a text has in the places; ``None`` if it has none of this.

        No value is empty. Takes the first occurrence of each literal,
        which fits whenever anything does, and is linear in the text.
        """
        first, *middle, last = self.literals
        end = len(text) - len(last)
        if not (text.startswith(first) and text.endswith(last)):
            return None
        found: list[str] = []
        at = len(first)
        for literal in middle:
            stop = text.find(literal, at + 1, end)
            if stop < 0:
                return None
            found.append(text[at:stop])
            at = stop + len(literal)
        if at >= end:
            return None
        found.append(text[at:end])
        return found

    def __repr__(self) -> str:
        return f"<Layout with {len(self.literals) - 1} places>"


def fill(
    template: str, columns: Sequence[Sequence[str]], count: int
) -> list[str]:
    """The ``count`` texts that SMSAPI makes of a template and its values."""
    if not columns:
        return [template] * count
    parts = _PLACEHOLDER.split(template)
    texts = [parts[0]] * count
    # What comes after a literal is the number of a placeholder.
    for nth, literal in zip(parts[1::2], parts[2::2], strict=True):
        texts = [
            text + value + literal
            for text, value in zip(texts, columns[int(nth) - 1], strict=True)
        ]
    return texts


def layout_of(texts: Sequence[str], slots: int) -> Layout:
    """
    What texts have in common, word by word.

    Linear in the length of the texts.

    Args:
        texts: At least one, without ``[%``.
        slots: Most places, 1 to 4.

    Returns:
        A layout: without places if all are equal, perhaps a bare one.
    """
    low, high = min(texts), max(texts)
    if low == high:
        return Layout((low,))
    start = _shared_words(low, high)
    middles = [text[start:] for text in texts]
    back = [middle[::-1] for middle in middles]
    end = _shared_words(min(back), max(back))
    prefix = low[:start]
    suffix = low[len(low) - end :]
    if end:
        middles = [middle[:-end] for middle in middles]
    rows = [middle.split(" ") for middle in middles]
    gaps = _gaps(rows, slots) if slots > 1 else []
    if not gaps:
        return Layout((prefix, suffix))
    words = rows[0]
    starts = [0, *(stop for _, stop in gaps)]
    stops = [*(start for start, _ in gaps), len(words)]
    literals = [
        " ".join(["", *words[start:stop], ""])
        for start, stop in zip(starts, stops, strict=True)
    ]
    # The ends have a space on one side, and none if nothing is there.
    literals[0] = prefix + literals[0][1:]
    literals[-1] = literals[-1][:-1] + suffix
    return Layout(tuple(literals))


def _shared_words(low: str, high: str) -> int:
    """
    How much all texts between two have in common, up to a space.

    What the first and the last in order share, those between share too.
    """
    size = min(len(low), len(high))
    pairs = enumerate(zip(low, high, strict=False))
    end = next((at for at, (one, other) in pairs if one != other), size)
    return low.rfind(" ", 0, end) + 1


def _gaps(rows: Sequence[Sequence[str]], slots: int) -> list[tuple[int, int]]:
    """Where the values are in the first text, between words all share."""
    if min(map(len, rows)) < _ENOUGH:
        return []
    places = _anchors(rows)
    if not places[0]:
        return []
    bounds = [
        [-1, *row, len(words)] for row, words in zip(places, rows, strict=True)
    ]
    found: list[tuple[int, int]] = []
    empty_start = False
    # A gap is named by the anchors around it, of which 0 is the beginning.
    for after in range(1, len(bounds[0])):
        before = 0 if empty_start else after - 1
        sizes = [row[after] - row[before] - 1 for row in bounds]
        empty_start = False
        if not any(sizes) or _same(rows, bounds, before, after):
            continue
        if not all(sizes):
            # No value is to be empty: it takes in the anchor before it, or
            # the one behind if it is the first.
            if before == 0:
                empty_start = True
                continue
            joined = found and found[-1][1] == before
            before = found.pop()[0] if joined else before - 1
        found.append((before, after))
    while len(found) > slots:
        _join_nearest(found, bounds[0])
    first = bounds[0]
    return [(first[before] + 1, first[after]) for before, after in found]


def _same(
    rows: Sequence[Sequence[str]],
    bounds: Sequence[Sequence[int]],
    before: int,
    after: int,
) -> bool:
    """Whether all texts have the same words there."""
    first: Sequence[str] | None = None
    for words, row in zip(rows, bounds, strict=True):
        here = words[row[before] + 1 : row[after]]
        if first is None:
            first = here
        elif here != first:
            return False
    return True


def _anchors(rows: Sequence[Sequence[str]]) -> list[list[int]]:
    """
    The words that every text has once, in one order, by their places.

    One list of places per text, all of one length.
    """
    spots: list[dict[str, int]] = []
    shared: set[str] | None = None
    for words in rows:
        where: dict[str, int] = {}
        again: set[str] = set()
        for at, word in enumerate(words):
            if word in where:
                again.add(word)
            where[word] = at
        once = where.keys() - again
        shared = set(once) if shared is None else shared & once
        if not shared:
            return [[]]
        spots.append(where)
    chain = sorted(shared or (), key=spots[0].__getitem__)
    for where in spots[1:]:
        last, kept = -1, []
        for word in chain:
            if where[word] > last:
                last = where[word]
                kept.append(word)
        chain = kept
    return [[where[word] for word in chain] for where in spots]


def _join_nearest(found: list[tuple[int, int]], row: Sequence[int]) -> None:
    """Make one gap of the two with the fewest words between them."""
    between = [
        row[found[at + 1][0]] - row[found[at][1]]
        for at in range(len(found) - 1)
    ]
    nearest = between.index(min(between))
    found[nearest : nearest + 2] = [(found[nearest][0], found[nearest + 1][1])]
