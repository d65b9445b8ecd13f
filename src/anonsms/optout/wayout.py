"""
Does a marketing text tell a way out, and one that works for its originator?

A reply to a name reaches nobody, so a name needs a link made for leaving or
a number that a keyword can be sent to. Only keywords that ``parse_reply``
understands count: a text must not promise what nobody will hear.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection
from typing import Final

from attrs import frozen

from anonsms.message import Originator
from anonsms.optout.instructions import (
    QUOTES,
    Mention,
    mentions,
    number_after,
    patterns,
)


_NEAR: Final = 48
"""Characters around a keyword or link in which its purpose must be told."""
_BARE: Final = 4
"""Digits of a number that nothing leads to, so as not to be a price."""


class Exit(enum.StrEnum):
    """Which way out a text tells."""

    REPLY = "reply"
    """Answer this text with a keyword."""
    NUMBER = "number"
    """Send a keyword to a number or short code that the text names."""
    LINK = "link"
    """Open a link made for leaving."""
    NONE = "none"


@frozen
class WayOut:
    """
    What a text says about leaving, and whether that works.

    Attributes:
        works: Whether a person can leave by it.
        because: Why, in a sentence for the author of the text.
        kind: The way that was found.
        keyword: The keyword as the text writes it; empty for links.
        target: The number or link; empty for replies.
    """

    works: bool
    because: str
    kind: Exit = Exit.NONE
    keyword: str = ""
    target: str = ""


_NONE: Final = WayOut(
    works=False,
    because=(
        "The text tells no way out. Name one, such as 'STOP to opt out', "
        "'STOP au 36123', or a link with a word for leaving before it."
    ),
)
_IDLE: Final = (
    "The text mentions {keyword} but not what it is for. Say so, such as "
    "'Reply {keyword} to opt out'."
)
_DEAF: Final = (
    "Nobody receives a reply to a name. Use a number or short code as "
    "originator, or name a number to send {keyword} to, or an opt-out link."
)

_PLAIN: Final = (
    "The link is http, which anybody can read or change: use https."
)
_TOLD: Final = "The text says how to leave."

_AROUND_SLASH: Final = re.compile(r"\S*/\S*")
_LINK: Final = re.compile(
    r"(?P<scheme>https?://)?"
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}(?::\d+)?"
    r"(?P<path>/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"[.!?](?=\s)|[\n;|]")
_BEGINS: Final = re.compile(r"(?:^|[.!?;|\n/])\s*$")


def way_out(
    text: str, originator: Originator, opt_out_links: Collection[str] = ()
) -> WayOut:
    """
    Find the way out that a marketing text tells.

    Args:
        text: The text as it will be sent.
        originator: What it will say it is from.
        opt_out_links: How links that are made for leaving begin, such as
            ``"https://stop.example/"``. Without it, a link counts if a word
            for leaving stands right before it, or in its path.

    Returns:
        The first way that works; else the first that does not, with the
        reason.

    Examples:
        >>> shop = Originator.parse("MaBoutique")
        >>> way_out("-20 % ce week-end. STOP au 36123", shop).target
        '36123'
        >>> way_out("-20 % this weekend. Reply STOP to opt out", shop).works
        False
        >>> code = Originator.parse("36123")
        >>> way_out("-20 % this weekend. Reply STOP to opt out", code).works
        True
    """
    failed = _NONE
    for mention in mentions(text):
        found = _by_keyword(text, mention, originator)
        if found is not None and found.works:
            return found
        if failed.kind is Exit.NONE:
            failed = found or failed
    found = _by_link(text, opt_out_links) if "/" in text else None
    if found is not None and (found.works or failed is _NONE):
        return found
    return failed


def _by_keyword(
    text: str, mention: Mention, originator: Originator
) -> WayOut | None:
    """What the text says to do with a keyword that stands in it."""
    keyword = mention.keyword
    known = patterns()
    before = text[max(0, mention.start - _NEAR) : mention.start]
    number, led = number_after(text, mention.end)
    # "Bus stop 1234" is none, "Stop 36123" by itself is one.
    if (led or sum(map(str.isdigit, number)) >= _BARE) and (
        mention.shown or _asked(before) or _BEGINS.search(before)
    ):
        return WayOut(
            works=True,
            because=_TOLD,
            kind=Exit.NUMBER,
            keyword=keyword,
            target=number,
        )
    asked = _asked(before)
    if not mention.shown and not asked:
        # "Never stop shopping": an everyday word.
        return None
    after = text[mention.end : mention.end + _NEAR]
    if not (
        asked
        or known.ended.search(_since(before)) is not None
        or known.ending.match(_until(after)) is not None
        or (_BEGINS.search(before) and not after.strip(" .!\n"))
    ):
        idle = _IDLE.format(keyword=keyword)
        return WayOut(works=False, because=idle, keyword=keyword)
    heard = originator.answerable
    return WayOut(
        works=heard,
        because=_TOLD if heard else _DEAF.format(keyword=keyword),
        kind=Exit.REPLY,
        keyword=keyword,
    )


def _by_link(text: str, opt_out_links: Collection[str]) -> WayOut | None:
    """The first link made for leaving, if there is one."""
    vouched = tuple(_bare(start) for start in opt_out_links)
    since = 0
    for token in _AROUND_SLASH.finditer(text):
        match = _LINK.search(token[0])
        if match is None or not (match["scheme"] or match["path"]):
            continue
        link = match[0].rstrip(".,;:!?)")
        before = text[since : token.start() + match.start()]
        since = token.end()
        after = text[token.start() + match.end() :][:_NEAR]
        if not (
            _bare(link).startswith(vouched)
            or patterns().path.search(match["path"] or "")
            or _introduced(before)
            or _explained(after)
        ):
            continue
        plain = link.lower().startswith("http://")
        return WayOut(
            works=not plain,
            because=_PLAIN if plain else _TOLD,
            kind=Exit.LINK,
            target=link,
        )
    return None


def _bare(link: str) -> str:
    """A link without its scheme, which texts may leave out."""
    return link.partition("://")[2] or link


def _asked(before: str) -> bool:
    return patterns().asked.search(before.rstrip(QUOTES)) is not None


def _since(before: str) -> str:
    """What of the text before a place belongs to its sentence."""
    return _BREAK.split(before)[-1]


def _until(after: str) -> str:
    """What of the text after a place belongs to its sentence."""
    return _BREAK.split(after, maxsplit=1)[0]


def _introduced(before: str) -> bool:
    """Whether a word for leaving stands before a link, and is about it."""
    sentence = _since(before[-_NEAR:])
    known = patterns()
    told = known.ended.search(sentence) is not None or any(
        not sentence[mention.end :].strip(" :=>→-")
        for mention in mentions(sentence)
    )
    # "Reply STOP to unsubscribe https://…" is about the reply, unless the
    # link is offered beside it.
    return told and (
        known.asking.search(sentence) is None
        or known.either.search(sentence) is not None
    )


def _explained(after: str) -> bool:
    """Whether a link is followed by what it is for, and nothing else."""
    known = patterns()
    match = known.ending.match(_until(after))
    return (
        match is not None
        # The words may be about a keyword or the next link instead.
        and next(mentions(match[0]), None) is None
        and known.asking.search(match[0]) is None
        and "/" not in after
    )
