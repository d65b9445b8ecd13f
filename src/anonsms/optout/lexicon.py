"""
What every spelling of every keyword means, for some languages and a region.

A lexicon is compiled once from the packs and then only looked up. All its
answers are made beforehand, so that reading a text makes no objects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from attrs import field, frozen

from anonsms.optout.answers import (
    ADDRESSED,
    DENIED,
    EVERYTHING,
    POLITE,
    Keyword,
    Term,
)
from anonsms.optout.folding import squeeze
from anonsms.optout.meaning import groups, keywords, near_stop
from anonsms.optout.pack import (
    UNIVERSAL,
    Meaning,
    known_languages,
    of_packs,
    packs,
)
from anonsms.optout.reply import Intent, Reply
from anonsms.optout.spelling import (
    damaged_forms,
    folded_key,
    usual_forms,
    word_forms,
)
from anonsms.optout.typos import LongWords


SQUEEZABLE = 4
"""Letters from which a keyword may be told by its squeezed form."""


@frozen(eq=False)
class Lexicon:
    """
    All look-ups for one choice of languages, region and question.

    Attributes:
        exact: Answer by casefolded text, as most people type.
        forms: Folded word by casefolded word, for all words of all terms
            and keywords.
        heads: Keyword by casefolded text, for those that want to leave.
        polite: Casefolded politeness, to stand before or after those.
        whole: Keyword by folded text.
        terms: Term by folded word or phrase.
        seconds: Second words of the terms that a first word begins.
        international: Casefolded keywords that count in every language.
        yes: Folded words for yes, which may lead to those.
        no: Folded words for no, which may lead to those with a mark between.
        asks: Folded words of ours before those: "reply", "tapez".
        leading: All of these, and first words of politeness.
        squeezed: Hard keyword by its squeezed form.
        squeezed_ends: First and last letters of those.
        damaged: Folded word by its form with ``?`` for accented letters.
        near_stop: Answers to slips of STOP.
        long_words: Finds slips of long keywords.
        signatures: How lines begin that a phone adds.
        reactions: How texts begin that quote ours.
        reacting: First words of those.
    """

    exact: dict[str, Reply]
    forms: dict[str, str]
    heads: dict[str, Keyword]
    polite: frozenset[str]
    whole: dict[str, Keyword]
    terms: dict[str, Term]
    seconds: dict[str, frozenset[str]]
    international: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    asks: frozenset[str]
    leading: frozenset[str]
    squeezed: dict[str, Keyword]
    squeezed_ends: frozenset[str]
    damaged: dict[str, str]
    near_stop: dict[str, Reply]
    long_words: LongWords = field(repr=False)
    signatures: tuple[str, ...]
    reactions: tuple[str, ...]
    reacting: frozenset[str]


@of_packs(1024)
def lexicon(
    languages: str | tuple[str, ...] | None,
    region: str | None,
    asked: bool,  # noqa: FBT001 - a cache key, always passed in place
) -> Lexicon:
    """
    The lexicon for these languages in this region; compiled once for each.

    Args:
        languages: BCP 47 tags; ``None`` means all that there are packs for.
        region: ISO 3166 code of where the writer is, if known.
        asked: Whether the writer was asked for a yes or a no.
    """
    if isinstance(languages, str):
        languages = (languages,)
    place = region.upper() if region else None
    if place is not None and place not in _regions():
        # All regions that no pack speaks of are one: keep one lexicon.
        place = "ZZ"
    named = None if languages is None else known_languages(languages)
    return _compiled(named, place, asked)


@of_packs()
def _regions() -> frozenset[str]:
    return frozenset().union(
        *(pack.regions for pack in packs().values()),
        *(group.regions for p in packs().values() for group in p.groups),
    )


@of_packs(256)
def _compiled(
    named: frozenset[str] | None,
    region: str | None,
    asked: bool,  # noqa: FBT001 - as above
) -> Lexicon:
    found = keywords(named, region, asked=asked)
    hard = {key: k for key, k in found.items() if k.hard and " " not in key}
    terms = _terms(found)
    damaged = _damaged(hard)
    squeezed = {
        squeeze(key): known
        for key, known in reversed(hard.items())
        if len(squeeze(key)) >= SQUEEZABLE and key.isalpha()
    }
    seconds: defaultdict[str, set[str]] = defaultdict(set)
    for first, *rest in (phrase.split(" ") for phrase in terms):
        seconds[first].update(rest[:1])
    forms = word_forms((*terms, *found, *squeezed))
    every = packs().values()
    reactions = tuple(start for pack in every for start in pack.reactions)
    return Lexicon(
        exact=_exact(found)
        | {form: found[word].mended for form, word in damaged.items()},
        forms=forms,
        heads={
            form: found[folded_key(word)]
            for _, group in groups()
            for word in group.words
            if folded_key(word) in terms and folded_key(word) in found
            for form in usual_forms(word)
            if terms[folded_key(word)].keyword is not None
        },
        polite=_polite(
            frozenset(
                key
                for key, term in terms.items()
                if term.marks == POLITE and term.keyword is None
            )
        ),
        whole=found,
        terms=terms,
        seconds={first: frozenset(s) for first, s in seconds.items() if s},
        international=frozenset(
            word_forms(
                key
                for key, k in hard.items()
                # An emoji before other words is mostly their ornament.
                if k.international and key.isalpha()
            )
        ),
        yes=_words_that_mean(Meaning.YES),
        no=_words_that_mean(Meaning.NO),
        asks=_asks(),
        leading=_leading(),
        squeezed=squeezed,
        squeezed_ends=frozenset(key[0] + key[-1] for key in squeezed),
        damaged=damaged,
        near_stop=near_stop(named, region, found["stop"]),
        long_words=_long_words(frozenset(filter(str.isalpha, hard))),
        signatures=tuple(s for pack in every for s in pack.signatures),
        reactions=reactions,
        reacting=frozenset(start.split(" ")[0] for start in reactions),
    )


# Regions differ in few words, so their lexicons share what they can.


@of_packs(256)
def _polite(keys: frozenset[str]) -> frozenset[str]:
    """Politeness as it is usually typed."""
    return frozenset(
        form
        for pack in packs().values()
        for text in pack.fillers
        if folded_key(text) in keys
        for form in usual_forms(text)
    )


@of_packs()
def _words_that_mean(meaning: Meaning) -> frozenset[str]:
    """The folded words of this meaning in any language."""
    return _folded(
        group.words for _, group in groups() if group.means is meaning
    )


@of_packs()
def _asks() -> frozenset[str]:
    return _folded(pack.way_out.asks for pack in packs().values())


@of_packs()
def _leading() -> frozenset[str]:
    return (
        _words_that_mean(Meaning.YES)
        | _words_that_mean(Meaning.NO)
        | _asks()
        | {
            folded_key(text).split(" ")[0]
            for pack in packs().values()
            for text in pack.fillers
        }
    )


@of_packs(256)
def _long_words(keys: frozenset[str]) -> LongWords:
    return LongWords(sorted(keys))


def _exact(found: dict[str, Keyword]) -> dict[str, Reply]:
    """The answers to keywords as they are usually typed."""
    return {
        form: found[folded_key(word)].alone
        for _, group in groups()
        for word in group.words
        if folded_key(word) in found
        for form in usual_forms(word)
    }


def _damaged(hard: dict[str, Keyword]) -> dict[str, str]:
    """Folded keyword by what is left of it when its accents get lost."""
    return {
        form: folded_key(word)
        for pack, group in groups()
        if pack.language != UNIVERSAL
        for word in group.words
        if folded_key(word) in hard
        for form in damaged_forms(word)
    }


def _terms(found: dict[str, Keyword]) -> dict[str, Term]:
    """What may stand beside a keyword; politeness of every language."""
    every = packs().values()
    fillers = _folded(pack.fillers for pack in every)
    beside = {
        key: Term(marks=marks, late=late, toward=toward)
        for lists, marks, late, toward in (
            ((pack.articles for pack in every), 0, True, True),
            ((pack.toward for pack in every), 0, True, True),
            ((pack.everything for pack in every), EVERYTHING, True, False),
            ((pack.topics for pack in every), ADDRESSED, True, False),
            ((pack.fillers for pack in every), POLITE, False, False),
        )
        for key in _folded(lists)
    }
    leaving = {
        # "Nu" is no in Romanian, and a harmless "now" in Dutch.
        key: Term(known, DENIED if known.negates and key not in fillers else 0)
        for key, known in found.items()
        if known.alone.intent in (Intent.OPT_OUT, Intent.REVIEW)
    }
    return beside | leaving


def _folded(lists: Iterable[Iterable[str]]) -> frozenset[str]:
    return frozenset(folded_key(text) for texts in lists for text in texts)
