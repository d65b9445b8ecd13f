"""
The provider's own records of messages: asked, called off, emptied, deleted.

Each function is a flow: sync and async code drive it alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from attrs import frozen

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.message import DeliveryReceipt
from anonsms.transport import Flow, HttpResponse
from anonsms.transports.twilio.account import Account
from anonsms.transports.twilio.codes import (
    delivery,
    refusal,
    written_code,
    written_status,
)
from anonsms.transports.twilio.messages import message_sid


_GONE: Final = 404
_TOO_LATE: Final = {400, _GONE, 409}
"""What has left is refused; how exactly, Twilio does not write down."""


@frozen(repr=False)
class Record:
    """
    What Twilio keeps of one message; everything is optional over there.

    Attributes:
        sid: The provider's id.
        status: As Twilio wrote it.
        code: The error code, or empty.
        text: The body; ``None`` if it is not kept.
        direction: ``"outbound-api"`` for what was sent through the API.
        sender: Whom it is from; empty while none is chosen.
        service: SID of its messaging service.
        created: When; aware.
        updated: When it last changed; aware.
    """

    sid: str
    status: str
    code: str
    text: MessageText | None
    direction: str
    sender: str
    service: str
    created: datetime | None
    updated: datetime | None

    @classmethod
    def read(cls, value: object) -> Record | None:
        """One message in JSON; ``None`` if it is none."""
        if not isinstance(value, dict) or not message_sid(value.get("sid")):
            return None
        body = _text(value, "body")
        return cls(
            value["sid"],
            written_status(value.get("status")),
            written_code(value.get("error_code")),
            MessageText(body) if body else None,
            _text(value, "direction"),
            _text(value, "from"),
            _text(value, "messaging_service_sid"),
            _moment(_text(value, "date_created")),
            _moment(_text(value, "date_updated")),
        )

    def receipt(self, now: datetime) -> DeliveryReceipt:
        """As the receipt that may have been lost."""
        status, reason = delivery(self.status, self.code)
        return DeliveryReceipt(
            self.sid,
            status,
            self.updated or now,
            self.code,
            reason=reason,
            raw=self.status,
        )


def _text(value: Mapping[str, object], name: str) -> str:
    found = value.get(name)
    return found if isinstance(found, str) else ""


def _moment(text: str) -> datetime | None:
    """An RFC 2822 date; ``None`` if it is none."""
    try:
        moment = parsedate_to_datetime(text)
        # "-0000" is a time in UTC of unknown origin, which is good enough.
        if moment.utcoffset() is None:
            moment = moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def receipts(
    account: Account, sids: Sequence[str], now: datetime
) -> Flow[list[DeliveryReceipt]]:
    """Ask what became of messages; nothing for those that are not there."""
    places = [_place(account, sid) for sid in sids]
    found: list[DeliveryReceipt] = []
    for place in places:
        response = yield account.ask(place)
        if response.status != _GONE:
            found.append(_record(response).receipt(now))
    return found


def cancel(account: Account, sid: str) -> Flow[bool]:
    """Call a scheduled message off; whether it was not too late."""
    response = yield account.post(_place(account, sid), "Status=canceled")
    if response.status in _TOO_LATE:
        return False
    return _record(response).status == "canceled"


def redact(account: Account, sid: str) -> Flow[bool]:
    """Empty a message's text."""
    response = yield account.post(_place(account, sid), "Body=")
    return _done(response)


def delete(account: Account, sid: str) -> Flow[bool]:
    """Delete a message's record."""
    response = yield account.delete(_place(account, sid))
    return _done(response)


def feedback(account: Account, sid: str, *, confirmed: bool) -> Flow[None]:
    """Tell Twilio whether a message reached its reader."""
    response = yield account.post(
        _place(account, sid, "/Feedback"),
        f"Outcome={'confirmed' if confirmed else 'unconfirmed'}",
    )
    _check(response)


def _place(account: Account, sid: str, below: str = "") -> str:
    """
    Where a message's record is.

    Raises:
        ValueError: There is no SID: what was passed was none.
    """
    if not sid:
        raise ValueError(
            "A message at Twilio is called SM or MM and 32 hexadecimal "
            "digits; this is no such id."
        )
    return f"{account.base_url}{account.messages_path}/{sid}{below}.json"


def _record(response: HttpResponse) -> Record:
    _check(response)
    record = Record.read(response.json())
    if record is None:
        raise TransportError(
            "Twilio answered with success and no message. Ask again."
        )
    return record


def _done(response: HttpResponse) -> bool:
    """Whether there was anything; that nothing is left is sure either way."""
    if response.status == _GONE:
        return False
    _check(response)
    return True


def _check(response: HttpResponse) -> None:
    if response.succeeded:
        return
    code, _ = refusal(response)
    raise TransportError(
        f"Twilio refused with {code}. Its error dictionary says why: "
        "https://www.twilio.com/docs/api/errors"
    )
