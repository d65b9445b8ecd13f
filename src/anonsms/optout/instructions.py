"""
Patterns by which a text of ours tells people how to leave.

They are made from the packs, so a text can only promise a keyword that
:func:`anonsms.optout.parse_reply` understands.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import frozen

from anonsms.optout.pack import Meaning, WayOutWords, packs
from anonsms.optout.spelling import folded_key


QUOTES: Final = "\"'“”„«»‘’"
_WORD: Final = re.compile(r"[^\W_]+")
_STEP: Final = re.compile(r"[\s:=.]+(?=([^\s:=]+))")
_NUMBER: Final = re.compile(
    r"(?:\+?\d{3,15}|\+?\d{1,3}(?: \d{2,4})+)"
    # A price or a share is no number to write to.
    r"(?!\w|[.,]?\d|\s?(?:%|€|\$|£|zł|eur|usd|gbp|pln|chf))",
    re.IGNORECASE,
)


@frozen
class Mention:
    """
    A keyword that stands in a text of ours.

    Attributes:
        keyword: As the text writes it.
        start: Where it begins.
        end: Where it ends, its closing quotation mark included.
        shown: Whether capitals or quotation marks show it to be a keyword;
            else it may be an everyday word.
    """

    keyword: str
    start: int
    end: int
    shown: bool


@frozen
class Patterns:
    """
    What is looked for around keywords and links.

    Attributes:
        firsts: First words of keywords, small, capital or capitalised.
        keywords: Keywords in any case, by their first words.
        leads: Words between a keyword and the number it is to be sent to.
        asked: An instruction that leads to a keyword.
        asking: The word of such an instruction, anywhere.
        either: A second way being offered right before.
        ended: A word for leaving, a few words before.
        ending: A word for leaving, a few words after.
        path: A word for leaving as a step of a link's path.
    """

    firsts: frozenset[str]
    keywords: dict[str, re.Pattern[str]]
    leads: frozenset[str]
    asked: re.Pattern[str]
    asking: re.Pattern[str]
    either: re.Pattern[str]
    ended: re.Pattern[str]
    ending: re.Pattern[str]
    path: re.Pattern[str]


def mentions(text: str) -> Iterator[Mention]:
    """Every keyword in a text of ours, in order."""
    known = patterns()
    # Most words are none: one look at them all together is enough.
    hits = known.firsts.intersection(_WORD.findall(text))
    if not hits:
        return
    places = [
        (found.start(), hit)
        for hit in hits
        for found in re.finditer(rf"\b{hit}\b", text)
    ]
    for start, hit in sorted(places):
        mention = _mention(text, start, known.keywords[hit.casefold()])
        if mention is not None:
            yield mention


def _mention(
    text: str, start: int, keywords: re.Pattern[str]
) -> Mention | None:
    match = keywords.match(text, start)
    # Not in "shop.example/stop", "non-stop" or "stop.example".
    if match is None or text[start - 1 : start] in ("/", ".", "-", "@"):
        return None
    keyword, end = match[0], match.end()
    opening = text[:start].rstrip()[-1:]
    closing = text[end:].lstrip()[:1]
    if opening and closing and opening in QUOTES and closing in QUOTES:
        return Mention(
            keyword, start, text.index(closing, end) + 1, shown=True
        )
    if keyword.isupper():
        return Mention(keyword, start, end, shown=True)
    # In other cases than capitals, STOP alone is likely enough.
    likely = keyword.casefold() in ("stop", "stopp")
    return Mention(keyword, start, end, shown=False) if likely else None


def number_after(text: str, at: int) -> tuple[str, bool]:
    """
    The number that a keyword is to be sent to.

    Args:
        text: A text of ours.
        at: Where the keyword ends in it.

    Returns:
        The number as it is written, or an empty text; and whether a word
        such as "to" leads to it.
    """
    leads = patterns().leads
    led = False
    step = _STEP.match(text, at)
    while step is not None and step[1].casefold() in leads:
        led = True
        step = _STEP.match(text, step.end(1))
    number = None if step is None else _NUMBER.match(text, step.end())
    return ("", False) if number is None else (number[0], led)


@functools.cache
def patterns() -> Patterns:
    """The patterns of all packs; made once."""
    words = _hard_words()
    by_first: defaultdict[str, list[str]] = defaultdict(list)
    for form in _forms(words):
        by_first[_WORD.findall(form)[0].casefold()].append(form)
    asks = _any_of(_of_all(lambda said: said.asks))
    ends = _any_of(_of_all(lambda said: said.ends))
    either = _any_of(_of_all(lambda said: said.either))
    steps = _any_of(
        re.sub(r"\W", "", folded_key(text))
        for text in (*_of_all(lambda said: said.ends), *words)
        if folded_key(text).isascii()
    )
    few = r"\W+(?:\w+\W+){0,2}$"
    return Patterns(
        firsts=frozenset(
            form
            for first in by_first
            for form in (first, first.upper(), first.capitalize())
        ),
        keywords={
            first: _pattern(rf"(?:{_any_of(forms)})(?!\w|['’.-]\w)")
            for first, forms in by_first.items()
        },
        leads=frozenset(
            word
            for pack in packs().values()
            for text in pack.toward + pack.topics
            for word in text.casefold().split()
        ),
        asked=_pattern(rf"(?<!\w)(?:{asks}){few}"),
        asking=_pattern(rf"(?<!\w)(?:{asks})(?!\w)"),
        either=_pattern(rf"(?<!\w)(?:{either}){few}"),
        ended=_pattern(rf"(?<!\w)(?:{ends})(?!\w)\W*(?:\w+\W+){{0,2}}$"),
        ending=_pattern(rf"\W*(?:\w+\W+){{0,3}}?(?:{ends})(?!\w)"),
        path=_pattern(rf"[/?&=](?:{steps})(?=[/?&=.]|$)"),
    )


def _pattern(source: str) -> re.Pattern[str]:
    return re.compile(source, re.IGNORECASE)


def _hard_words() -> tuple[str, ...]:
    """Words that opt out wherever they are read."""
    return tuple(
        word
        for pack in packs().values()
        for group in pack.groups
        if group.means is Meaning.OPT_OUT
        and group.certain
        and not (group.gated or group.regions)
        for word in group.words
        # Of "STOP to quit" the keyword is STOP, the rest says what for.
        if any(map(str.isalpha, word)) and not word.startswith("stop ")
    )


def _of_all(part: Callable[[WayOutWords], tuple[str, ...]]) -> list[str]:
    return [text for pack in packs().values() for text in part(pack.way_out)]


def _forms(texts: Iterable[str]) -> set[str]:
    """The texts with their accents and, where Latin is left, without."""
    texts = set(texts)
    return texts | {key for key in map(folded_key, texts) if key.isascii()}


def _any_of(texts: Iterable[str]) -> str:
    """A pattern for any of these, the longest that fits."""
    forms = sorted(_forms(texts), key=lambda form: (-len(form), form))
    return "|".join(re.escape(form) for form in forms if form)
