"""
Patterns by which a text of ours tells people how to leave.

They are made from the packs, so a text can only promise a keyword that
:func:`anonsms.optout.parse_reply` understands.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from attrs import frozen

from anonsms.optout.folding import fold
from anonsms.optout.pack import Meaning, WayOutWords, of_packs, packs
from anonsms.optout.spelling import folded_key


QUOTES: Final = "\"'“”„«»‘’"
_ANSWERS: Final = ("no", "non", "nie")
_WORD: Final = re.compile(r"[^\W_]+")
# The word looked at is cut short: no lead is that long.
_STEP: Final = re.compile(r"[\s:=.>→]+(?=([^\s:=>→]{1,24}))")
_NUMBER: Final = re.compile(
    r"(?:\+?\d{3,15}|\+?\d{1,3}(?: \d{2,8}){1,6})"
    # A price or a share is no number to write to.
    r"(?!\w|[.,]?\d|\s?(?:%|€|\$|£|zł|eur|usd|gbp|pln|chf))",
    re.IGNORECASE,
)

_CLOSED: Final = re.compile(r"[ \t]*(?:$|[^\w\s]|[\r\n])")
_CODE: Final = re.compile(r"\d{5,6}|\+\d{7,15}")
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_CENTURY: Final = r"(?:19|20)"
_DATE: Final = re.compile(
    rf"{_CENTURY}\d\d"
    rf"|(?:{_DAY} ?{_MONTH}|{_MONTH} ?{_DAY}) ?{_CENTURY}\d\d"
    rf"|{_CENTURY}\d\d ?{_MONTH} ?{_DAY}"
    rf"|{_DAY} {_MONTH} \d\d"
)
_SHORTEST: Final = 4
"""Digits of the shortest number that a keyword can be sent to."""
_FEW: Final = 4
"""Characters around a keyword in which its quotation marks stand."""


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
        leaving: A word for leaving.
        everyday: Folded words for leaving that are said of much else.
        linking: Folded words that may stand between those and a link.
        after: Folded words that may follow a keyword that was asked for.
        never: A negation right before, or before what asks.
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
    leaving: re.Pattern[str]
    everyday: frozenset[str]
    linking: frozenset[str]
    after: frozenset[str]
    never: re.Pattern[str]


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
    opening = text[max(0, start - _FEW) : start].rstrip()[-1:]
    closing = text[end : end + _FEW].lstrip()[:1]
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
    known = patterns()
    led = False
    step = _STEP.match(text, at)
    while step is not None and step[1].casefold() in known.leads:
        led = True
        step = _STEP.match(text, step.end(1))
    number = None if step is None else _NUMBER.match(text, step.end())
    if step is None or number is None or _DATE.fullmatch(number[0]):
        return "", False
    closed = _CLOSED.match(text, number.end()) is not None
    if led:
        fits = _reachable(number[0], closed=closed) or (
            known.ending.match(text, number.end(), number.end() + 48)
            is not None
        )
    else:
        # "Stop. 75011 Paris" is an address, "stop 2000 items" an offer.
        fits = (
            closed
            and _CODE.fullmatch(number[0]) is not None
            and "." not in step[0]
        )
    return (number[0], led) if fits else ("", False)


def _reachable(number: str, *, closed: bool) -> bool:
    """Whether a number that "to" leads to is one, and no price or time."""
    digits = sum(map(str.isdigit, number))
    if digits > _SHORTEST:
        return True
    return digits == _SHORTEST and closed and " " not in number


@of_packs()
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
    never = _of_all(lambda said: said.never)
    # "Reply NO or STOP" names an answer, "répondez pas" says not to.
    after = _any_of(word for word in never if word not in _ANSWERS)
    never_asked = (
        rf"(?<!\w)(?:(?:{_any_of(never)})\s+(?:(?:\w+\s+)?(?:{asks}){few}|$)"
        rf"|(?:{asks})\s+(?:\w+\s+)?(?:{after})\s+(?:\w+\s+)?$)"
    )
    every = packs().values()
    aims = [t for p in every for t in p.toward + p.topics]
    linking = [
        *aims,
        *(text for pack in every for text in pack.articles),
        *_of_all(lambda said: said.via),
    ]
    beside = [
        *aims,
        *(text for pack in every for text in pack.fillers),
        *_of_all(lambda said: said.either),
    ]
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
        ending=_pattern(rf"\W*(?:\w+\W+){{0,3}}?(?P<end>{ends})(?!\w)"),
        path=_pattern(rf"[/?&=](?:{steps})(?=[/?&=.]|$)"),
        leaving=_pattern(rf"(?<!\w)(?:{ends})(?!\w)"),
        everyday=frozenset(
            map(folded_key, _of_all(lambda said: said.everyday))
        ),
        linking=_words(linking),
        after=_words(beside),
        never=_pattern(never_asked),
    )


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in fold(text))


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
