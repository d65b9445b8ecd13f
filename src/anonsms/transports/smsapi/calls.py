"""Answers to calls that are about the account, not about one message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from anonsms.errors import TransportError
from anonsms.phone import PhoneNumber
from anonsms.transport import HttpResponse
from anonsms.transports.smsapi.codes import code_of, http_code


_DIGITS: Final = range(7, 16)
_OLDEST: Final = 946_684_800  # 2000-01-01: no date of theirs is older
_NEWEST: Final = 4_102_444_800  # 2100-01-01
_SUCCESS: Final = range(200, 300)


def error_in(response: HttpResponse) -> str:
    """The code of what went wrong; empty if nothing did."""
    code = code_of(response.mapping().get("error"))
    if response.status not in _SUCCESS:
        return code or http_code(response.status)
    return code


def body_of(response: HttpResponse, what: str) -> Mapping[str, object]:
    """
    The object in an answer.

    Args:
        response: The answer.
        what: What was asked, for the error.

    Raises:
        TransportError: SMSAPI refused, or answered something else.
    """
    if code := error_in(response):
        raise TransportError(
            f"SMSAPI refused {what} with the code {code}. Its list of "
            "codes says why; 101, 102 and http_401 mean the token."
        )
    body = response.json()
    readable = isinstance(body, dict)
    if not readable:
        del body
        raise TransportError(
            f"SMSAPI's answer to {what} cannot be read. See whether the "
            "base URL is right."
        )
    return response.mapping()


def rows_of(
    body: Mapping[str, object], name: str
) -> list[Mapping[str, object]]:
    """The rows of a list in an answer; empty if there are none."""
    listed = body.get(name)
    if not isinstance(listed, list):
        return []
    return [row for row in listed if isinstance(row, dict)]


def number_of(value: object) -> PhoneNumber | None:
    """
    Somebody's number, from the bare digits that SMSAPI writes.

    ``None`` for what is none, such as the name of a service.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value) if 0 < value < 10**16 else ""
    text = value.strip().removeprefix("+") if isinstance(value, str) else ""
    if not (text.isascii() and text.isdigit()):
        return None
    if len(text) not in _DIGITS or text.startswith("0"):
        return None
    read = PhoneNumber.parse_many([f"+{text}"], allow_fictional=True)[0]
    if isinstance(read, PhoneNumber):
        return read
    # A range that is newer than our plans: an opt-out must not be lost.
    return PhoneNumber.from_e164(f"+{text}")


def moment_of(value: object) -> datetime | None:
    """A time, from Unix seconds or ISO 8601; aware, UTC."""
    if isinstance(value, int) and not isinstance(value, bool):
        seconds = value if _OLDEST <= value < _NEWEST else None
    elif not isinstance(value, str) or len(value) > 40:  # noqa: PLR2004
        return None
    elif value.isascii() and value.isdigit():
        return moment_of(int(value))
    else:
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            return None
        if read.utcoffset() is None:
            read = read.replace(tzinfo=UTC)
        try:
            seconds = int(read.timestamp())
        except (OverflowError, ValueError):
            return None
        seconds = seconds if _OLDEST <= seconds < _NEWEST else None
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
