"""
The filters of merge tags: a short, closed list, with nothing to call.

Two kinds. A *formatter* (``date``, ``number``) reads the value itself and
therefore stands first. A *text filter* (``upper``, ``lower``, ``title``,
``truncate``) turns text into text. ``default`` is the parser's own affair.
None knows a language: what "March" is called depends on a locale that the
server need not share with the reader.
"""

from __future__ import annotations

import datetime as dt
import functools
import numbers
import re
import unicodedata
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Final

from attrs import frozen

from anonsms.errors import UnsafeValueError
from anonsms.template.values import MAX_DIGITS, refuse_vast


Argument = str | int
TextFilter = Callable[[str], str]


class ArgumentFault(Exception):  # noqa: N818 - never leaves the parser
    """A filter was given arguments that it does not take."""


@frozen
class Formatter:
    """
    A filter that reads the value itself.

    Attributes:
        write: From the value and the tag's name to text.
        longest: The greatest number of characters it writes.
    """

    write: Callable[[object, str], str]
    longest: int


_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ELISION = re.compile(r"^([^\W\d_])(['’])(.+)$")


def _capitalised(word: re.Match[str]) -> str:
    # d'Arc, O'Neil: a single letter before the apostrophe is a word of its
    # own; in "aujourd'hui" or "women's" what follows is not.
    elided = _ELISION.match(word[0])
    if elided:
        first, mark, rest = elided.groups()
        return f"{first.upper()}{mark}{_title_word(rest)}"
    return _title_word(word[0])


def _title_word(word: str) -> str:
    return word[:1].title() + word[1:].lower()


def _composed(change: TextFilter, text: str) -> str:
    # Changing case may decompose: "ǰ".upper() is J and a combining caron.
    return unicodedata.normalize("NFC", change(text))


def _title(text: str) -> str:
    return _WORD.sub(_capitalised, text)


_upper: Final = functools.partial(_composed, str.upper)
_lower: Final = functools.partial(_composed, str.lower)
_titled: Final = functools.partial(_composed, _title)


def cut(text: str, size: int) -> str:
    """
    Cut a text without splitting a letter from its marks.

    Args:
        text: The text.
        size: The greatest number of characters to keep.

    Returns:
        The start of the text. No dots are added: "…" is not in GSM-7.

    >>> cut("Marie-Antoinette", 5)
    'Marie'
    """
    if len(text) <= size:
        return text
    end = size
    while end and unicodedata.category(text[end]) in {"Mn", "Me", "Mc"}:
        end -= 1
    return text[: end or size].rstrip()


_DIRECTIVES: Final[dict[str, tuple[Callable[[dt.datetime], str], int]]] = {
    "%d": (lambda at: f"{at.day:02}", 2),
    "%-d": (lambda at: str(at.day), 2),
    "%m": (lambda at: f"{at.month:02}", 2),
    "%-m": (lambda at: str(at.month), 2),
    "%Y": (lambda at: f"{at.year:04}", 4),
    "%y": (lambda at: f"{at.year % 100:02}", 2),
    "%H": (lambda at: f"{at.hour:02}", 2),
    "%-H": (lambda at: str(at.hour), 2),
    "%M": (lambda at: f"{at.minute:02}", 2),
}
_CLOCK = frozenset({"%H", "%-H", "%M"})
_DIRECTIVE = re.compile(r"%-?[A-Za-z%]|%")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?", re.ASCII)


def _date_of(value: object) -> dt.date | None:
    """Read a date, or ISO 8601 text as exports write it."""
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value.strip()):
        try:
            return dt.datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    return None


def date_formatter(*arguments: Argument) -> Formatter:
    """
    Compile ``date: "%d/%m/%Y"``.

    Args:
        arguments: One text of directives and punctuation.

    Returns:
        The formatter. It takes dates, datetimes (written in their own time
        zone) and ISO 8601 text.

    Raises:
        ArgumentFault: Not one text, or a directive that is not numeric.
    """
    if len(arguments) != 1 or not isinstance(arguments[0], str):
        raise ArgumentFault('date takes one text, as in date: "%d/%m/%Y"')
    pattern = arguments[0]
    found = _DIRECTIVE.findall(pattern)
    unknown = [one for one in found if one not in _DIRECTIVES]
    if unknown:
        known = " ".join(_DIRECTIVES)
        raise ArgumentFault(
            f"date knows no {unknown[0]}; it knows {known}, all numeric, so "
            "that the text does not depend on the server's language"
        )
    if not found:
        raise ArgumentFault("this date format shows nothing of the date")
    needs_clock = not _CLOCK.isdisjoint(found)

    def write(value: object, tag: str) -> str:
        day = _date_of(value)
        kind = type(value).__name__
        del value
        if day is None:
            raise UnsafeValueError(
                f"The value of {tag!r} is no date (it is of type {kind}). "
                "Give a date, a datetime, or ISO text such as 2026-03-08.",
                tag=tag,
            )
        if isinstance(day, dt.datetime):
            at = day
        elif needs_clock:
            raise UnsafeValueError(
                f"The value of {tag!r} is a date without a time, and the "
                "template shows hours or minutes. Give a datetime.",
                tag=tag,
            )
        else:
            at = dt.datetime.combine(day, dt.time())
        return _DIRECTIVE.sub(
            lambda found: _DIRECTIVES[found[0]][0](at), pattern
        )

    spared = len(_DIRECTIVE.sub("", pattern))
    return Formatter(write, spared + sum(_DIRECTIVES[one][1] for one in found))


_DECIMAL_TEXT = re.compile(r"[+-]?\d{1,400}(?:\.\d{1,400})?", re.ASCII)
_SEPARATORS = 2
# Wide enough for 15 digits, 15 decimals and a carry; never the thread's
# own context, whose precision and rounding anybody may have changed.
_EXACT = Context(prec=2 * MAX_DIGITS + 2, rounding=ROUND_HALF_UP)


def _number_of(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Decimal):
        return value
    if isinstance(value, numbers.Integral):
        return Decimal(int(value))
    if isinstance(value, float):
        # By way of repr, so that 0.1 means 0.1.
        return Decimal(repr(float(value)))
    if isinstance(value, str) and _DECIMAL_TEXT.fullmatch(value.strip()):
        return Decimal(value.strip())
    return None


def number_formatter(*arguments: Argument) -> Formatter:
    """
    Compile ``number: 2``, ``number: 2, ","`` or ``number: 2, ",", " "``.

    Args:
        arguments: Decimals to show (0 to 9), the decimal separator (a point
            unless given), the separator of thousands (none unless given).

    Returns:
        The formatter. It rounds half away from zero, as tills do, and takes
        whole numbers, Decimals, floats and plain decimal text.

    Raises:
        ArgumentFault: Other arguments, or a separator that is not one
            character, or a digit, or the same as the other.
    """
    decimals = arguments[0] if arguments else None
    separators = arguments[1:]
    if not isinstance(decimals, int) or not 0 <= decimals <= 9:  # noqa: PLR2004
        raise ArgumentFault(
            "number takes the decimals to show, 0 to 9, then perhaps the "
            'two separators, as in number: 2, ",", " "'
        )
    texts = [one for one in separators if isinstance(one, str)]
    if (
        len(separators) > _SEPARATORS
        or len(texts) != len(separators)
        or any(len(one) != 1 or one.isalnum() for one in texts)
        or len(set(texts)) != len(texts)
    ):
        raise ArgumentFault(
            "the separators of number are one or two different characters, "
            'each in quotes, as in number: 2, ",", " "'
        )
    point, group, *_rest = [*texts, ".", ""] if not texts else [*texts, ""]
    step = Decimal(1).scaleb(-decimals)

    def write(value: object, tag: str) -> str:
        number = _number_of(value)
        kind = type(value).__name__
        del value
        if number is None:
            raise UnsafeValueError(
                f"The value of {tag!r} is no number (it is of type {kind}). "
                "Give a number, or plain digits such as 1234.50.",
                tag=tag,
            )
        if number.is_finite():
            # Only what is shown has to fit; float noise is rounded away.
            vast = number.adjusted() >= MAX_DIGITS
            number = number if vast else number.quantize(step, context=_EXACT)
        refuse_vast(number, tag)
        whole, _dot, fraction = f"{number:,f}".partition(".")
        if not number:
            whole = whole.lstrip("-")
        shown = whole.replace(",", group)
        return f"{shown}{point}{fraction}" if fraction else shown

    groups = (MAX_DIGITS - 1) // 3 * len(group)
    fraction = decimals + 1 if decimals else 0
    return Formatter(write, 1 + MAX_DIGITS + 1 + groups + fraction)


FORMATTERS: Final[dict[str, Callable[..., Formatter]]] = {
    "date": date_formatter,
    "number": number_formatter,
}

TEXT_FILTERS: Final[dict[str, TextFilter]] = {
    "lower": _lower,
    "title": _titled,
    "upper": _upper,
}

FILTER_NAMES: Final = (
    "date",
    "default",
    "lower",
    "number",
    "title",
    "truncate",
    "upper",
)
