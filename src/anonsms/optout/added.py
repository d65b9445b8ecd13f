"""
Language packs from elsewhere: they add words and take none away.

What somebody could leave with before a pack was added, they can leave with
afterwards, in every region and as far-reaching. This is not read from the
pack but tried out: every built-in word is asked about before and after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from anonsms.consent import Scope
from anonsms.errors import ConfigurationError
from anonsms.optout.pack import (
    UNIVERSAL,
    Meaning,
    Pack,
    packs,
    parse_pack,
    put,
    take_out,
)
from anonsms.optout.parsing import parse_reply
from anonsms.optout.reply import Also, Intent, Reply
from anonsms.optout.typos import SLIPS_OF_STOP


_ASKED_ABOUT: Final = {
    Meaning.OPT_OUT,
    Meaning.ERASURE,
    Meaning.REVIEW,
    Meaning.NO,
}
_STRENGTH: Final = {Intent.OPT_OUT: 2, Intent.REVIEW: 1}

_Place = tuple[tuple[str, ...] | None, str | None, bool]


def register_pack(source: str) -> Pack:
    """
    Add a language to those that replies are read in.

    Do it once, at the start, before other threads read replies. The same
    pack may be registered again.

    Args:
        source: The text of a pack file, in TOML, as those in the box. What
            the fields mean is told in :mod:`anonsms.optout.pack`.

    Returns:
        The pack as it was read.

    Raises:
        ConfigurationError: It cannot be read, its language or one of its
            main regions is another pack's, or with it a built-in word would
            count for less than without.
    """
    pack = parse_pack(source)
    if packs().get(pack.language) == pack:
        return pack
    _check_claims(pack)
    places = _places(pack)
    words = _built_in_texts()
    before = [_answers(words, place) for place in places]
    put(pack)
    spoilt: list[str] = []
    kept = False
    try:
        for place, known in zip(places, before, strict=True):
            spoilt += _weaker(known, _answers(words, place))
        kept = not spoilt
    finally:
        if not kept:
            take_out(pack.language)
    if spoilt:
        raise ConfigurationError(
            f"The language pack {pack.language!r} would take away ways to "
            f"leave: {', '.join(map(repr, spoilt[:3]))} would count for less. "
            "A pack adds words. Leave those out that are known already, and "
            "`ordinary` and `near_stop` that look like them."
        )
    return pack


def _check_claims(pack: Pack) -> None:
    """Refuse a language or a region that is taken."""
    taken = {
        tag: known.language
        for known in packs().values()
        for tag in (known.language, *known.aliases)
    }
    for tag in (pack.language, *sorted(pack.aliases)):
        if tag in taken:
            raise ConfigurationError(
                f"There is a language pack for {tag!r} already "
                f"({taken[tag]!r}). Propose your words for it, or take "
                "another tag."
            )
    regions = sorted(
        pack.main_in.intersection(*[_claimed()] if pack.main_in else [])
    )
    if regions:
        raise ConfigurationError(
            f"The language pack {pack.language!r} wants to answer in "
            f"{', '.join(regions)}, where another language is the main one. "
            "Leave them out of `main_in`."
        )


def _claimed() -> frozenset[str]:
    return frozenset().union(*(known.main_in for known in packs().values()))


def _places(pack: Pack) -> list[_Place]:
    """Where the pack can change an answer."""
    regions = pack.regions.union(*(group.regions for group in pack.groups))
    return [
        (languages, region, asked)
        for languages in (None, (pack.language,))
        for region in (None, *sorted(regions))
        for asked in (False, True)
    ]


def _built_in_texts() -> list[str]:
    """Texts by which people leave, as the packs so far know them."""
    known = list(packs().values())
    words = [
        word
        for pack in known
        for group in pack.groups
        if group.means in _ASKED_ABOUT
        for word in group.words
    ]
    stop = [
        word
        for group in packs()[UNIVERSAL].groups
        if group.means is Meaning.OPT_OUT
        for word in group.words
    ]
    beside = dict.fromkeys(
        text
        for pack in known
        for texts in (
            pack.fillers,
            pack.topics,
            pack.everything,
            pack.toward,
            pack.articles,
        )
        for text in texts
    )
    return [
        *words,
        *(f"merci\n{word}" for word in stop),
        *(f"stop {text}" for text in beside),
        *(f"{text} stop" for text in beside),
        *sorted(SLIPS_OF_STOP),
    ]


def _answers(texts: Iterable[str], place: _Place) -> Mapping[str, Reply]:
    languages, region, asked = place
    return {
        text: parse_reply(text, languages, region, asked=asked)
        for text in texts
    }


def _weaker(
    before: Mapping[str, Reply], after: Mapping[str, Reply]
) -> Iterator[str]:
    """Texts that meant leaving, and mean less of it now."""
    for text, was in before.items():
        now = after[text]
        strength = _STRENGTH.get(was.intent, 0)
        if (
            _STRENGTH.get(now.intent, 0) < strength
            or (strength and was.scope is Scope.ALL and now.scope != was.scope)
            or (was.also is Also.ERASURE and now.also is not was.also)
            or (strength and was.certain and not now.certain)
        ):
            yield text
