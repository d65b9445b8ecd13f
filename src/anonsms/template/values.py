"""From what a shop holds about a person to characters fit for a text."""

from __future__ import annotations

import datetime as dt
import numbers
import re
import unicodedata
from decimal import Decimal

from anonsms.errors import UnsafeValueError
from anonsms.template.alphabet import UNSAFE
from anonsms.template.figures import dialable
from anonsms.template.links import looks_like_link, part_titles
from anonsms.template.policy import Unclean, ValuePolicy


LONGEST_VALUE = 1600
"""More characters than any text can take (10 parts of 153 are 1,530)."""

MAX_DIGITS = 15
"""Digits before the decimal separator that a number may have."""

TEMPLATE_CODE = ("[%", "%]", "{{", "}}", "{%", "%}", "[[", "]]")
"""Marks that a provider may run as a macro once the text has left."""

MOST_MARKS = 3
"""Marks that may stand above or below one character."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
# Letters, marks and symbols by category, but nothing to see: grapheme
# joiner, Hangul fillers, Khmer inherent vowels, Mongolian selectors, empty
# Braille, object replacement, Khitan filler, null notehead, and the
# selectors by which a text can carry another one unseen.
_BLIND = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f"
    "\u2800\u3164\uffa0\ufffc\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
_SELECTOR = re.compile("[\ufe00-\ufe0f]")
_FIRST_MARK = re.compile("[\u0300-\U0010ffff]")


def is_missing(value: object) -> bool:
    """
    Tell whether there is nothing to write.

    Args:
        value: What the shop holds.

    Returns:
        Whether it is ``None``, blank text, or one of the marks by which
        data frames say "nothing" (NaN, NaT, NA).

    >>> is_missing("  "), is_missing(float("nan")), is_missing(0)
    (True, True, False)
    """
    if value is None:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, float | Decimal):
        return value != value  # noqa: PLR0124 - only NaN differs from itself
    return type(value).__name__ in {"NAType", "NaTType"}


def _hidden(char: str) -> bool:
    if char.isspace():
        return False
    if _BLIND.match(char):
        return True
    return unicodedata.category(char) in _HIDDEN_CATEGORIES


def _visible(text: str) -> str:
    """Take out what cannot be seen; a selector may follow a symbol."""
    shown: list[str] = []
    before = " "
    for char in text:
        if _hidden(char):
            continue
        if _SELECTOR.match(char) and unicodedata.category(before) != "So":
            continue
        shown.append(char)
        before = char
    return "".join(shown)


def _unpiled(text: str) -> str:
    """Take out marks on nothing, and more than three on one character."""
    kept: list[str] = []
    room = 0
    for char in text:
        category = unicodedata.category(char)
        if category in {"Mn", "Me"}:
            if room < 1:
                continue
            room -= 1
        elif category == "Mc":
            if not kept or kept[-1].isspace():
                continue
        else:
            room = 0 if char.isspace() else MOST_MARKS
        kept.append(char)
    return "".join(kept)


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zl", "Zp"}


def _unsafe(tag: str, why: str) -> UnsafeValueError:
    return UnsafeValueError(f"The value of {tag!r} {why}", tag=tag)


def clean(value: str, tag: str, policy: ValuePolicy) -> str:
    """
    Make a personal text fit to stand in a message.

    The result is in NFC (a composed é costs one septet, a decomposed one
    turns the text into UCS-2), holds no character that cannot be seen and
    no more than three marks on one character, and has single plain spaces
    for all white space.

    Args:
        value: The text as the shop holds it.
        tag: The tag it is for; named in errors.
        policy: The rules.

    Returns:
        The clean text; empty if nothing visible was in it.

    Raises:
        UnsafeValueError: It is longer than any text, holds template code,
            looks like a link or a number to call and the tag was not
            declared to carry one, or holds control characters and the
            policy refuses them.
    """
    if len(value) > LONGEST_VALUE:
        del value
        raise _unsafe(
            tag,
            f"is longer than {LONGEST_VALUE} characters, more than any text "
            "can take. Shorten it in the data.",
        )
    text = value
    del value
    if not UNSAFE.search(text) and "  " not in text:
        if not policy.carries_link(tag):
            refuse_dialable(text, tag, policy)
        return text.strip()
    seen = text
    if not text.isprintable() or _BLIND.search(text) or _SELECTOR.search(text):
        seen = _visible(text)
    refuses = policy.unclean is Unclean.REFUSE
    if refuses and (seen != text or any(map(_breaks, text))):
        del text, seen
        raise _unsafe(
            tag,
            "holds control or invisible characters, and the policy refuses "
            "them. Clean the data, or use Unclean.STRIP.",
        )
    text = unicodedata.normalize("NFC", seen)
    del seen
    if _FIRST_MARK.search(text):
        text = _unpiled(text)
    text = " ".join(text.split())
    if any(mark in text for mark in TEMPLATE_CODE):
        del text
        raise _unsafe(
            tag,
            "holds template code such as [%…%] or {{…}}, which a provider "
            "might run. Clean the data.",
        )
    if not policy.carries_link(tag):
        text = part_titles(text)
        refuse_link(text, tag)
        refuse_dialable(text, tag, policy)
    return text


def refuse_dialable(text: str, tag: str, policy: ValuePolicy) -> None:
    """
    Refuse a text with a number that somebody could dial or text.

    Args:
        text: The text; never shown.
        tag: The tag it is for; named in the error.
        policy: Which tags may carry numbers.

    Raises:
        UnsafeValueError: It has one, and the tag is not declared for it.
    """
    refused = dialable(text) and not policy.carries_number(tag)
    del text
    if refused:
        raise _unsafe(
            tag,
            "has seven digits or more in one run, or STOP before a number: "
            "whoever signed up could have the shop send people to a premium "
            "line. If the tag is meant to carry numbers, such as those of "
            "orders, name it in ValuePolicy(numbers=...).",
        )


def refuse_link(text: str, tag: str) -> None:
    """
    Refuse a text that looks like a link.

    Args:
        text: The text; never shown.
        tag: The tag it is for; named in the error.

    Raises:
        UnsafeValueError: It looks like one.
    """
    linked = looks_like_link(text)
    del text
    if linked:
        raise _unsafe(
            tag,
            "looks like a link, and whoever signed up would text it through "
            "the shop. If the tag is meant to carry links, name it in "
            "ValuePolicy(links=...).",
        )


def plain(value: object, tag: str) -> str:
    """
    Write a value that is not text, without a filter.

    Args:
        value: An ``int``, ``Decimal``, ``date`` or ``datetime``.
        tag: The tag it is for; named in errors.

    Returns:
        Plain digits, ``2026-03-08``, or ``2026-03-08 14:30``.

    Raises:
        UnsafeValueError: The type is none of these, or the number is not
            finite or has more than 15 digits before the separator.

    >>> plain(Decimal("29.90"), "total")
    '29.90'
    """
    kind = type(value).__name__
    text: str | None = None
    if isinstance(value, bool):
        pass
    elif isinstance(value, dt.datetime):
        # Not strftime: %Y drops leading zeros on some platforms.
        text = value.replace(tzinfo=None).isoformat(" ", "minutes")
    elif isinstance(value, dt.date):
        text = value.isoformat()
    elif isinstance(value, numbers.Integral):
        text = _digits(Decimal(int(value)), tag)
    elif isinstance(value, Decimal):
        text = _digits(value, tag)
    del value
    if text is None:
        remedy = (
            "say how many decimals to show, as in | number: 2"
            if kind.startswith("float")
            else "give text, a whole number, a Decimal or a date"
        )
        raise _unsafe(tag, f"is of type {kind}; {remedy}.")
    return text


def _digits(value: Decimal, tag: str) -> str:
    refuse_vast(value, tag)
    return format(value, "f")


def refuse_vast(value: Decimal, tag: str) -> None:
    """
    Refuse a number that nobody could read in a text.

    Args:
        value: The number; never shown.
        tag: The tag it is for; named in the error.

    Raises:
        UnsafeValueError: It is not finite, has more than 15 digits before
            the separator, or more than 15 after it.
    """
    fits = value.is_finite() and (
        value.adjusted() < MAX_DIGITS
        and -int(value.as_tuple().exponent) <= MAX_DIGITS
    )
    del value
    if not fits:
        raise _unsafe(
            tag,
            f"is not a finite number of at most {MAX_DIGITS} digits before "
            "and after the separator. Round it in the data.",
        )
