"""Times: aware datetimes outside, integer microseconds in the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from anonsms.errors import ConsentError


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# Up to here (the year 2112) a float of seconds tells microseconds apart.
_EXACT: Final = 1 << 52

SKEW: Final = timedelta(minutes=5)
"""How far another machine's clock may run ahead of ours."""


def micros(at: datetime) -> int:
    """Microseconds since 1970-01-01 UTC of an aware datetime."""
    return (at - _EPOCH) // _MICROSECOND


def moment(value: int) -> datetime:
    """The aware UTC datetime of :func:`micros`, to the microsecond."""
    if -_EXACT < value < _EXACT:
        return datetime.fromtimestamp(value / 1_000_000, UTC)  # twice as fast
    return _EPOCH + timedelta(microseconds=value)


def iso(at: datetime | None) -> str | None:
    """A time as ISO 8601 has it; none stays none."""
    return None if at is None else at.isoformat()


def aware(at: datetime) -> datetime:
    """
    ``at`` in UTC.

    Raises:
        ConsentError: It is naive, so that nobody can tell which moment it
            means, or no time at all.
    """
    if not isinstance(at, datetime):
        raise ConsentError(
            f"A time is a datetime with a time zone, not a "
            f"{type(at).__name__}. Pass one: datetime.now(timezone.utc)."
        )
    if at.tzinfo is UTC:
        return at
    if at.utcoffset() is None:
        raise ConsentError(
            "A time without a time zone can mean several moments, so it "
            "proves nothing. Pass an aware one: datetime.now(timezone.utc)."
        )
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ConsentError(
            "The time lies beyond the year 9999, or before the year 1, in "
            "UTC. Check the clock of the machine that wrote it."
        ) from None


def past(at: datetime, now: datetime) -> datetime:
    """
    ``at`` in UTC, for something that has happened already.

    A machine whose clock runs ahead a little is believed, but not that it
    knows the future: else a stop said now would count as older.

    Raises:
        ConsentError: It is naive, or lies in the future.
    """
    moment_ = aware(at)
    if moment_ > now + SKEW:
        raise ConsentError(
            "The time of the event lies in the future. Pass when it "
            "happened, and check the clock of the machine that wrote it."
        )
    return min(moment_, now)
