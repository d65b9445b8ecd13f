"""One account at a local SMSAPI: what it sends, knows and may."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from attrs import define, field

from anonsms.testing.faults import Fault, Taken
from anonsms.testing.servers.asked import Answer, Asked
from anonsms.testing.servers.smsapi_messages import MessageBook, Stored
from anonsms.testing.servers.smsapi_orders import (
    NUMBER,
    Line,
    Params,
    check_sender,
    check_texts,
    complete,
    planned,
    read_lines,
)
from anonsms.testing.servers.smsapi_refusals import (
    RefusedError,
    RestRefusedError,
    invalid_row,
)
from anonsms.testing.servers.smsapi_rest import Registers


_OF_SENDING: Final = {
    Fault.ORIGINATOR: 14,
    Fault.MONEY: 103,
    Fault.ACCOUNT: 105,
}
_OF_MESSAGE: Final = {
    Fault.BAD_NUMBER: 13,
    Fault.OPTED_OUT: 57,
    Fault.CONTENT: 94,
}
_LOOK_UP_PRICE: Final = "0.0400"
_INVALID: Final = 13


@define(repr=False, kw_only=True)
class Account:
    """
    The account; its attributes are the arguments of ``SmsapiServer``.

    Attributes:
        cancelled: Ids that were taken back since somebody last looked.
    """

    struck_request: Callable[[], Fault | None]
    struck_message: Callable[[], Fault | None]
    on_repeat: str
    tells_invalid: bool
    cuts_arrays: bool
    blocks_opted_out: bool
    points_as_text: bool
    senders: Collection[str] | None
    most: int
    country: str
    points: Decimal
    price: Decimal
    username: str = "shop"
    registers: Registers = field(init=False, factory=Registers)
    messages: MessageBook = field(init=False)
    cancelled: set[str] = field(init=False, factory=set)
    _struck: dict[tuple[str, str], int] = field(init=False, factory=dict)
    _lines: dict[str, dict[str, object]] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        self.messages = MessageBook(self.points, self.price)

    def legacy(
        self, asked: Asked, now: datetime
    ) -> tuple[list[Taken], Answer]:
        """Answer a ``.do`` endpoint; and what was taken."""
        params = Params.of(asked)
        plain = params.text("format") != "json"
        try:
            if asked.path == "/sms.do":
                return self._sms(params, now, plain=plain)
            if asked.path == "/hlr.do":
                return [], self._look_up(params)
            if asked.path == "/hlrsync.do":
                return [], self._look_up_now(params, now)
        except RefusedError as error:
            return [], error.answer(plain=plain)
        return [], RestRefusedError(404, "not_found").answer()

    def rest(self, asked: Asked, now: datetime) -> Answer:
        """Answer the REST side."""
        if asked.path == "/profile":
            left = self.messages.points
            return Answer.json(
                200,
                {
                    "name": "Local shop",
                    "email": "shop@shop.example",
                    "username": self.username,
                    "phone_number": None,
                    "payment_type": "prepaid",
                    "user_type": "native",
                    "points": str(left)
                    if self.points_as_text
                    else float(left),
                },
            )
        try:
            return self.registers.answer(asked, now)
        except RestRefusedError as error:
            refused = error
        return refused.answer()

    def forgive(self) -> None:
        """Forget which messages were struck by an order."""
        self._struck.clear()

    def block(self, number: str, now: datetime) -> None:
        """Put a number on the blacklist."""
        made = self.registers.new_id()
        self.registers.blacklist[made] = {
            "id": made,
            "phone_number": number,
            "expire_at": None,
            "created_at": now.isoformat(timespec="seconds"),
        }

    def note_line(
        self,
        number: str,
        status: str,
        info: str,
        network: str,
        *,
        ported: bool,
    ) -> None:
        """Know a line."""
        self._lines[number] = {
            # Integers: zeros at their start are lost.
            "mcc": int(network[:3]),
            "mnc": int(network[3:]),
            "info": info,
            "status": status,
            "ported": int(ported),
        }

    def _sms(
        self, params: Params, now: datetime, *, plain: bool
    ) -> tuple[list[Taken], Answer]:
        if params.text("sch_del"):
            ids = params.text("sch_del").split(",")
            gone = self.messages.cancel(ids, now)
            self.cancelled.update(gone)
            rows = [{"id": each} for each in gone]
            return [], Answer.json(200, {"count": len(rows), "list": rows})
        if params.text("status"):
            return [], self._statuses(params.many("status"))
        fault = self.struck_request()
        if fault:
            raise RefusedError(_OF_SENDING[fault])
        sender = params.text("from") or "Test"
        check_sender(sender, self.senders)
        lines = read_lines(
            params,
            most=self.most,
            country=self.country,
            cuts_arrays=self.cuts_arrays,
        )
        check_texts(params, lines)
        lines, invalid = self._sifted(lines)
        if params.flag("check_idx"):
            lines = self._first_time(lines, now)
        at = planned(params, now) or now
        notify = params.text("notify_url")
        drafts = [self.messages.draft(x, sender, at, notify) for x in lines]
        test = params.flag("test")
        if not test:
            self.messages.take(drafts, now)
        taken = [] if test else [_taken(draft) for draft in drafts]
        if plain:
            said = [f"OK:{draft.id}:{draft.points}" for draft in drafts]
            return taken, Answer.text(200, ";".join(said))
        answer = self._listed(drafts)
        if params.flag("details") and drafts:
            line = drafts[0].line
            answer["message"] = line.text
            answer["length"] = len(line.text)
            answer["parts"] = line.parts
        if invalid and self.tells_invalid:
            answer["invalid_numbers"] = invalid
        return taken, Answer.json(200, answer)

    def _sifted(
        self, lines: Sequence[Line]
    ) -> tuple[list[Line], list[dict[str, object]]]:
        """
        Set apart whom nothing is sent to.

        Raises:
            RefusedError: Nobody is left.
        """
        good, invalid, codes = [], [], set()
        for line in lines:
            code = self._objection(line)
            if code:
                codes.add(code)
                invalid.append(
                    invalid_row(line.number, code, submitted=line.submitted)
                )
            else:
                good.append(line)
        if not good:
            alone = codes.pop() if len(codes) == 1 else _INVALID
            raise RefusedError(alone, invalid)
        return good, invalid

    def _objection(self, line: Line) -> int | None:
        message = (line.submitted, line.idx)
        if message not in self._struck:
            fault = self.struck_message()
            if fault:
                self._struck[message] = _OF_MESSAGE[fault]
        if message in self._struck:
            # Also when it is asked about again: it has not become better.
            return self._struck[message]
        if not line.number:
            return _INVALID
        if self.registers.blacklisted(line.number):
            return 57
        if self.blocks_opted_out and self.registers.opted_out(line.number):
            return _INVALID
        return None

    def _first_time(self, lines: list[Line], now: datetime) -> list[Line]:
        """
        Those whose ``idx`` is new.

        Raises:
            RefusedError: One is not, and that refuses all; or none is.
        """
        fresh, seen = [], set()
        for line in lines:
            known = line.idx in seen or self.messages.repeated(line.idx, now)
            if line.idx and known:
                if self.on_repeat == "refuse":
                    raise RefusedError(53)
                continue
            seen.add(line.idx)
            fresh.append(line)
        if not fresh:
            raise RefusedError(53)
        return fresh

    def _statuses(self, ids: Sequence[str]) -> Answer:
        found = [self.messages.find(each) for each in ids]
        rows = [stored for stored in found if stored]
        if not rows:
            raise RefusedError(400)
        return Answer.json(200, self._listed(rows))

    def _listed(self, rows: Sequence[Stored]) -> dict[str, object]:
        shown = [row.row(as_text=self.points_as_text) for row in rows]
        return {"count": len(shown), "list": shown}

    def _look_up(self, params: Params) -> Answer:
        rows: list[dict[str, object]] = []
        for number in params.text("number").split(","):
            if complete(number, self.country):
                row: dict[str, object] = {"status": "OK", "number": number}
                row["id"] = self.registers.new_id()
                row["price"] = _LOOK_UP_PRICE
            else:
                row = {"status": "ERROR", "error": 13, "number": number}
            rows.append(row)
        return Answer.json(200, rows if len(rows) > 1 else rows[0])

    def _look_up_now(self, params: Params, now: datetime) -> Answer:
        rows: list[dict[str, object]] = []
        for number in params.text("number").split(","):
            whole = complete(number, self.country)
            if not whole:
                raise RefusedError(_INVALID, [invalid_row(number)])
            known = self._lines.get(whole) or {
                "mcc": 260,
                "mnc": 1,
                "info": "DELIVRD",
                "status": "OK",
                "ported": 0,
            }
            rows.append(
                {
                    "id": self.registers.new_id(),
                    "number": whole,
                    **known,
                    "date": int((now - timedelta(seconds=1)).timestamp()),
                    "ported_from": None,
                    "price": _LOOK_UP_PRICE,
                }
            )
        return Answer.json(200, {"count": len(rows), "list": rows})


def _taken(draft: Stored) -> Taken:
    line, sender = draft.line, draft.sender
    # A number, which handsets show in its international form.
    shown = f"+{sender}" if NUMBER.fullmatch(sender) else sender
    return Taken(f"+{line.number}", line.text, shown, draft.id)
