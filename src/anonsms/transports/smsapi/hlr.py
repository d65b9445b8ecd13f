"""Whether a number is in use: the network's own register (HLR)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from anonsms.errors import (
    InvalidNumberError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.message import LineState, Lookup
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transport.codes import meaning_of_status
from anonsms.transport.telling import amount, names_another
from anonsms.transports.smsapi.account import Account, form_of
from anonsms.transports.smsapi.calls import error_in, rows_of
from anonsms.transports.smsapi.codes import MEANINGS, OF_A_NUMBER, code_of
from anonsms.transports.smsapi.replies import CURRENCY


_HLR: Final = "/hlrsync.do"
_STATES: Final[Mapping[str, LineState]] = {
    "ok": LineState.ACTIVE,
    "active": LineState.ACTIVE,
    "inactive": LineState.INACTIVE,
    # FAIL is all that it says of a handset abroad, of one that is switched
    # off and of a number given up: no reason to drop anybody.
    "fail": LineState.UNKNOWN,
    "unverified": LineState.UNKNOWN,
}
_LONGEST_CODE: Final = 999


def look_ups(
    account: Account, numbers: list[PhoneNumber] | InvalidNumberError
) -> Flow[list[Lookup]]:
    """
    Look numbers up, one request each; one answer each, in order.

    Each costs points, so that none is thrown away: what could not be learnt
    is unknown. Where the account is refused, the rest is not asked.

    Raises:
        InvalidNumberError: It was given; nothing is asked.
    """
    if isinstance(numbers, InvalidNumberError):
        raise numbers
    found: list[Lookup] = []
    stopped = ""
    for number in numbers:
        if stopped:
            found.append(Lookup(number, LineState.UNKNOWN, code=stopped))
            continue
        try:
            response = yield _question(account, number)
        except (NeverLeftError, LostAnswerError):
            found.append(Lookup(number, LineState.UNKNOWN))
            continue
        code = _error(response)
        found.append(_lookup(number, response, code))
        if code and _stops(response, code):
            stopped = code
    return found


def _question(account: Account, number: PhoneNumber) -> HttpRequest:
    return account.form(_HLR, form_of([("number", number.reveal()[1:])]))


def _error(response: HttpResponse) -> str:
    code = error_in(response)
    for row in rows_of(response.mapping(), "list")[:1]:
        code = code or code_of(row.get("error"))
    return code


def _stops(response: HttpResponse, code: str) -> bool:
    """Whether all others would be refused as well: 110 means no HLR."""
    meaning = MEANINGS.get(code)
    if not response.succeeded:
        meaning = meaning_of_status(response.status, known=meaning)
    return meaning is not None and meaning.account_wide


def _lookup(number: PhoneNumber, response: HttpResponse, code: str) -> Lookup:
    if code:
        bad = code in OF_A_NUMBER
        state = LineState.INVALID if bad else LineState.UNKNOWN
        return Lookup(number, state, code=code)
    body = response.mapping()
    rows = rows_of(body, "list")
    row = rows[0] if rows else body
    if names_another(row.get("number"), number):
        return Lookup(number, LineState.UNKNOWN)
    status = code_of(row.get("status"))
    ported = row.get("ported")
    price = amount(row.get("price"))
    return Lookup(
        number,
        _STATES.get(status.lower(), LineState.UNKNOWN),
        network=_network(row.get("mcc"), row.get("mnc")),
        ported=bool(ported) if isinstance(ported, int) else None,
        code=status,
        price=price,
        currency="" if price is None else CURRENCY,
    )


def _network(country: object, network: object) -> str:
    """Country and network code; SMSAPI's numbers have lost their zeros."""
    pair = _code(country), _code(network)
    if None in pair or not pair[0]:
        return ""
    return f"{pair[0]:03d}{pair[1]:02d}"


def _code(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:4])
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 0 <= value <= _LONGEST_CODE else None
    return None
