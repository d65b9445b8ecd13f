"""
What an account keeps at SMSAPI: opt-outs, blacklist, points, orders.

Each method of :class:`Records` returns a flow; a transport performs it, in
sync code or awaited.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

from attrs import frozen

from anonsms.errors import TransportError
from anonsms.message import DeliveryReceipt, ProviderOptOut
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transports.smsapi.calls import (
    body_of,
    error_in,
    moment_of,
    number_of,
    rows_of,
)
from anonsms.transports.smsapi.codes import status_of
from anonsms.transports.smsapi.desk import Desk, form_of
from anonsms.transports.smsapi.messages import SENDING
from anonsms.transports.smsapi.replies import id_of, price_of


_OPT_OUTS: Final = "/opt_outs"
_BLACKLIST: Final = "/blacklist/phone_numbers"
_PAGE: Final = 100
_MOST_PAGES: Final = 10_000
_NOT_TO_CANCEL: Final = {"301", "75"}
_BAD_ID: Final = {"301", "400"}
_IDS_AT_ONCE: Final = 100

Row = Mapping[str, object]
T = TypeVar("T")


@frozen
class Records:
    """
    The account's records, as flows.

    Attributes:
        desk: Where they are kept.
        clock: Tells the time, aware, where SMSAPI does not.
    """

    desk: Desk
    clock: Callable[[], datetime]

    def opt_outs(self) -> Flow[list[ProviderOptOut]]:
        """Everybody who left by SMSAPI's own opt-out page."""

        def read(row: Row) -> ProviderOptOut | None:
            number = number_of(row.get("phoneNumber"))
            if number is None:
                return None
            at = moment_of(row.get("date")) or self.clock()
            return ProviderOptOut(number, at, "opt_out", id_of(row.get("id")))

        return (yield from self._all(_OPT_OUTS, "the list of opt-outs", read))

    def blocked(self) -> Flow[list[PhoneNumber]]:
        """The account's blacklist."""

        def read(row: Row) -> PhoneNumber | None:
            return number_of(row.get("phone_number"))

        return (yield from self._all(_BLACKLIST, "the blacklist", read))

    def block(self, number: PhoneNumber) -> Flow[None]:
        """Put a number on the blacklist; nothing if it is there."""
        response = yield self._blocking(number)
        code = error_in(response)
        if code and response.status != 409:  # noqa: PLR2004
            raise TransportError(
                "SMSAPI did not put the number on the blacklist; its code "
                f"is {code}."
            )

    def unblock(self, number: PhoneNumber) -> Flow[bool]:
        """Take a number off the blacklist; whether it was on it."""

        def read(row: Row) -> str | None:
            same = number_of(row.get("phone_number")) == number
            return id_of(row.get("id")) if same else None

        ids = set(
            (
                yield from self._all(
                    _BLACKLIST, "the blacklist", read, about=number
                )
            )
        )
        ids.discard("")
        for each in sorted(ids):
            response = yield self.desk.drop(_BLACKLIST, each)
            code = error_in(response)
            if code and response.status != 404:  # noqa: PLR2004
                raise TransportError(
                    "SMSAPI did not take the number off the blacklist; its "
                    f"code is {code}."
                )
        return bool(ids)

    def balance(self) -> Flow[Decimal | None]:
        """Points left; ``None`` where the account pays by invoice."""
        response = yield self.desk.ask("/profile", {})
        return price_of(body_of(response, "the balance").get("points"))

    def cancel(self, provider_id: str) -> Flow[bool]:
        """Take back a scheduled message; whether it was still possible."""
        response = yield self._legacy("sch_del", [provider_id], ",")
        if error_in(response) in _NOT_TO_CANCEL:
            return False
        body = body_of(response, "to cancel a message")
        return provider_id in {
            id_of(row.get("id")) for row in rows_of(body, "list")
        }

    def receipts(
        self, provider_ids: Sequence[str]
    ) -> Flow[list[DeliveryReceipt]]:
        """The status of messages by their ids; nothing for unknown ids."""
        found: list[DeliveryReceipt] = []
        waiting = [
            provider_ids[start : start + _IDS_AT_ONCE]
            for start in range(0, len(provider_ids), _IDS_AT_ONCE)
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
        asked = set(provider_ids)
        return [each for each in found if each.provider_id in asked]

    def _receipts(self, response: HttpResponse) -> list[DeliveryReceipt]:
        body = body_of(response, "the status of messages")
        return list(map(self._receipt, rows_of(body, "list")))

    def _receipt(self, row: Row) -> DeliveryReceipt:
        status, written = status_of(str(row.get("status"))[:40])
        return DeliveryReceipt(
            id_of(row.get("id")),
            status,
            self.clock(),
            written,
            id_of(row.get("idx")),
            raw=written,
        )

    def _legacy(
        self, name: str, ids: Sequence[str], joined_by: str
    ) -> HttpRequest:
        if not ids or not all(map(id_of, ids)):
            raise ValueError(
                "A message's id is what Accepted.provider_id holds: 1 to 64 "
                "letters and digits. One that was known already has none."
            )
        body = form_of([(name, joined_by.join(ids))])
        return self.desk.form(SENDING, body)

    def _blocking(self, number: PhoneNumber) -> HttpRequest:
        return self.desk.put_down(
            _BLACKLIST, {"phone_number": number.reveal()[1:]}
        )

    def _page(
        self, path: str, offset: int, about: PhoneNumber | None
    ) -> HttpRequest:
        query = {"offset": str(offset), "limit": str(_PAGE)}
        if about is not None:
            query["q"] = about.reveal()[1:]
        return self.desk.ask(path, query, private=about is not None)

    def _all(
        self,
        path: str,
        what: str,
        read: Callable[[Row], T | None],
        *,
        about: PhoneNumber | None = None,
    ) -> Flow[list[T]]:
        """All rows of a list, as ``read`` makes of them; no other copy."""
        found: dict[str, T | None] = {}
        offset = 0
        for _ in range(_MOST_PAGES):
            response = yield self._page(path, offset, about)
            if response.status == 204:  # noqa: PLR2004
                break
            rows, size = _rows(response, what, read, offset)
            offset += len(rows)
            known = len(found)
            found.update(rows)
            # A page with nothing new would come for ever.
            if len(found) == known or offset >= size:
                break
        return [each for each in found.values() if each is not None]


def _rows(
    response: HttpResponse,
    what: str,
    read: Callable[[Row], T | None],
    offset: int,
) -> tuple[dict[str, T | None], float]:
    """What a page holds, by id; and how many rows all pages have."""
    body = body_of(response, what)
    size = body.get("size")
    rows = {
        id_of(row.get("id")) or f"row {offset + nth}": read(row)
        for nth, row in enumerate(rows_of(body, "collection"))
    }
    return rows, size if isinstance(size, int) else math.inf
