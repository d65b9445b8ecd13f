"""The webhook's calls: from bytes to events."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

from anonsms.errors import InvalidNumberError, WebhookError
from anonsms.message import Event
from anonsms.transport.telling import key_like
from anonsms.transport.webhook import MOST_FIELDS, WebhookRequest, first_of
from anonsms.transports.brevo.events import Record


_log: Final = logging.getLogger("anonsms.brevo")


def records_in(request: WebhookRequest, *, fictional: bool) -> list[Record]:
    """
    The events of one call: an object, or a list of them.

    Args:
        request: Whose secret path is checked already.
        fictional: Whether numbers kept for fiction are real enough.

    Raises:
        WebhookError: It cannot be read.
    """
    # First, for it may be refused: the body is not yet in this frame.
    key = key_like(first_of(request.queries("replace")).get("key"))
    read = request.json()
    several = read if isinstance(read, list) else [read]
    records = [
        Record(each, key, request.received_at, fictional)
        for each in several
        if isinstance(each, dict)
    ]
    sound = len(records) == len(several) <= MOST_FIELDS
    del read, several
    if not sound:
        raise WebhookError(
            "A call of Brevo's is one JSON object, or a list of at most "
            f"{MOST_FIELDS}."
        )
    return records


def told_by(records: Sequence[Record]) -> tuple[list[Event], int]:
    """
    The events of all records, and how many could not be read.

    One unreadable number must not hide the other events.
    """
    told: list[Event] = []
    unread = 0
    for record in records:
        try:
            told += record.events()
        except InvalidNumberError:
            unread += 1
            _log.warning(
                "Brevo tells of somebody who left or wrote, by a number that "
                "cannot be read: message %s",
                record.provider_id,
            )
    return told, unread
