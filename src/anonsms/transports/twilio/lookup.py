"""Lookup v2: what kind of line a number is, and whether it is in use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from anonsms.errors import (
    InvalidNumberError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.message import LineState, Lookup
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpResponse
from anonsms.transport.telling import names_another
from anonsms.transports.twilio.account import Account
from anonsms.transports.twilio.codes import refusal, written_code


LINE_TYPE: Final = "line_type_intelligence"
LINE_STATUS: Final = "line_status"

_NO_SUCH: Final = 404
_DEAF: Final = {"landline", "voicemail", "pager"}
"""Lines that take no texts. Of the others some do."""
_STATES: Final = {
    "active": LineState.ACTIVE,
    "inactive": LineState.INACTIVE,
}
_KIND: Final = re.compile(r"[A-Za-z]{1,32}")
_DIGITS: Final = re.compile(r"[0-9]{1,6}")
_LONGEST_NAME: Final = 100


def look_up(
    account: Account,
    numbers: list[PhoneNumber] | InvalidNumberError,
    *,
    in_use: bool,
) -> Flow[list[Lookup]]:
    """
    Ask about each number, one request each; one answer each, in order.

    Where the account itself is refused, the rest is not asked.

    Raises:
        InvalidNumberError: It was given; nothing is asked.
    """
    if isinstance(numbers, InvalidNumberError):
        raise numbers
    found: list[Lookup] = []
    stopped = ""
    asked = f"{LINE_TYPE},{LINE_STATUS}" if in_use else LINE_TYPE
    for number in numbers:
        if stopped:
            found.append(Lookup(number, LineState.UNKNOWN, code=stopped))
            continue
        try:
            # Lookup wants the number in the path.
            response = yield account.ask(
                f"{account.lookups_url}/v2/PhoneNumbers/"
                f"{quote(number.reveal(), '')}?Fields={asked}",
                private=True,
            )
        except (NeverLeftError, LostAnswerError):
            found.append(Lookup(number, LineState.UNKNOWN))
            continue
        answer, wide = _answer(number, response)
        found.append(answer)
        if wide:
            stopped = answer.code
    return found


def _answer(
    number: PhoneNumber, response: HttpResponse
) -> tuple[Lookup, bool]:
    """One answer, and whether all others would be refused as well."""
    if response.status == _NO_SUCH:
        code, _ = refusal(response)
        return Lookup(number, LineState.INVALID, code=code), False
    if not response.succeeded:
        code, meaning = refusal(response)
        refused = Lookup(number, LineState.UNKNOWN, code=code)
        return refused, meaning.account_wide
    return _line(number, response.mapping()), False


def _line(number: PhoneNumber, answer: Mapping[str, object]) -> Lookup:
    if names_another(answer.get("phone_number"), number):
        return Lookup(number, LineState.UNKNOWN)
    line, status = _part(answer, LINE_TYPE), _part(answer, LINE_STATUS)
    kind = _told(line, "type", _KIND)
    state = _STATES.get(_told(status, "status", _KIND), LineState.UNKNOWN)
    if answer.get("valid") is False or kind in _DEAF:
        state = LineState.INVALID
    country, network = (
        _told(line, f"mobile_{part}_code", _DIGITS)
        for part in ("country", "network")
    )
    carrier = line.get("carrier_name")
    return Lookup(
        number,
        state,
        kind,
        country + network if country and network else "",
        carrier[:_LONGEST_NAME] if isinstance(carrier, str) else "",
        code=written_code(line.get("error_code"))
        or written_code(status.get("error_code")),
    )


def _part(answer: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = answer.get(name)
    return part if isinstance(part, dict) else {}


def _told(part: Mapping[str, object], name: str, form: re.Pattern[str]) -> str:
    value = part.get(name)
    return value if isinstance(value, str) and form.fullmatch(value) else ""
