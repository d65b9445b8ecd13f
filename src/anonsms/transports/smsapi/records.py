"""
What an account keeps at SMSAPI: opt-outs, blacklist, points, orders.

Each method of :class:`Records` returns a flow.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, Generic, TypeVar

from attrs import frozen

from anonsms.errors import InvalidNumberError, TransportError
from anonsms.message import DeliveryReceipt, ProviderOptOut
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transport.paging import all_pages
from anonsms.transport.telling import (
    amount,
    key_like,
    moment,
    person,
    provider_id,
)
from anonsms.transports.smsapi.account import Account, form_of
from anonsms.transports.smsapi.calls import body_of, error_in, rows_of
from anonsms.transports.smsapi.codes import status_of
from anonsms.transports.smsapi.messages import SENDING


_OPT_OUTS: Final = "/opt_outs"
_BLACKLIST: Final = "/blacklist/phone_numbers"
_PAGE: Final = 100
_MOST_PAGES: Final = 10_000
_NOTHING: Final = 204
_THERE: Final = 409
_GONE: Final = 404
_NOT_TO_CANCEL: Final = {"301", "75"}
_BAD_ID: Final = {"301", "400"}
_IDS_AT_ONCE: Final = 100

Row = Mapping[str, object]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@frozen(repr=False)
class _Entry(Generic[T_co]):
    """
    A row of a list, read.

    Attributes:
        mark: The same for the same row.
        read: What it tells; ``None`` if nothing.
    """

    mark: int
    read: T_co | None


@frozen
class Records:
    """
    The account's records, as flows.

    Attributes:
        account: Whose.
        clock: Tells the time, aware, where SMSAPI does not.
    """

    account: Account
    clock: Callable[[], datetime]

    def opt_outs(self) -> Flow[list[ProviderOptOut]]:
        """Everybody who left by SMSAPI's own opt-out page."""

        def read(row: Row) -> ProviderOptOut | None:
            number = person(row.get("phoneNumber"), fictional=True)
            if number is None:
                return None
            at = moment(row.get("date"), zone=UTC) or self.clock()
            return ProviderOptOut(
                number, at, "opt_out", provider_id(row.get("id"))
            )

        return (yield from self._all(_OPT_OUTS, "the list of opt-outs", read))

    def blocked(self) -> Flow[list[PhoneNumber]]:
        """The account's blacklist."""

        def read(row: Row) -> PhoneNumber | None:
            return person(row.get("phone_number"), fictional=True)

        return (yield from self._all(_BLACKLIST, "the blacklist", read))

    def block(
        self, numbers: list[PhoneNumber] | InvalidNumberError
    ) -> Flow[None]:
        """
        Put numbers on the blacklist; nothing for those that are there.

        Raises:
            InvalidNumberError: It was given; nothing is asked.
        """
        if isinstance(numbers, InvalidNumberError):
            raise numbers
        for number in numbers:
            response = yield self._blocking(number)
            code = error_in(response)
            if code and response.status != _THERE:
                raise TransportError(
                    "SMSAPI did not put the number on the blacklist; its "
                    f"code is {code}."
                )

    def unblock(
        self, numbers: list[PhoneNumber] | InvalidNumberError
    ) -> Flow[bool]:
        """Take numbers off the blacklist; whether one was on it."""
        if isinstance(numbers, InvalidNumberError):
            raise numbers
        found = False
        for number in numbers:
            ids = yield from self._blocks_of(number)
            found = found or bool(ids)
            for each in ids:
                response = yield self.account.drop(_BLACKLIST, each)
                code = error_in(response)
                if code and response.status != _GONE:
                    raise TransportError(
                        "SMSAPI did not take the number off the blacklist; "
                        f"its code is {code}."
                    )
        return found

    def _blocks_of(self, number: PhoneNumber) -> Flow[list[str]]:
        """The ids under which a number is on the blacklist."""

        def read(row: Row) -> str | None:
            whose = person(row.get("phone_number"), fictional=True)
            return provider_id(row.get("id")) if whose == number else None

        ids = yield from self._all(
            _BLACKLIST, "the blacklist", read, about=number
        )
        return sorted({each for each in ids if each})

    def balance(self) -> Flow[Decimal | None]:
        """Points left; ``None`` where the account pays by invoice."""
        response = yield self.account.ask("/profile", {})
        return amount(body_of(response, "the balance").get("points"))

    def cancel(self, known_id: str) -> Flow[bool]:
        """Take back a scheduled message; whether it was still possible."""
        _check([known_id])
        response = yield self._legacy("sch_del", [known_id], ",")
        if error_in(response) in _NOT_TO_CANCEL:
            return False
        body = body_of(response, "to cancel a message")
        return known_id in {
            provider_id(row.get("id")) for row in rows_of(body, "list")
        }

    def receipts(
        self, known_ids: Sequence[str]
    ) -> Flow[list[DeliveryReceipt]]:
        """The status of messages by their ids; nothing for unknown ids."""
        _check(known_ids)
        found: list[DeliveryReceipt] = []
        waiting = [
            known_ids[start : start + _IDS_AT_ONCE]
            for start in range(0, len(known_ids), _IDS_AT_ONCE)
        ][::-1]
        while waiting:
            ids = waiting.pop()
            response = yield self._legacy("status", ids, "|")
            if error_in(response) in _BAD_ID:
                # One id that it does not know spoils them all.
                half = len(ids) // 2
                waiting += [ids[half:], ids[:half]] if half else []
                continue
            found += self._receipts(response)
        asked = set(known_ids)
        return [each for each in found if each.provider_id in asked]

    def _receipts(self, response: HttpResponse) -> list[DeliveryReceipt]:
        body = body_of(response, "the status of messages")
        return list(map(self._receipt, rows_of(body, "list")))

    def _receipt(self, row: Row) -> DeliveryReceipt:
        status, written = status_of(str(row.get("status"))[:40])
        return DeliveryReceipt(
            provider_id(row.get("id")),
            status,
            self.clock(),
            key=key_like(row.get("idx")),
            raw=written,
        )

    def _legacy(
        self, name: str, ids: Sequence[str], joined_by: str
    ) -> HttpRequest:
        body = form_of([(name, joined_by.join(ids))])
        return self.account.form(SENDING, body)

    def _blocking(self, number: PhoneNumber) -> HttpRequest:
        return self.account.put_down(
            _BLACKLIST, {"phone_number": number.reveal()[1:]}
        )

    def _page(
        self, path: str, offset: int, about: PhoneNumber | None
    ) -> HttpRequest:
        query = {"offset": str(offset), "limit": str(_PAGE)}
        if about is not None:
            query["q"] = about.reveal()[1:]
        return self.account.ask(path, query, private=about is not None)

    def _all(
        self,
        path: str,
        what: str,
        read: Callable[[Row], T | None],
        *,
        about: PhoneNumber | None = None,
    ) -> Flow[list[T]]:
        """All rows of a list, as ``read`` makes of them; no other copy."""

        def ask(offset: int) -> HttpRequest:
            return self._page(path, offset, about)

        def entries(response: HttpResponse) -> list[_Entry[T]]:
            if response.status == _NOTHING:
                return []
            rows = rows_of(body_of(response, what), "collection")
            return [_Entry(_mark(row), read(row)) for row in rows]

        found = yield from all_pages(
            ask, entries, what.replace("the", "SMSAPI's", 1), most=_MOST_PAGES
        )
        return [each.read for each in found if each.read is not None]


def _mark(row: Row) -> int:
    """By its id; a row without one is known by all that it says."""
    known = provider_id(row.get("id"))
    return hash(known or json.dumps(row, sort_keys=True))


def _check(ids: Sequence[str]) -> None:
    """
    Refuse what is no id, before anything is asked.

    Raises:
        ValueError: One of them is empty, as what was none has become.
    """
    if not all(ids):
        raise ValueError(
            "A message's id is what Accepted.provider_id holds: 1 to 64 "
            "letters and digits. One that was known already has none."
        )
