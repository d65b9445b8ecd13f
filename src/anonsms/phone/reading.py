"""
From what people type to a number in E.164 form, or a reason why not.

Three ways, each asked only when the one before cannot tell:

1. :func:`read` takes the punctuation out and tries the one pattern that
   valid numbers of this region and length match.
2. ``_weighed`` follows the rules of ``phonenumbers`` step by step, for all
   texts that consist of digits, usual punctuation and at most a leading +.
3. ``_asked`` hands the text to ``phonenumbers``: letters, extensions,
   ``tel:`` addresses, prefixes that change the digits.

All three give the answers that ``phonenumbers`` gives: a number is taken
when ``parse`` succeeds and ``is_valid_number`` is true. None of them raises,
so that no traceback holds a frame that holds a number.
"""

from __future__ import annotations

import string
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException

from anonsms.phone import fiction
from anonsms.phone.kind import Line, NumberKind
from anonsms.phone.plan import CODES, CallingCode, Home
from anonsms.phone.rules import Rules


Found = tuple[str, Line]
"""A number in E.164 form and the line it belongs to."""

# What phonenumbers takes for punctuation and never for part of an extension
# ("x", "~", "#", "," and ";" can be). A list is the quickest table; the
# characters beyond it stay and are looked at again by _weighed.
_IGNORED = " -.()/[]\u00a0\u00ad"
_LATIN: Final = [
    None if chr(code) in _IGNORED else chr(code) for code in range(256)
]


class _Wide(dict[int, "int | str | None"]):
    """A table for ``str.translate`` that leaves unknown characters alone."""

    def __missing__(self, key: int) -> int:
        return key


_WIDE: Final = _Wide(
    {
        **dict(enumerate(_LATIN)),
        **dict.fromkeys(map(ord, "\u200b\u2060\u3000\u2212\u30fc")),
        **dict.fromkeys(range(0x2010, 0x2016)),
        **dict.fromkeys(map(ord, "－．／（）［］")),
        ord("＋"): "+",
        **{
            zero + digit: string.digits[digit]
            # Full-width, Arabic-Indic, extended Arabic-Indic.
            for zero in (0xFF10, 0x0660, 0x06F0)
            for digit in range(10)
        },
    }
)

# Spaces, and the marks that copying from a page or a contact card brings
# along; phonenumbers ignores them at either end, but not in the middle.
_EDGES = (
    string.whitespace
    + "\u00a0\u202f\ufeff\u200e\u200f\u061c"
    + "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
)

# From phonenumberutil: texts longer than this are refused unread; a number
# without its calling code has 2 to 17 digits.
_LONGEST_TEXT = 250
_FEWEST_DIGITS, _MOST_DIGITS = 2, 17

_REASONS: Final = {
    NumberParseException.NOT_A_NUMBER: "not-a-number",
    NumberParseException.TOO_SHORT_AFTER_IDD: "too-short",
    NumberParseException.TOO_SHORT_NSN: "too-short",
    NumberParseException.TOO_LONG: "too-long",
}


# One function, for each call out of it would cost a tenth of its time.
def read(  # noqa: C901
    text: str, home: Home, *, allow_fictional: bool
) -> Found | str:
    """
    Read one number.

    Args:
        text: What somebody typed.
        home: The place that the number is read for, from ``HOMES``.
        allow_fictional: Whether a number that is not valid is taken when a
            regulator keeps it for fiction.

    Returns:
        The number in E.164 form and its line, or the reason why there is
        none: a word that ``InvalidNumberError`` lists, but for ``"type"``.
    """
    digits = text.translate(_LATIN)
    code = home.code
    if digits[:1] == "+":
        digits = digits[1:]
        code = CODES[digits[:3]]
        national = digits[code.width :] if code else ""
    elif home.quick is None:
        code, national = None, ""
    elif (match := home.quick(digits)) is None:
        national = digits
    elif match.lastindex:
        digits = digits[match.end() :]
        code = CODES[digits[:3]]
        national = digits[code.width :] if code else ""
    else:
        # It starts with the region's own calling code, by chance or not.
        code, national = None, ""
    if code is None:
        return _weighed(text, home, allow_fictional=allow_fictional)
    rules = code.rules
    if rules.trunk is not None:
        national = national.removeprefix(rules.trunk)
    elif rules.prefix is not None and (match := rules.prefix(national)):
        if match.lastindex:
            return _weighed(text, home, allow_fictional=allow_fictional)
        national = national[match.end() :]
    # What matches here is also long enough and of the general shape, which
    # is all that phonenumbers asks before it lets a prefix be taken off.
    rule = rules[len(national)]
    if rule is not None and len(text) <= _LONGEST_TEXT:
        found = rule[0](national)
        if found is not None:
            return f"+{code.code}{national}", rule[1][found.lastindex or 0]
    return _weighed(text, home, allow_fictional=allow_fictional)


def line_of(e164: str) -> Line:
    """
    The line of a number that is in E.164 form already.

    Args:
        e164: ``+`` and digits; valid when it was stored, maybe not today.
    """
    code = CODES[e164[1:4]]
    if code is None:
        return Line(None, 0, NumberKind.UNKNOWN)
    return (
        code.line(e164[1 + code.width :])
        or fiction.line(e164)
        or Line(None, int(code.code), NumberKind.UNKNOWN)
    )


def _weighed(text: str, home: Home, *, allow_fictional: bool) -> Found | str:
    """Follow the rules step by step, where there are digits only."""
    digits = text.strip(_EDGES).translate(_WIDE)
    international = digits[:1] == "+"
    if international:
        digits = digits[1:]
    if not (
        digits.isascii()
        and digits.isdecimal()
        # Two digits are a number without punctuation only.
        and len(digits) > _FEWEST_DIGITS
        and len(text) <= _LONGEST_TEXT
    ):
        return _asked(text, home, allow_fictional=allow_fictional)
    split = _split_code(digits) if international else _split(digits, home)
    if isinstance(split, str):
        return split
    rest = split[1].stripped(split[2]) if split else None
    if split is None or rest is None:
        return _asked(text, home, allow_fictional=allow_fictional)
    code, rules, national = split
    if rules.fit(len(rest)) >= 0:
        national = rest
    if len(national) < _FEWEST_DIGITS:
        return "too-short"
    if len(national) > _MOST_DIGITS:
        return "too-long"
    return _judged(code, national, allow_fictional=allow_fictional)


_Split = tuple[CallingCode, Rules, str]
"""A calling code, the rules to read by, and the number after the code."""


def _split_code(digits: str) -> _Split | None:
    """Take the calling code off, if there is one."""
    code = CODES[digits[:3]]
    return (code, code.rules, digits[code.width :]) if code else None


def _split(digits: str, home: Home) -> _Split | str | None:
    """
    Find the calling code of a number that is written without a +.

    Returns:
        The parts, or the reason why there are none, or ``None`` where only
        the package can tell.
    """
    rules, own = home.rules, home.code
    if rules is None or own is None or home.abroad is None:
        return "unknown-region" if home.region else "no-region"
    match = home.abroad(digits)
    if match:
        rest = digits[match.end() :]
        # No calling code starts with 0, so this would be no such prefix.
        if not rest.startswith("0"):
            if len(rest) <= _FEWEST_DIGITS:
                return "too-short"
            return _split_code(rest) or "unknown-country-code"
    if digits.startswith(own.code):
        rest_or_none = rules.stripped(digits[own.width :])
        if rest_or_none is None:
            return None
        # The region's own calling code counts as such when only that makes
        # a number of the right shape, or when all of it is too long.
        shape = rules.general
        if (not shape(digits) and shape(rest_or_none)) or (
            rules.fit(len(digits)) > 0
        ):
            return own, own.rules, rest_or_none
    return own, rules, digits


def _judged(
    code: CallingCode, national: str, *, allow_fictional: bool
) -> Found | str:
    """Say whether a calling code and a national number are a number."""
    e164 = f"+{code.code}{national}"
    line = code.line(national)
    if line is None and allow_fictional:
        line = fiction.line(e164)
    if line is not None:
        return e164, line
    fit = code.rules.fit(len(national))
    if fit > 0:
        return "too-long"
    return "too-short" if fit == -1 else "not-valid"


def _asked(text: str, home: Home, *, allow_fictional: bool) -> Found | str:
    """Have ``phonenumbers`` read the text."""
    region = home.region if isinstance(home.region, str) else None
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        reason = _REASONS.get(error.error_type)
    else:
        national = phonenumbers.national_significant_number(number)
        code = CODES[f"{number.country_code}00"[:3]]
        if code is None:
            return "unknown-country-code"
        return _judged(code, national, allow_fictional=allow_fictional)
    if not text.strip(_EDGES):
        return "empty"
    if reason is not None:
        return reason
    if home.rules is None and not ("+" in text or "＋" in text):
        return "unknown-region" if home.region else "no-region"
    return "unknown-country-code"
