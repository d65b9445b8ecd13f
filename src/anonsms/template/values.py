"""From what a shop holds about a person to characters fit for a text."""

from __future__ import annotations

import datetime as dt
import numbers
import re
import unicodedata
from decimal import Decimal

from anonsms.errors import UnsafeValueError
from anonsms.template.alphabet import UNSAFE
from anonsms.template.links import looks_like_link, part_titles
from anonsms.template.policy import Unclean, ValuePolicy


LONGEST_VALUE = 1600
"""More characters than any text can take (10 parts of 153 are 1,530)."""

MAX_DIGITS = 15
"""Digits before the decimal separator that a number may have."""

TEMPLATE_CODE = ("[%", "%]", "{{", "}}", "{%", "%}", "[[", "]]")
"""Marks that a provider may run as a macro once the text has left."""

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs"})
# Letters and symbols by category, but nothing to see: grapheme joiner,
# Hangul fillers, Khmer inherent vowels, Mongolian selectors, empty Braille.
_BLIND = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f"
    "\u2800\u3164\uffa0]"
)


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


def _breaks(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Zl", "Zp"}


def _unsafe(tag: str, why: str) -> UnsafeValueError:
    return UnsafeValueError(f"The value of {tag!r} {why}", tag=tag)


def clean(value: str, tag: str, policy: ValuePolicy) -> str:
    """
    Make a personal text fit to stand in a message.

    The result is in NFC (a composed é costs one septet, a decomposed one
    turns the text into UCS-2), holds no character that cannot be seen, and
    has single plain spaces for all white space.

    Args:
        value: The text as the shop holds it.
        tag: The tag it is for; named in errors.
        policy: The rules.

    Returns:
        The clean text; empty if nothing visible was in it.

    Raises:
        UnsafeValueError: It is longer than any text, holds template code,
            looks like a link and the tag was not declared to carry one, or
            holds control characters and the policy refuses them.
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
        return text.strip()
    refuses = policy.unclean is Unclean.REFUSE
    if refuses and any(_hidden(c) or _breaks(c) for c in text):
        del text
        raise _unsafe(
            tag,
            "holds control or invisible characters, and the policy refuses "
            "them. Clean the data, or use Unclean.STRIP.",
        )
    if not text.isprintable() or _BLIND.search(text):
        text = "".join(char for char in text if not _hidden(char))
    text = " ".join(unicodedata.normalize("NFC", text).split())
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
    return text


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
