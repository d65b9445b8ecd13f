"""Time zones of numbers, from the tables that come with ``phonenumbers``."""

from __future__ import annotations

from typing import Final

from phonenumbers.timezone import UNKNOWN_TIMEZONE
from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

from anonsms.phone.kind import Line, NumberKind


_UNKNOWN: Final = (UNKNOWN_TIMEZONE,)

# Numbers that do not tell the place have the zones of the whole country, so
# one answer serves a line: a few hundred entries at most.
_BY_CODE: Final[dict[int, tuple[str, ...]]] = {}


def zones(e164: str, line: Line) -> tuple[str, ...]:
    """
    The IANA time zones that the holder of a number may live in.

    Args:
        e164: The number.
        line: Its line.
    """
    if line.geographic:
        return _longest(e164[1 : 1 + TIMEZONE_LONGEST_PREFIX], 1)
    if line.kind is NumberKind.UNKNOWN:
        return _UNKNOWN
    code = line.country_code
    found = _BY_CODE.get(code)
    if found is None:
        # The package tries no single digit, but where that is the code.
        digits = str(code)
        found = _BY_CODE[code] = _longest(digits, min(2, len(digits)))
    return found


def _longest(digits: str, shortest: int) -> tuple[str, ...]:
    """What the table says about the longest start that it knows."""
    for end in range(len(digits), shortest - 1, -1):
        found = TIMEZONE_DATA.get(digits[:end])
        if found is not None:
            return found
    return _UNKNOWN
