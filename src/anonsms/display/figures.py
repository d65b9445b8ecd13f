"""Numbers, amounts, shares and times, written for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final


_MINOR_UNITS: Final = dict.fromkeys(
    ("CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF"), 0
) | dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3)
"""Digits after the point where they are not two (ISO 4217, list one)."""


def count(number: float | Decimal) -> str:
    """
    A number with its thousands set apart.

    >>> count(1204)
    '1,204'
    """
    return f"{number:,}"


def money(amount: Decimal, currency: str, *, places: int | None = None) -> str:
    """
    An amount and its currency code.

    >>> money(Decimal("1204.5"), "EUR")
    '1,204.50 EUR'
    >>> money(Decimal("0.0453"), "EUR", places=4)
    '0.0453 EUR'

    Args:
        amount: In the currency's main unit; halves round away from zero.
        currency: ISO 4217 code.
        places: Digits after the point; what the currency has by default.
    """
    if places is None:
        places = _MINOR_UNITS.get(currency, 2)
    rounded = amount.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:,f} {currency}"


def percent(part: float, whole: float) -> str:
    """
    A share of a whole, to one digit after the point.

    Nothing is rounded to none or to all: one in a million shows as
    ``<0.1%``. A share of nothing shows as a dash.

    >>> percent(1, 3), percent(1, 1_000_000), percent(0, 0)
    ('33.3%', '<0.1%', '–')
    """
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 0.1:  # noqa: PLR2004 - the last digit that is shown
        return "<0.1%"
    if 99.9 < share < 100:  # noqa: PLR2004
        return ">99.9%"
    return f"{share:.1f}%"


def duration(span: timedelta) -> str:
    """
    A length of time in its two largest units.

    >>> duration(timedelta(hours=2, minutes=5)), duration(timedelta(days=3))
    ('2 h 5 min', '3 d')
    >>> duration(timedelta(milliseconds=250))
    '0.25 s'
    """
    if span < timedelta():
        return f"-{duration(-span)}"
    if span < timedelta(seconds=1):
        # Below a second, three digits tell a slow call from a fast one.
        return f"{span.total_seconds():.3g} s"
    seconds = round(span.total_seconds())
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    first = next(i for i, (amount, _) in enumerate(units) if amount)
    return " ".join(
        f"{amount:,} {unit}"
        for amount, unit in units[first : first + 2]
        if amount
    )


def moment(at: datetime) -> str:
    """
    A point in time to the minute, with its zone.

    >>> moment(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    '2026-03-02 09:00 UTC'

    Args:
        at: Aware, in any zone; it is shown in that zone.

    Raises:
        ValueError: The time has no zone, so it names no point in time.
    """
    offset = at.utcoffset()
    if offset is None:
        raise ValueError(
            "A moment needs a time zone, or nobody knows which moment it is. "
            "Pass an aware datetime."
        )
    zone = "UTC" if at.tzinfo is UTC else at.strftime("%Z") or "UTC"
    return f"{at:%Y-%m-%d %H:%M} {zone}"
