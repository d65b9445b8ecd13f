"""What a local SMSAPI calls back with: unsigned, as the real one does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from anonsms.message import DeliveryStatus
from anonsms.testing.servers.smsapi_messages import Stored
from anonsms.transport import WebhookRequest


STATUSES: Final[Mapping[DeliveryStatus, tuple[str, str]]] = {
    DeliveryStatus.QUEUED: ("409", "QUEUE"),
    DeliveryStatus.SENT: ("403", "SENT"),
    DeliveryStatus.DELIVERED: ("404", "DELIVERED"),
    DeliveryStatus.UNDELIVERED: ("405", "UNDELIVERED"),
    DeliveryStatus.EXPIRED: ("402", "EXPIRED"),
    DeliveryStatus.UNKNOWN: ("408", "UNKNOWN"),
}
"""SMSAPI's code and name for ours."""

MOST_AT_ONCE: Final = 5
"""Reports that share one call."""


def receipt_call(
    url: str,
    told: Sequence[tuple[Stored, DeliveryStatus]],
    username: str,
    now: datetime,
) -> WebhookRequest:
    """
    The GET with one to five reports, each field joined by commas.

    Args:
        url: Where to.
        told: Which messages, and what became of them.
        username: The account's name; said once.
        now: When it was settled.
    """
    columns = {
        "MsgId": [stored.id for stored, _ in told],
        "status": [STATUSES[status][0] for _, status in told],
        "status_name": [STATUSES[status][1] for _, status in told],
        "idx": [stored.line.idx for stored, _ in told],
        "to": [stored.line.number for stored, _ in told],
        "from": [stored.sender for stored, _ in told],
        "donedate": [str(int(now.timestamp())) for _ in told],
    }
    fields = {name: ",".join(values) for name, values in columns.items()}
    return _get(url, {**fields, "username": username})


def inbound_call(
    url: str, fields: Mapping[str, str], method: str
) -> WebhookRequest:
    """The call with a text from a handset, by GET or as a form."""
    if method == "GET":
        return _get(url, fields)
    kind = "application/x-www-form-urlencoded"
    body = urlencode(fields).encode()
    return WebhookRequest("POST", url, {"Content-Type": kind}, body)


def elsewhere(request: WebhookRequest) -> WebhookRequest:
    """The same call to somebody's guess of the secret path."""
    place, mark, query = request.url.partition("?")
    start = place.rstrip("/").rpartition("/")[0]
    guessed = f"{start}/guessed-by-somebody{mark}{query}"
    return WebhookRequest(
        request.method, guessed, request.headers, request.body
    )


def _get(url: str, fields: Mapping[str, str]) -> WebhookRequest:
    mark = "&" if "?" in url else "?"
    return WebhookRequest("GET", f"{url}{mark}{urlencode(fields)}")
