"""
What providers write in JSON and in forms, read with care.

Each reader takes whatever stood there and answers with a sound value or
with nothing; none of them raises. Whoever wrote it may be anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final

from anonsms.errors import ConfigurationError, InvalidNumberError
from anonsms.masking import Secret, storable
from anonsms.phone import PhoneNumber


_OLDEST: Final = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_NEWEST: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_MILLISECONDS: Final = 100_000_000_000
"""From here on a number is milliseconds; as seconds it is the year 5138."""
_LONGEST_DATE: Final = 40
_LONGEST_STAMP: Final = 15
_MOST_PARTS: Final = 255
"""A part says how many there are in one byte (3GPP TS 23.040)."""
_LONGEST_COUNT: Final = 4
_TOO_DEAR: Final = 10**9
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,18})?", re.ASCII)
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", re.ASCII)
_LARGEST_ID: Final = 10**40
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
_LARGEST_NUMBER: Final = 10**18
_DRESSED: Final = re.compile(r"\+[1-9][0-9 ().\-/]{5,29}", re.ASCII)
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def moment(value: object, *, zone: tzinfo | None = None) -> datetime | None:
    """
    A time, from a Unix time or from ISO 8601.

    >>> moment(1772442000) == moment("2026-03-02T09:00:00Z")
    True
    >>> moment("2026-03-02 10:00:00")     # in which zone?

    Args:
        value: Seconds or milliseconds since 1970, as a number or as digits;
            or a date in ISO 8601.
        zone: Where dates without a zone are from; ``None``: they are not
            believed.

    Returns:
        Aware, in UTC, from 2000 to 2099; ``None`` for anything else.
    """
    if isinstance(value, str):
        if value.isascii() and value.isdigit():
            value = int(value) if len(value) <= _LONGEST_STAMP else -1
        else:
            value = _dated(value, zone)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    seconds = value / 1000 if _MILLISECONDS <= value < 10**15 else value
    if not _OLDEST <= seconds < _NEWEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _dated(text: str, zone: tzinfo | None) -> float | None:
    """Seconds since 1970, from a date."""
    if len(text) > _LONGEST_DATE:
        return None
    try:
        read = datetime.fromisoformat(text.strip())
        if read.utcoffset() is None:
            if zone is None:
                return None
            read = read.replace(tzinfo=zone)
        return read.timestamp()
    except (ValueError, OverflowError):
        return None


def aware(moment: datetime, name: str) -> datetime:
    """
    A moment that a caller passes, in UTC.

    Args:
        moment: With a zone.
        name: Of the argument, for the error.

    Raises:
        ConfigurationError: It has no zone, or is no moment.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ConfigurationError(
            f"{name} is a moment with a zone, or hours would be guessed: "
            "datetime(2026, 3, 2, 9, tzinfo=UTC)."
        )
    return moment.astimezone(UTC)


def part_count(value: object) -> int | None:
    """
    How many parts, from a number or from digits.

    >>> part_count(2), part_count("2"), part_count(0), part_count(True)
    (2, 2, None, None)

    Returns:
        1 to 255; ``None`` for anything else, such as the 0 of a provider
        that has not counted yet.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value) if len(value) <= _LONGEST_COUNT else 0
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 1 <= value <= _MOST_PARTS else None


def amount(value: object) -> Decimal | None:
    """
    An amount of money, or of credits.

    >>> amount(0.045), amount("1.20"), amount("soon")
    (Decimal('0.045'), Decimal('1.20'), None)

    Returns:
        What the provider wrote, digit for digit; ``None`` if it is no
        amount from zero to a thousand million, written out.
    """
    if isinstance(value, str):
        return Decimal(value) if _AMOUNT.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return Decimal(str(value)) if 0 <= value < _TOO_DEAR else None


def provider_id(value: object) -> str:
    """
    A provider's id as text: some write numbers.

    >>> provider_id(1511882900176220), provider_id("92c36a6b-3f27")
    ('1511882900176220', '92c36a6b-3f27')
    >>> provider_id("x?y"), provider_id(1.5e15)
    ('', '')

    Returns:
        At most 64 letters, digits, ``-``, ``_`` and ``.``; empty for
        anything else.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < _LARGEST_ID else ""
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


def key_like(value: object) -> str:
    """
    A value that may be a message's key; empty if it cannot be one.

    >>> key_like("a1b2c3"), key_like("two words"), key_like(None)
    ('a1b2c3', '', '')
    """
    return value if isinstance(value, str) and _KEY.fullmatch(value) else ""


def repaired(text: str) -> str:
    r"""
    A text that UTF-8 can write: half characters become ``?``.

    >>> repaired("STOP \ud83d")
    'STOP ?'
    """
    if storable(text):
        return text
    return text.encode("utf-8", "replace").decode()


def person(value: object, *, fictional: bool) -> PhoneNumber | None:
    """
    Whose number it is, with or without its plus, or with ``00`` for it.

    A number that is newer than our numbering plans counts all the same:
    somebody wrote, and their STOP must not be lost.

    Args:
        value: With its calling code, as text or as a number.
        fictional: Whether numbers kept for fiction are real enough.

    Returns:
        ``None`` for what is none, such as a short code or a service's name.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < _LARGEST_NUMBER else ""
    if not isinstance(value, str):
        return None
    dialled = f"+{value.strip().removeprefix('+').removeprefix('00')}"
    if not _DRESSED.fullmatch(dialled):
        return None
    [read] = PhoneNumber.parse_many([dialled], allow_fictional=fictional)
    if isinstance(read, PhoneNumber):
        return read
    bare = re.sub(r"[^+0-9]", "", dialled)
    if not _E164.fullmatch(bare):
        return None
    new = PhoneNumber.from_e164(bare)
    return None if new.fictional else new


ANOTHER: Final = "the answer was about somebody else"


def names_another(echo: object, number: PhoneNumber) -> bool:
    """
    Whether an answer names another recipient than it was asked about.

    Then it answers another request, and what became of ours is not known:
    a server, or a proxy, that answers one request twice shifts all later
    answers of that connection by one.

    Args:
        echo: The recipient as the answer has it. What is no number in full,
            because the provider hides or leaves it out, tells nothing.
        number: Whom the message went to.

    >>> zoe = PhoneNumber.parse("+33639981234")
    >>> names_another("33639981234", zoe), names_another("+3363998****", zoe)
    (False, False)
    >>> names_another("+33639981235", zoe)
    True
    """
    digits = number.reveal()
    if echo in (digits, digits[1:]):  # Nearly always, and nothing is parsed.
        return False
    known = person(echo, fictional=True)
    return known is not None and known != number


def numbered(
    numbers: Iterable[PhoneNumber],
) -> list[PhoneNumber] | InvalidNumberError:
    """
    Numbers that a caller passes, or the error for one that is none.

    Returned and not raised: the caller has to let go of what may be a
    number first, for tools that report errors show variables.
    """
    people = list(numbers)
    for each in people:
        if not isinstance(each, PhoneNumber):
            return InvalidNumberError(
                "Pass a list of PhoneNumbers, each from "
                "PhoneNumber.parse(text, region). This was a "
                f"{type(each).__name__}.",
                reason="type",
            )
    return people


def hidden(value: str | Secret | None) -> Secret | None:
    """
    A setting out of sight; ``None`` if it is left out.

    Settings get swapped, so that any of them may turn out to be the token.
    What is no text becomes an empty one, which no setting may be.
    """
    if value is None:
        return None
    return Secret.of(value if isinstance(value, str | Secret) else "")


def whole(value: object) -> int:
    """A setting that is a whole number; 0 for what is none, as above."""
    if isinstance(value, bool) or not isinstance(value, int):
        return 0
    return value


def span(value: object) -> timedelta | None:
    """A setting that is a while; no time at all for what is none."""
    if value is None or isinstance(value, timedelta):
        return value
    return timedelta()
