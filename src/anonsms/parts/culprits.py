"""Which characters make a text dearer, and how to write them cheaper."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from attrs import field, frozen

from anonsms.parts.alphabet import DEFAULT, variants
from anonsms.parts.counting import lay_out
from anonsms.parts.lookalikes import cheaper
from anonsms.parts.sizes import Encoding, Layout


MOST_TRIED = 100
"""Characters whose savings are tried; each costs four counts of the text."""


@frozen
class Culprit:
    """
    A character that makes a text dearer.

    In UCS-2 these are the characters that GSM-7 has not, since one of them
    turns the whole text. In GSM-7 these are the characters of two septets,
    and those for which the header names a national table, but only if the
    text takes more parts for them. ``repr`` shows neither the character nor
    where it stands, for together they could tell the text.

    Attributes:
        character: The character, one code point.
        positions: Where it stands, in code points from 0.
        name: Its Unicode name, or ``"U+0009"`` where it has none.
        spelling: A cheaper way to write it, ``""`` if it may just go, or
            None if there is none.
        saves: Parts that are saved by writing it so, or by leaving it out
            if it has no spelling: alone, or once every other culprit with
            a spelling is written so, whichever is more. The savings of
            several culprits do not add up. Of more than 100 culprits the
            first 100 are tried; the others count as saving none.
    """

    character: str = field(repr=False)
    positions: tuple[int, ...] = field(repr=False)
    name: str = field(repr=False)
    spelling: str | None = field(repr=False)
    saves: int


def culprits_of(
    text: str, layout: Layout, count: int, languages: tuple[str, ...]
) -> tuple[Culprit, ...]:
    """
    Find the culprits of a text that has been counted.

    Args:
        text: The text.
        layout: Its layout.
        count: Its number of parts.
        languages: The languages whose tables might be used.

    Returns:
        One for each distinct character, as they first occur.
    """
    suspects = _suspects(text, layout, count, languages)
    if not suspects:
        return ()
    positions: dict[str, list[int]] = {}
    for place, character in enumerate(text):
        if character in suspects:
            positions.setdefault(character, []).append(place)
    spellings = {one: cheaper(one) for one in positions}
    respelled = {
        ord(one): spelling
        for one, spelling in spellings.items()
        if spelling is not None
    }

    def parts(table: Mapping[int, str]) -> int:
        changed = text.translate(table)
        return lay_out(changed, languages, layout.reference_bits)[2]

    found = []
    for tried, (one, places) in enumerate(positions.items()):
        alone = last = 0
        if tried < MOST_TRIED:
            this = {ord(one): spellings[one] or ""}
            others = {k: s for k, s in respelled.items() if k != ord(one)}
            alone = count - parts(this)
            last = parts(others) - parts(others | this)
        found.append(
            Culprit(
                character=one,
                positions=tuple(places),
                name=unicodedata.name(one, f"U+{ord(one):04X}"),
                spelling=spellings[one],
                saves=max(0, alone, last),
            )
        )
    return tuple(found)


def _suspects(
    text: str, layout: Layout, count: int, languages: tuple[str, ...]
) -> set[str]:
    foreign = set(DEFAULT.foreign.findall(text))
    if layout.encoding is Encoding.UCS2:
        if languages:
            covered = {
                chr(point)
                for group in variants(languages)
                for alphabet in group
                for point in alphabet.codes
            }
            # A mixture of languages: then each of its letters is at fault.
            return (foreign - covered) or foreign
        return foreign
    plain = Layout(Encoding.GSM7, reference_bits=layout.reference_bits)
    if count <= plain.least(len(text)):
        return set()
    return foreign | set(layout.alphabet.doubled).intersection(text)
