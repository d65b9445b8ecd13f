"""
The GSM 7 bit alphabets: the default one and the national variants.

A message in GSM-7 names at most one *locking* table, which replaces the
default alphabet, and one *single shift* table, which replaces the default
extension table (TS 23.038 §6.2.1.2). The two need not be of one language.
The tables are ``default.toml`` and ``national.toml`` beside this file.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from anonsms.errors import ConfigurationError


ESCAPE = 0x1B
"""The septet before one of the extension table (TS 23.038 §6.2.1)."""

_HOLE = "----"


@frozen
class Shift:
    """
    The national tables that a message names in its header.

    Attributes:
        locking: Language that replaces the default alphabet, or None.
        single: Language that replaces the extension table, or None.
    """

    locking: str | None = None
    single: str | None = None

    def __str__(self) -> str:
        tables = []
        if self.locking:
            tables.append(f"{self.locking} locking shift")
        if self.single:
            tables.append(f"{self.single} single shift")
        return ", ".join(tables)


@frozen
class Language:
    """
    The national tables of one language (TS 23.038 annex A).

    Attributes:
        name: English name, in lower case, as in the standard.
        iso: Two-letter code (ISO 639-1).
        identifier: The number that stands in the header (§6.2.1.2.4).
        locking: Septet to character, or None if it has no such table.
        single: Septet after the escape to character.
    """

    name: str
    iso: str
    identifier: int
    locking: Mapping[int, str] | None = field(repr=False)
    single: Mapping[int, str] = field(repr=False)


@frozen(eq=False)
class Alphabet:
    """
    The two tables in force in one message.

    Attributes:
        basic: Septet to character.
        extension: Septet after the escape to character.
        locking: The language that ``basic`` is of, or None.
        single: The language that ``extension`` is of, or None.
    """

    basic: Mapping[int, str] = field(repr=False)
    extension: Mapping[int, str] = field(repr=False)
    locking: Language | None = None
    single: Language | None = None

    @property
    def shifts(self) -> int:
        """How many national tables the header has to name: 0 to 2."""
        return (self.locking is not None) + (self.single is not None)

    @property
    def shift(self) -> Shift | None:
        """The names of the national tables, or None if there are none."""
        if not self.shifts:
            return None
        return Shift(
            locking=self.locking.name if self.locking else None,
            single=self.single.name if self.single else None,
        )

    @functools.cached_property
    def codes(self) -> dict[int, str]:
        """
        Code point to septets, for ``str.translate``.

        Where a character stands twice, the basic table and then the lower
        septet are taken.
        """
        codes: dict[int, str] = {}
        for septet, character in sorted(self.basic.items()):
            codes.setdefault(ord(character), chr(septet))
        for septet, character in sorted(self.extension.items()):
            codes.setdefault(ord(character), chr(ESCAPE) + chr(septet))
        return codes

    @functools.cached_property
    def doubled(self) -> str:
        """The characters that cost two septets."""
        return "".join(chr(c) for c, s in self.codes.items() if len(s) > 1)

    @functools.cached_property
    def foreign(self) -> re.Pattern[str]:
        """Pattern of one character that these tables do not have."""
        known = "".join(map(chr, self.codes))
        return re.compile(f"[^{re.escape(known)}]")

    @functools.cached_property
    def _two_septets(self) -> re.Pattern[str]:
        return re.compile(f"[{re.escape(self.doubled)}]")

    @functools.cached_property
    def _latin(self) -> tuple[bytes, str]:
        """The characters of one septet in Latin-1, of two beyond it."""
        single = "".join(chr(c) for c, s in self.codes.items() if len(s) == 1)
        beyond = "".join(one for one in self.doubled if one > "\xff")
        return single.encode("latin-1", "ignore"), beyond

    def surplus(self, text: str) -> int:
        """Count the characters of two septets in a text of these tables."""
        single, beyond = self._latin
        if len(beyond) != 1:
            return len(self._two_septets.findall(text))
        doubled = text.encode("latin-1", "ignore").translate(None, single)
        return len(doubled) + text.count(beyond)

    def septets(self, text: str) -> int | None:
        """Count the septets of a text, or None if it is not of these."""
        if self.foreign.search(text):
            return None
        return len(text) + self.surplus(text)


@functools.cache
def document(name: str) -> dict[str, Any]:
    """Read one of the data files beside this module."""
    file = importlib.resources.files(__package__).joinpath(name)
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _table(rows: Mapping[str, str]) -> dict[int, str]:
    """Read lines of 16 hexadecimal code points, keyed by the first code."""
    table = {}
    for start, row in rows.items():
        for septet, point in enumerate(row.split(), int(start, 16)):
            if point != _HOLE:
                table[septet] = chr(int(point, 16))
    return table


def _default() -> Alphabet:
    tables = document("default.toml")
    return Alphabet(
        basic=_table(tables["basic"]),
        extension=_table(tables["extension"]),
    )


DEFAULT = _default()
"""The default alphabet and its extension table."""


@functools.cache
def national() -> dict[str, Language]:
    """Return the national tables by their English name."""
    languages = {}
    for name, entry in document("national.toml").items():
        if isinstance(entry, dict):
            languages[name] = Language(
                name=name,
                iso=entry["iso"],
                identifier=entry["identifier"],
                locking=_table(entry["locking"])
                if "locking" in entry
                else None,
                single=_table(entry["single"]),
            )
    return languages


def named(languages: Iterable[str]) -> tuple[Language, ...]:
    """
    Find the tables of languages.

    Args:
        languages: English names or ISO 639-1 codes, in any case; regions
            ("pt-BR") are ignored. One name alone is taken as one language.

    Raises:
        ConfigurationError: There is no national table for one of them.
    """
    if isinstance(languages, str):
        languages = (languages,)
    known = national()
    by_name = {**known, **{one.iso: one for one in known.values()}}
    by_name["odia"] = known["oriya"]
    found: dict[str, Language] = {}
    for asked in languages:
        word = asked.lower().replace("_", "-").partition("-")[0]
        language = by_name.get(word)
        if language is None:
            raise ConfigurationError(
                f"There is no national GSM-7 table for {asked!r} (TS 23.038 "
                "§6.2.1.2.4). Leave it out, or name one of: "
                + ", ".join(
                    f"{one.iso} ({one.name})" for one in known.values()
                )
                + "."
            )
        found[language.name] = language
    return tuple(found.values())


@functools.lru_cache(maxsize=64)
def variants(languages: tuple[str, ...]) -> tuple[tuple[Alphabet, ...], ...]:
    """
    Return the alphabets that languages open, the simplest first.

    Args:
        languages: As for :func:`named`.

    Returns:
        Three groups: one single shift; one locking shift; both.
    """
    chosen = named(languages)
    singles = tuple(
        Alphabet(DEFAULT.basic, one.single, single=one) for one in chosen
    )
    lockings = tuple(
        Alphabet(one.locking, DEFAULT.extension, locking=one)
        for one in chosen
        if one.locking is not None
    )
    both = tuple(
        Alphabet(outer.basic, inner.extension, outer.locking, inner.single)
        for outer in lockings
        for inner in singles
    )
    return singles, lockings, both
