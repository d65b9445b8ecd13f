"""
SMSAPI's calls to us: receipts, several at once, and texts from handsets.

They are not signed; what tells them from anybody's is the secret at the end
of the path (:class:`~anonsms.transport.SecretPath`).
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from typing import Final

from anonsms.errors import WebhookError
from anonsms.masking import MaskedValues, MessageText
from anonsms.message import DeliveryReceipt, Event, Inbound
from anonsms.transport import WebhookRequest
from anonsms.transport.telling import (
    key_like,
    moment,
    person,
    provider_id,
    repaired,
)
from anonsms.transport.webhook import first_of
from anonsms.transports.smsapi.codes import status_of


MOST_AT_ONCE: Final = 100
"""Receipts in one call: it sends five, and this is no promise."""
_AHEAD: Final = timedelta(days=1)
_OURS: Final = re.compile(r"[A-Za-z0-9 ._&@%!+-]{1,32}", re.ASCII)


def events_of(request: WebhookRequest) -> list[Event]:
    """
    What a call tells, in its order; nothing if it is none of our business.

    Raises:
        WebhookError: It cannot be read.
    """
    fields = _fields(request)
    if "sms_from" in fields and "sms_text" in fields:
        return _inbound(fields, request.received_at)
    if "status" in fields or "status_name" in fields:
        return list(_receipts(fields, request.received_at))
    return []


def _fields(request: WebhookRequest) -> MaskedValues[str]:
    """Query and body together; where both have a field, the query's."""
    pairs = [*request.queries("replace"), *_posted(request)]
    return MaskedValues(first_of(pairs))


def _posted(request: WebhookRequest) -> list[tuple[str, str]]:
    request.capped_body()
    if request.method.upper() != "POST":
        return []
    if request.content_type == "application/json":
        return _flat(request)
    return request.fields("replace")


def _flat(request: WebhookRequest) -> list[tuple[str, str]]:
    try:
        read = json.loads(request.body)
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        del read
        raise WebhookError("The JSON of a call from SMSAPI is no object.")
    return [
        (name, str(value))
        for name, value in read.items()
        if isinstance(value, str | int) and not isinstance(value, bool)
    ]


def _receipts(
    fields: MaskedValues[str], received_at: datetime
) -> list[DeliveryReceipt]:
    ids = _list(fields, "MsgId")
    statuses = _list(fields, "status")
    names = _list(fields, "status_name")
    keys = _list(fields, "idx")
    dates = _list(fields, "donedate")
    count = max(len(ids), 1)
    # Whose is missing? A receipt must not go to somebody else's text.
    if any(len(told) not in {0, count} for told in (statuses, names)):
        return []
    if len(keys) != count:
        keys = []
    if len(dates) != count:
        dates = []
    found = []
    for message_id, status, name, key, date in list(
        zip_longest(ids, statuses, names, keys, dates, fillvalue="")
    )[: max(len(ids), len(keys))]:
        known_id, known_key = provider_id(message_id), key_like(key)
        if (known_id or known_key) and (status or name):
            read, written = status_of(status, name)
            found.append(
                DeliveryReceipt(
                    known_id,
                    read,
                    _at(date, received_at),
                    key=known_key,
                    raw=written,
                )
            )
    return found


def _list(fields: MaskedValues[str], name: str) -> list[str]:
    text = fields.get(name, "").strip()
    if not text:
        return []
    # Keys of ours have neither; by which one they are joined is not said.
    mark = "|" if name == "idx" and "," not in text else ","
    parts = [part.strip() for part in text.split(mark)]
    if len(parts) > MOST_AT_ONCE:
        del text, parts
        raise WebhookError(
            f"SMSAPI reports on a few messages at once, and at most "
            f"{MOST_AT_ONCE} are read.",
            status=413,
        )
    return parts


def _at(date: str, received_at: datetime) -> datetime:
    """When, as the network says, unless that is in the future."""
    # Which zone, it does not say; Unix time is what it sends.
    said = moment(date, zone=UTC)
    if said is None or said > received_at + _AHEAD:
        return received_at
    return said


def _inbound(fields: MaskedValues[str], received_at: datetime) -> list[Event]:
    sender = person(fields["sms_from"], fictional=True)
    if sender is None:
        # A name: a service wrote, and nobody can have agreed or left.
        return []
    to = fields.get("sms_to", "").strip()
    date = fields.get("sms_date", "").strip()
    return [
        Inbound(
            sender,
            MessageText(repaired(fields["sms_text"])),
            _at(date, received_at),
            to if _OURS.fullmatch(to) else "",
            _reply_id(fields.get("MsgId", "").strip(), date),
        )
    ]


def _reply_id(message_id: str, date: str) -> str:
    # MsgId may be that of the text of ours that is answered: a second
    # answer must not pass for a repeat of the first, for it may say STOP.
    known = provider_id(message_id)
    return provider_id(f"{known}.{date}") if known and date else ""
