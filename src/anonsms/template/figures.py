"""
Figures that a person could dial or text, and which must not pass as a name.

"Appelez le 0899 …" typed into a name field would go out in the shop's own
voice. So a text value with as many digits in one run as the shortest phone
numbers have, or with a stop keyword before a short code, is refused unless
its tag is declared to carry numbers. Texts that merely stay on record have
another policy: :func:`anonsms.masking.dialable`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final


MOST_DIGITS: Final = 6
"""Digits that one run may have; the shortest phone numbers have seven."""

FEWEST_DIGITS: Final = 4
"""Fewer digits than this are no short code either."""

NOT_DIGITS: Final = bytes(
    code for code in range(256) if not chr(code).isdecimal()
)
"""Deleted from a text in Latin-1, they leave its digits."""

DRESS: Final = b" '-_*~?"
"""
What may stand between digits, of safe characters in Latin-1.

"?" stands for those outside it, such as the apostrophe of print.
"""

FIGURES: Final = bytes(
    ord("0" if chr(code).isdecimal() else chr(code).lower())
    if chr(code).isdecimal() or (chr(code).isascii() and chr(code).isalpha())
    else ord("a")
    for code in range(256)
)
"""
Translates digits of Latin-1 to 0, and letters to small ones.

Where neither ``0000000`` nor ``stop`` is in ``raw.translate(FIGURES,
DRESS)``, nothing is dialable; that is the fastest scan we know.
"""

# People write these between the digits of one number. The marks are those
# of keycap emoji.
_BETWEEN = (
    r"[\s.()\[\]{}<>/\\_*|~'’·•\u00ad\-\u2010-\u2015\u2212"
    r"\u0300-\u036f\u20d0-\u20ff\ufe00-\ufe0f]*"
)
_RUN = re.compile(rf"\d(?:{_BETWEEN}\d)*")
_STOP = re.compile(
    rf"(?<![^\W\d_])stopp?(?![^\W\d_]).{{0,8}}?\d(?:{_BETWEEN}\d){{3}}",
    re.IGNORECASE | re.DOTALL,
)

_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?:{_DAY}[./-]\s?{_MONTH}[./-]\s?{_YEAR}|{_MONTH}/{_DAY}/{_YEAR}"
    rf"|{_YEAR}[./-]{_MONTH}[./-]{_DAY})"
)
# A date, a date with the hour of a time, two dates, or two years.
_DATES = re.compile(
    rf"{_DATE}(?:\s\d\d?(?=[:h]))?(?!\d)(?:\s?[-–/]\s?{_DATE})?"
    rf"|{_YEAR}\s?[-–/]\s?{_YEAR}",
    re.ASCII,
)


def dialable(text: str) -> bool:
    """
    Tell whether a text holds what could be dialled or texted.

    Args:
        text: A value.

    Returns:
        Whether it has seven digits or more in one run, whatever dots,
        dashes, brackets, slashes and spaces stand between them, dates and
        pairs of years aside; or a stop keyword before a short code.

    >>> dialable("Appelez le 0899 12 34 56"), dialable("STOP au 81212")
    (True, True)
    >>> dialable("FR-2026-7"), dialable("12/03/2026"), dialable("75011 Paris")
    (False, False, False)
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    for run in _RUN.finditer(plain):
        if sum(map(str.isdecimal, run[0])) <= MOST_DIGITS:
            continue
        dates = _DATES.match(plain, run.start())
        if dates is None or dates.end() < run.end():
            return True
    return _STOP.search(plain) is not None
