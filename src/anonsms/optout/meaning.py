"""
What the words of the packs mean in one place, where languages may disagree.

A word may be an opt-out here, an everyday word there, and both where nobody
knows where the writer is. Those who live in a region are believed first;
after that the safer reading wins, for a stop that is missed breaks the law
and a stop too many costs a sale.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from attrs import frozen

from anonsms.consent import Scope
from anonsms.optout.answers import Keyword, keyword, rule_id
from anonsms.optout.pack import UNIVERSAL, Group, Meaning, Pack, packs
from anonsms.optout.reply import Also, Intent, Reply
from anonsms.optout.spelling import folded_key
from anonsms.optout.typos import SLIPS_OF_STOP


_INTENTS = {
    Meaning.OPT_OUT: Intent.OPT_OUT,
    Meaning.ERASURE: Intent.OPT_OUT,
    Meaning.REVIEW: Intent.REVIEW,
    Meaning.NO: Intent.REVIEW,
    Meaning.OPT_IN: Intent.OPT_IN,
    Meaning.YES: Intent.OPT_IN,
    Meaning.HELP: Intent.HELP,
}

# When languages disagree about a word, the safer reading wins.
_SAFETY = (Intent.OPT_OUT, Intent.REVIEW, Intent.HELP, Intent.OPT_IN)


@frozen
class _Reading:
    """One pack's view of one keyword, in a given place."""

    pack: Pack
    group: Group
    intent: Intent
    local: bool


def groups() -> Iterator[tuple[Pack, Group]]:
    """Every group of every pack, with its pack."""
    for pack in packs().values():
        for group in pack.groups:
            yield pack, group


def keywords(
    named: frozenset[str] | None, region: str | None, *, asked: bool
) -> dict[str, Keyword]:
    """Every folded keyword that counts here, with its answers."""
    readings: defaultdict[str, list[_Reading]] = defaultdict(list)
    for pack, group in groups():
        reading = _reading(pack, group, named, region, asked=asked)
        if reading.intent is not Intent.OTHER:
            for word in group.words:
                readings[folded_key(word)].append(reading)
    return {
        key: _keyword(key, views, asked=asked)
        for key, views in readings.items()
    }


def _reading(
    pack: Pack,
    group: Group,
    named: frozenset[str] | None,
    region: str | None,
    *,
    asked: bool,
) -> _Reading:
    """What the words of a group mean in this place."""
    by_name = named is not None and pack.language in named
    local = region in pack.regions
    in_play = named is None or by_name or pack.language == UNIVERSAL
    intent = _INTENTS[group.means]
    if asked and group.means is Meaning.NO:
        intent = Intent.OPT_OUT
    if not in_play and not group.always:
        intent = Intent.OTHER
    elif group.regions:
        if region not in group.regions:
            intent = group.elsewhere
    elif group.gated:
        if not (by_name or local):
            intent = group.elsewhere
    elif (
        group.means.doubtful
        and region is not None
        and not (by_name or local or pack.everywhere)
    ):
        intent = Intent.OTHER
    return _Reading(pack, group, intent, local)


def _keyword(key: str, views: list[_Reading], *, asked: bool) -> Keyword:
    """Settle what several languages say about one word, and answer."""
    # Those who live there know; then the safer reading.
    views.sort(key=lambda v: (not v.local, _SAFETY.index(v.intent)))
    first = views[0]
    agreeing = {
        v.pack.language
        for v in views
        if v.intent is first.intent and v.local is first.local
    }
    group, intent = first.group, first.intent
    unique = len(agreeing) == 1 and first.pack.language != UNIVERSAL
    step = "erasure" if group.means is Meaning.ERASURE else "keyword"
    if intent is Intent.REVIEW:
        step = "soft"
    if group.means in (Meaning.NO, Meaning.YES):
        step = "answer"
    certain = group.certain and (asked or group.means is not Meaning.YES)
    erases = group.means is Meaning.ERASURE
    alone = Reply(
        intent,
        rule_id(step, first.pack.language, key),
        language=first.pack.language if unique else None,
        certain=certain and intent is not Intent.REVIEW,
        scope=Scope.ALL if erases else group.scope,
        also=Also.ERASURE if erases else group.also,
    )
    return keyword(
        alone,
        international=group.always or first.pack.language == UNIVERSAL,
        negates=group.means is Meaning.NO,
    )


def near_stop(
    named: frozenset[str] | None, region: str | None, stop: Keyword
) -> dict[str, Reply]:
    """Slips of STOP, and the words that only look like one."""
    replies: dict[str, Reply] = {}
    for pack in packs().values():
        # A real word of a language that the writer hardly speaks is a slip.
        if (
            pack.everywhere
            or (named is None and region is None)
            or (named is not None and pack.language in named)
            or region in pack.regions
        ):
            for words, intent, step in (
                (pack.near_stop, Intent.REVIEW, "near"),
                (pack.ordinary, Intent.OTHER, "ordinary"),
            ):
                for word in words:
                    key = folded_key(word)
                    rule = rule_id(step, pack.language, key)
                    replies.setdefault(key, Reply(intent, rule))
    return dict.fromkeys(SLIPS_OF_STOP, stop.slip) | replies
