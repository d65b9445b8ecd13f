"""
The provider's own records of messages: asked, called off, emptied, deleted.

Each function is a flow: sync and async code drive it alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from attrs import frozen

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.message import DeliveryReceipt
from anonsms.transport import Flow, HttpResponse
from anonsms.transports.twilio.codes import (
    delivery,
    refusal,
    written_code,
    written_status,
)
from anonsms.transports.twilio.messages import message_sid, success
from anonsms.transports.twilio.settings import Account


_GONE = 404


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


def fetch(
    account: Account, provider_id: str, now: datetime
) -> Flow[DeliveryReceipt]:
    """Ask what became of a message."""
    response = yield account.ask(_place(account, provider_id))
    return _receipt(response, now)


def cancel(
    account: Account, provider_id: str, now: datetime
) -> Flow[DeliveryReceipt]:
    """Call a scheduled message off."""
    response = yield account.post(
        _place(account, provider_id), "Status=canceled"
    )
    return _receipt(response, now)


def redact(account: Account, provider_id: str) -> Flow[bool]:
    """Empty a message's text."""
    response = yield account.post(_place(account, provider_id), "Body=")
    return _done(response)


def delete(account: Account, provider_id: str) -> Flow[bool]:
    """Delete a message's record."""
    response = yield account.delete(_place(account, provider_id))
    return _done(response)


def feedback(
    account: Account, provider_id: str, *, confirmed: bool
) -> Flow[None]:
    """Tell Twilio whether a message reached its reader."""
    response = yield account.post(
        _place(account, provider_id, "/Feedback"),
        f"Outcome={'confirmed' if confirmed else 'unconfirmed'}",
    )
    _check(response)


def _place(account: Account, provider_id: str, below: str = "") -> str:
    if not message_sid(provider_id):
        # Whatever it is, it is not ours to put into a URL or an error.
        del provider_id
        raise ValueError(
            "A message at Twilio is called SM or MM and 32 hexadecimal "
            "digits; this is no such id."
        )
    return (
        f"{account.base_url}{account.messages_path}/{provider_id}{below}.json"
    )


def _receipt(response: HttpResponse, now: datetime) -> DeliveryReceipt:
    _check(response)
    record = Record.read(response.json())
    if record is None:
        raise TransportError(
            "Twilio answered with success and no message. Ask again."
        )
    return record.receipt(now)


def _done(response: HttpResponse) -> bool:
    """Whether there was anything; that nothing is left is sure either way."""
    if response.status == _GONE:
        return False
    _check(response)
    return True


def _check(response: HttpResponse) -> None:
    if success(response):
        return
    code, _ = refusal(response)
    raise TransportError(
        f"Twilio refused with {code}. Its error dictionary says why: "
        "https://www.twilio.com/docs/api/errors"
    )
