"""
Language packs: what people type to leave, stay or ask, as checked data.

One TOML file per language in ``packs/``. They are read once, on first use;
after that nothing here touches the disk.
"""

from __future__ import annotations

import enum
import functools
import threading
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib import resources
from typing import Any, Final, TypeVar

from attrs import field, frozen, validators

from anonsms.consent import Scope
from anonsms.errors import ConfigurationError
from anonsms.optout.folding import fold
from anonsms.optout.reply import Also, Intent


T = TypeVar("T")

UNIVERSAL: Final = "und"
"""Tag of the pack of words that are known everywhere (BCP 47 "und")."""


class Meaning(enum.StrEnum):
    """What the words of a group mean when they are the whole text."""

    OPT_OUT = "opt-out"
    ERASURE = "erasure"
    """An opt-out that asks for deletion too."""
    REVIEW = "review"
    """Perhaps an opt-out: an everyday word as well."""
    NO = "no"
    """An opt-out only for who was asked whether they want our texts."""
    OPT_IN = "opt-in"
    YES = "yes"
    """An opt-in only for who was asked."""
    HELP = "help"

    @property
    def hard(self) -> bool:
        """Whether it is an opt-out without doubt."""
        return self in (Meaning.OPT_OUT, Meaning.ERASURE)

    @property
    def doubtful(self) -> bool:
        """Whether a known region narrows it to the languages there."""
        return self in (Meaning.REVIEW, Meaning.NO, Meaning.YES)


def _texts(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(texts)


def _codes(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(codes)


def _also(name: str | None) -> Also | None:
    return None if name is None else Also(name)


@frozen(kw_only=True)
class Group:
    """
    Words of one language with one meaning and one source.

    Attributes:
        means: What they mean as the whole text.
        words: As written properly, accents included: spellings without
            them, or damaged on the air, follow by themselves.
        evidence: How the words were found: ``P`` official, ``V`` vendor,
            ``R`` public source code, ``X`` measured, ``M`` from memory.
        confidence: ``"high"``, ``"medium"`` or ``"low"``.
        source: Where to look it up.
        certain: Whether the meaning leaves no doubt.
        scope: How far an opt-out by these words reaches.
        also: What the words may ask for beside.
        always: They count even where other languages are asked for.
        gated: They count only where the language was asked for by name, or
            the region is one where it is spoken.
        regions: They count only in these regions, by their rules.
        elsewhere: What gated words are elsewhere, a doubtful word
            (``review``) or nothing to us (``other``).
    """

    means: Meaning = field(converter=Meaning)
    words: tuple[str, ...] = field(
        converter=_texts, validator=validators.min_len(1)
    )
    evidence: str = field(validator=validators.in_("PVRXM"))
    confidence: str = field(
        validator=validators.in_(("high", "medium", "low"))
    )
    source: str = field(validator=validators.min_len(1))
    certain: bool = True
    scope: Scope = field(default=Scope.MARKETING, converter=Scope)
    also: Also | None = field(default=None, converter=_also)
    always: bool = False
    gated: bool = False
    regions: frozenset[str] = field(default=frozenset(), converter=_codes)
    elsewhere: Intent = field(default=Intent.OTHER, converter=Intent)


@frozen(kw_only=True)
class WayOutWords:
    """
    How texts in a language tell people how to leave.

    Attributes:
        asks: What asks for an answer: "reply", "répondez".
        ends: What the answer or link is for: "opt out", "désabonnement".
        either: What offers a second way: "or", "ou".
        everyday: Those of ``ends`` that are said of much else: "to end".
        via: What may stand between those and a link: "on", "click".
        never: What says not to: "don't", "pas".
    """

    asks: tuple[str, ...] = field(default=(), converter=_texts)
    ends: tuple[str, ...] = field(default=(), converter=_texts)
    either: tuple[str, ...] = field(default=(), converter=_texts)
    everyday: tuple[str, ...] = field(default=(), converter=_texts)
    via: tuple[str, ...] = field(default=(), converter=_texts)
    never: tuple[str, ...] = field(default=(), converter=_texts)


@frozen(kw_only=True)
class Pack:
    """
    What is known of one language.

    Attributes:
        language: BCP 47 tag of the language.
        as_of: When its words were last looked up.
        groups: The words that mean something.
        aliases: Other tags for it.
        everywhere: Its doubtful words count in every region.
        regions: ISO 3166 codes of where it is spoken.
        main_in: Regions that are answered in it by default.
        fillers: Politeness that changes nothing about a keyword.
        topics: What may be named after a keyword: "sms", "pub".
        everything: Words by which an opt-out reaches every text.
        toward: What may stand between a keyword and a number.
        articles: What may stand between a keyword and a topic: "la", "your".
        near_stop: Real words one slip away from STOP: for review.
        ordinary: Whole texts that look like a keyword and are none; those
            of several words also as the beginning of a text: "stop by".
        signatures: How lines begin that a phone adds by itself.
        reactions: How a phone words a reaction to a text of ours.
        confirmation: The one text that confirms an opt-out, with
            ``{sender}``; empty where there is none.
        way_out: How texts in it tell people how to leave.
    """

    language: str = field(validator=validators.matches_re(r"[a-z]{2,3}"))
    as_of: date
    groups: tuple[Group, ...]
    aliases: frozenset[str] = field(default=frozenset(), converter=_codes)
    everywhere: bool = False
    regions: frozenset[str] = field(default=frozenset(), converter=_codes)
    main_in: frozenset[str] = field(default=frozenset(), converter=_codes)
    fillers: tuple[str, ...] = field(default=(), converter=_texts)
    topics: tuple[str, ...] = field(default=(), converter=_texts)
    everything: tuple[str, ...] = field(default=(), converter=_texts)
    toward: tuple[str, ...] = field(default=(), converter=_texts)
    articles: tuple[str, ...] = field(default=(), converter=_texts)
    near_stop: tuple[str, ...] = field(default=(), converter=_texts)
    ordinary: tuple[str, ...] = field(default=(), converter=_texts)
    signatures: tuple[str, ...] = field(default=(), converter=_texts)
    reactions: tuple[str, ...] = field(default=(), converter=_texts)
    confirmation: str = ""
    way_out: WayOutWords = WayOutWords()

    def __attrs_post_init__(self) -> None:
        """Refuse a word that folds away, or that stands in two places."""
        seen: set[tuple[str, ...]] = set()
        for group in self.groups:
            for word in group.words:
                folded = tuple(fold(word))
                if not folded or folded in seen:
                    raise ConfigurationError(
                        f"Pack {self.language!r}: {word!r} folds to a form "
                        "that is empty or already listed. List every word "
                        "once, with its accents."
                    )
                seen.add(folded)


def parse_pack(source: str) -> Pack:
    """
    Read one pack from TOML.

    Args:
        source: The text of a pack file.

    Raises:
        ConfigurationError: It is not TOML, a field is unknown, missing or
            wrong, or a word is listed twice.
    """
    try:
        data = tomllib.loads(source)
        groups = tuple(Group(**row) for row in data.pop("groups"))
        answer = data.pop("confirmation", {"text": ""})["text"]
        way_out = WayOutWords(**data.pop("way_out", {}))
        return Pack(
            groups=groups, confirmation=answer, way_out=way_out, **data
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"A language pack cannot be read: {error}. The fields are "
            "described in anonsms.optout.pack."
        ) from None


@functools.cache
def _built_in() -> Mapping[str, Pack]:
    folder = resources.files("anonsms.optout").joinpath("packs")
    read = [
        parse_pack(entry.read_text(encoding="utf-8"))
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    ]
    return _by_language(read)


def _by_language(read: Iterable[Pack]) -> Mapping[str, Pack]:
    return {p.language: p for p in sorted(read, key=lambda p: p.language)}


_added: dict[str, Pack] = {}
_of_packs: list[functools._lru_cache_wrapper[Any]] = []
_changing: Final = threading.RLock()


def of_packs(
    maxsize: int | None = None,
) -> Callable[[Callable[..., T]], functools._lru_cache_wrapper[T]]:
    """
    Remember what a function makes of the packs, until there is another.

    As :func:`functools.lru_cache`, and as fast.

    Args:
        maxsize: Most results to remember; ``None``: all.
    """

    def remember(
        function: Callable[..., T],
    ) -> functools._lru_cache_wrapper[T]:
        remembered = functools.lru_cache(maxsize)(function)
        _of_packs.append(remembered)
        return remembered

    return remember


@of_packs()
def packs() -> Mapping[str, Pack]:
    """All packs by their language tag; read from disk once."""
    return _by_language([*_built_in().values(), *_added.values()])


def put(pack: Pack) -> None:
    """
    Let a pack count from now on, beside those in the box.

    :func:`anonsms.optout.added.register` checks it first. Do it at the
    start, before other threads read replies.
    """
    with _changing:
        _added[pack.language] = pack
        _forget()


def take_out(language: str) -> None:
    """Let an added pack count no longer; nothing if there is none."""
    with _changing:
        _added.pop(language, None)
        _forget()


def _forget() -> None:
    for remembered in _of_packs:
        remembered.cache_clear()


@of_packs()
def _aliases() -> Mapping[str, str]:
    return {
        alias: pack.language
        for pack in packs().values()
        for alias in (pack.language, *pack.aliases)
    }


def known_languages(tags: Iterable[str]) -> frozenset[str]:
    """
    Bring BCP 47 tags to the languages of packs.

    Args:
        tags: Such as ``"fr"``, ``"pt-BR"`` or ``"nn"``. A tag without a
            pack is left out: an inbound text must be read, not refused.
    """
    aliases = _aliases()
    primary = (tag.replace("_", "-").split("-")[0].lower() for tag in tags)
    return frozenset(aliases[tag] for tag in primary if tag in aliases)
