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
from anonsms.optout.folding import fold
from anonsms.optout.instructions import (
    QUOTES,
    Mention,
    mentions,
    number_after,
    patterns,
)
from anonsms.optout.spelling import folded_key


_NEAR: Final = 48
"""Characters around a keyword or link in which its purpose must be told."""


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

_TOKEN: Final = re.compile(r"\S+")
_NEXT: Final = re.compile(r"[ \t]+([^\W_]+)")
_LINK: Final = re.compile(
    r"(?P<scheme>https?://)?"
    # Bounds as in RFC 1035 §2.3.4, and so that no text takes long.
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,63}(?::\d+)?"
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
    seen: set[tuple[str, str]] = set()
    for mention in mentions(text):
        near = (
            text[max(0, mention.start - _NEAR) : mention.start],
            text[mention.start : mention.end + 2 * _NEAR],
        )
        if near in seen:
            # Said before; a text may say it a thousand times.
            continue
        seen.add(near)
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
    number, _ = number_after(text, mention.end)
    # "Bus stop 12345" is none, "Stop 36123" by itself is one.
    if (
        number
        and (mention.shown or _asked(before) or _BEGINS.search(before))
        and not _refused(before)
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
        (asked and _instructs(after))
        or known.ended.search(_since(before)) is not None
        or _told_after(_until(after))
        or (_BEGINS.search(before) and not after.strip(" .!\n"))
    ) or _refused(before):
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
    for token in _TOKEN.finditer(text):
        if "/" not in token[0]:
            continue
        match = _LINK.search(token[0])
        if match is None or not (match["scheme"] or match["path"]):
            continue
        link = match[0].rstrip(".,;:!?)")
        before = text[since : token.start() + match.start()]
        since = token.end()
        at = token.start() + match.end()
        after = text[at : at + _NEAR]
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


def _refused(before: str) -> bool:
    """Whether a text says not to: "ne répondez pas STOP", "non STOP"."""
    plain = before.replace("’", "'").rstrip(QUOTES)
    return patterns().never.search(plain) is not None


def _instructs(after: str) -> bool:
    """Whether what follows an asked keyword may: "STOP sur la route"."""
    match = _NEXT.match(after)
    if match is None or match[1].isdecimal():
        return True
    known = patterns()
    return (
        not known.after.isdisjoint(fold(match[1]))
        or known.ending.match(_until(after)) is not None
    )


def _told_after(after: str) -> bool:
    """Whether a keyword is followed by what it is for."""
    known = patterns()
    match = known.ending.match(after)
    if match is None:
        return False
    rest = after[match.end() :]
    # "STOP to end" is one, "STOP to end poverty" is none.
    return (
        folded_key(match["end"]) not in known.everyday
        or _NEXT.match(rest) is None
        or known.linking.issuperset(fold(rest))
    )


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
    told = any(
        # "Baja de precios: https://…" is about prices.
        known.linking.issuperset(fold(sentence[match.end() :]))
        and (
            folded_key(match[0]) not in known.everyday
            or known.linking.issuperset(fold(sentence[: match.start()]))
        )
        for match in known.leaving.finditer(sentence)
    ) or any(
        not sentence[mention.end :].strip(" :=>→-")
        and (mention.shown or _BEGINS.search(sentence[: mention.start]))
        and not _refused(sentence[: mention.start])
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
    sentence = _until(after)
    match = known.ending.match(sentence)
    return (
        match is not None
        and known.linking.issuperset(fold(sentence[match.end() :]))
        and (
            folded_key(match["end"]) not in known.everyday
            or known.linking.issuperset(fold(sentence[: match.start("end")]))
        )
        # The words may be about a keyword or the next link instead.
        and next(mentions(match[0]), None) is None
        and known.asking.search(match[0]) is None
        and "/" not in after
    )
