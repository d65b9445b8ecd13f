"""
The linter's data: word lists by language, and the catalogue of rules.

One TOML file per language in ``elements/``, and ``rules.toml``; each entry
has its source and a confidence: ``P`` official text seen, ``V`` vendor or
law firm, ``M`` from memory, to be checked.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from importlib import resources

from attrs import field, frozen, validators

from anonsms.errors import ConfigurationError
from anonsms.wordings.kind import WordingKind
from anonsms.wordings.phrase import Phrase, parse_phrase
from anonsms.wordings.reading import fold_words
from anonsms.wordings.report import Severity


LISTS = frozenset(
    (
        "channel",  # text messages
        "other_channels",  # e-mail, calls, post
        "joins",  # what stands between two channels
        "purpose",  # offers, marketing
        "other_purposes",  # what needs a box of its own
        "statement",  # says yes, in the first person
        "reply",  # asks for a yes by SMS
        "send",  # tells which word to text where
        "refusal",  # says no, in the first person
        "untick",  # silence or a cleared box would be the yes
        "withdrawal",  # the right to stop
        "way",  # how to stop
        "not_stop",  # "stop" that means something else
        "access",  # rights, as in Art. 15, 16 and 21
        "correction",
        "objection",
        "notice",  # the privacy notice
        "bundled",  # agreement to terms
        "condition",  # no purchase without consent
        "no_condition",  # says that it is none
        "automated",  # says that texts are sent automatically
        "third_parties",  # others, by no name
        "lists",  # what is no name: "list", "here"
        "negators",  # turn a clause around
        "blanks",  # left to be filled in, as words
    )
)
"""What each language has a word list for."""


def _phrases(values: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(map(parse_phrase, values))


def _kinds(values: Iterable[str]) -> frozenset[WordingKind]:
    return frozenset(map(WordingKind, values))


def _folded(values: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in values for word in fold_words(text))


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@frozen(kw_only=True)
class WordList:
    """
    Phrases of one language that say the same thing.

    Attributes:
        phrases: As :func:`parse_phrase` reads them.
        confidence: ``P``, ``V`` or ``M``.
        source: Where they were found.
    """

    phrases: tuple[Phrase, ...] = field(converter=_phrases)
    confidence: str = field(validator=validators.in_("PVM"))
    source: str = field(validator=validators.min_len(1))


@frozen(kw_only=True)
class Elements:
    """
    What is known of one language.

    Attributes:
        language: BCP 47 primary tag.
        as_of: When the lists were last looked over.
        stop_words: Frequent words that tell the language, folded.
        lists: Word lists by name, one for each of :data:`LISTS`.
    """

    language: str
    as_of: date
    stop_words: frozenset[str] = field(converter=_folded)
    lists: Mapping[str, WordList]

    def __attrs_post_init__(self) -> None:
        """Refuse a language that lacks a list, or has one too many."""
        if self.lists.keys() != LISTS:
            odd = ", ".join(sorted(self.lists.keys() ^ LISTS))
            raise ConfigurationError(
                f"The word lists of {self.language!r} are not those that the "
                f"linter looks at. Missing or unknown: {odd}."
            )

    def phrases(self, name: str) -> tuple[Phrase, ...]:
        """The phrases of one list."""
        return self.lists[name].phrases


@frozen(kw_only=True)
class WordingRule:
    """
    One rule of the linter.

    Attributes:
        id: Stable name.
        message: What a fault says.
        remedy: What to do about it.
        source: Law or guidance it comes from.
        confidence: How well the source was seen: ``P``, ``V`` or ``M``.
        severity: How much a fault weighs.
        error_in: Languages where it is an error whatever ``severity`` says.
        error_for: Kinds for which it is one.
        kinds: Kinds it is about; empty for all.
        languages: Languages it is about; empty for all.
        countries: Countries it is about; empty for all.
    """

    id: str
    message: str
    remedy: str
    source: str
    confidence: str = field(validator=validators.in_("PVM"))
    severity: Severity = field(converter=Severity)
    error_in: frozenset[str] = field(default=frozenset(), converter=_set)
    error_for: frozenset[WordingKind] = field(
        default=frozenset(), converter=_kinds
    )
    kinds: frozenset[WordingKind] = field(
        default=frozenset(), converter=_kinds
    )
    languages: frozenset[str] = field(default=frozenset(), converter=_set)
    countries: frozenset[str] = field(default=frozenset(), converter=_set)

    def covers(self, kind: WordingKind, language: str, country: str) -> bool:
        """Whether it is about such a text."""
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.languages or language in self.languages)
            and (not self.countries or country in self.countries)
        )

    def weight(self, kind: WordingKind, language: str) -> Severity:
        """How much a fault of such a text weighs."""
        if kind in self.error_for or language in self.error_in:
            return Severity.ERROR
        return self.severity


def parse_elements(source: str) -> Elements:
    """
    Read one language from TOML.

    Raises:
        ConfigurationError: It is not TOML, or a field or list is unknown,
            missing or wrong.
    """
    try:
        data = tomllib.loads(source)
        lists = {name: WordList(**row) for name, row in data["lists"].items()}
        return Elements(**{**data, "lists": lists})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"The word lists cannot be read: {error}. The fields are "
            "described in anonsms.wordings.elements."
        ) from None


@functools.cache
def elements() -> Mapping[str, Elements]:
    """All languages of the linter by their tag; read from disk once."""
    folder = resources.files("anonsms.wordings").joinpath("elements")
    read = [
        parse_elements(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return {e.language: e for e in sorted(read, key=lambda e: e.language)}


@functools.cache
def wording_rules() -> tuple[WordingRule, ...]:
    """
    The rules of the linter, in the order in which faults are listed.

    >>> wording_rules()[0].id
    'empty'
    """
    file = resources.files("anonsms.wordings").joinpath("rules.toml")
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(WordingRule(id=id_, **row) for id_, row in data.items())
