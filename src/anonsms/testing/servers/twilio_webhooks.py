"""What a local Twilio calls back with: signed, as the real one does."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from anonsms.masking import Secret
from anonsms.message import DeliveryStatus
from anonsms.testing.servers.twilio_messages import Stored
from anonsms.transport import WebhookRequest


STATUSES: Final[Mapping[DeliveryStatus, tuple[str, int | None]]] = {
    DeliveryStatus.QUEUED: ("sending", None),
    DeliveryStatus.SENT: ("sent", None),
    DeliveryStatus.DELIVERED: ("delivered", None),
    DeliveryStatus.UNDELIVERED: ("undelivered", 30005),
    # The validity period ended in Twilio's own queue.
    DeliveryStatus.EXPIRED: ("failed", 30036),
    # In Twilio's list, and described nowhere.
    DeliveryStatus.UNKNOWN: ("partially_delivered", None),
}
"""Twilio's word and code for ours."""

_STOP: Final = {
    *("stop", "stopall", "unsubscribe", "cancel", "end", "quit"),
    *("revoke", "optout"),
}
_START: Final = {"start", "yes", "unstop"}
_HELP: Final = {"help", "info"}


def keyword_of(text: str) -> str:
    """
    ``STOP``, ``START``, ``HELP``, or empty.

    The whole text has to be the keyword: "Stop please" is none for Twilio.
    """
    word = text.strip().lower()
    if word in _STOP:
        return "STOP"
    if word in _START:
        return "START"
    return "HELP" if word in _HELP else ""


def signed(
    token: Secret, url: str, fields: Mapping[str, str]
) -> WebhookRequest:
    """
    A form POST with ``X-Twilio-Signature`` over URL and fields.

    Args:
        token: The account's.
        url: As it was registered; its fragment is not part of it.
        fields: Of the form.
    """
    url = url.partition("#")[0]
    text = url + "".join(name + fields[name] for name in sorted(fields))
    mark = hmac.new(
        token.reveal().encode(), text.encode(), hashlib.sha1
    ).digest()
    return WebhookRequest(
        "POST",
        url,
        {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": base64.b64encode(mark).decode(),
            "User-Agent": "TwilioProxy/1.1",
        },
        urlencode(fields).encode(),
    )


def receipt_fields(stored: Stored, status: str) -> dict[str, str]:
    """What a status callback tells."""
    fields = {
        "AccountSid": stored.account,
        "ApiVersion": "2010-04-01",
        "From": stored.sender,
        "MessageSid": stored.sid,
        "MessageStatus": status,
        "SmsSid": stored.sid,
        "SmsStatus": status,
        "To": stored.to,
    }
    if stored.service:
        fields["MessagingServiceSid"] = stored.service
    if stored.code is not None:
        fields["ErrorCode"] = str(stored.code)
    if status in {"delivered", "undelivered"} and stored.sent:
        fields["RawDlrDoneDate"] = f"{stored.sent:%y%m%d%H%M}"
    return fields


def inbound_fields(stored: Stored, *, advanced: bool) -> dict[str, str]:
    """What the call with a text from a handset tells."""
    fields = {
        "AccountSid": stored.account,
        "ApiVersion": "2010-04-01",
        "Body": stored.body,
        "From": stored.sender,
        "FromCity": "",
        "FromCountry": "",
        "MessageSid": stored.sid,
        "NumMedia": "0",
        "NumSegments": str(stored.parts),
        "SmsMessageSid": stored.sid,
        "SmsSid": stored.sid,
        "SmsStatus": "received",
        "To": stored.to,
    }
    if stored.service:
        fields["MessagingServiceSid"] = stored.service
    keyword = keyword_of(stored.body)
    if advanced and keyword:
        fields["OptOutType"] = keyword
    return fields
