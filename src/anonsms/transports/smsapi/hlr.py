"""Whether a number is in use: the network's own register (HLR)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from anonsms.errors import TransportError
from anonsms.message import LineState, Lookup
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transports.smsapi.calls import rows_of
from anonsms.transports.smsapi.codes import (
    OF_A_NUMBER,
    code_of,
    http_code,
)
from anonsms.transports.smsapi.desk import Desk, form_of
from anonsms.transports.smsapi.replies import price_of


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


def look_ups(desk: Desk, numbers: Iterable[PhoneNumber]) -> Flow[list[Lookup]]:
    """
    Look numbers up, one request each.

    Raises:
        TransportError: The account may not look numbers up. What is wrong
            with one number is an answer, never an error.
    """
    found: list[Lookup] = []
    for number in numbers:
        response = yield _question(desk, number)
        code = _error(response)
        if code and code not in OF_A_NUMBER:
            raise TransportError(
                f"SMSAPI refused a number look-up with the code {code}; 110 "
                "means that the account has no HLR service."
            )
        found.append(_lookup(number, response, code))
    return found


def _question(desk: Desk, number: PhoneNumber) -> HttpRequest:
    return desk.form(_HLR, form_of([("number", number.reveal()[1:])]))


def _error(response: HttpResponse) -> str:
    body = response.mapping()
    code = code_of(body.get("error"))
    if not code and response.status != 200:  # noqa: PLR2004
        return http_code(response.status)
    for row in rows_of(body, "list")[:1]:
        code = code or code_of(row.get("error"))
    return code


def _lookup(number: PhoneNumber, response: HttpResponse, code: str) -> Lookup:
    if code:
        return Lookup(number, LineState.INVALID, code=code)
    body = response.mapping()
    rows = rows_of(body, "list")
    row = rows[0] if rows else body
    status = code_of(row.get("status"))
    ported = row.get("ported")
    return Lookup(
        number,
        _STATES.get(status.lower(), LineState.UNKNOWN),
        network=_network(row.get("mcc"), row.get("mnc")),
        ported=bool(ported) if isinstance(ported, int) else None,
        code=status,
        price=price_of(row.get("price")),
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
