"""Names and times that come out the same for the same event."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from anonsms.consent import ConsentEvent
from anonsms.errors import ConsentError
from anonsms.masking import dialable
from anonsms.receipts.disclosure import told


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
# Shops number their customers; what is all digits is a number that somebody
# wrote down only with the zero or the plus before it.
_OWN_ID: Final = re.compile(r"[1-9]\d*|[^+]*[^\W\d_][^+]*")


def uuid_of(event: ConsentEvent) -> str:
    """
    The event's random id in the form of a UUID-4 (RFC 9562 §5.4).

    Six bits of it say "version 4" and are overwritten; the other 122 stay
    as they are, so that the event can be found from its receipt.

    Raises:
        ConsentError: The id is not 32 hexadecimal digits.
    """
    if not _ID.fullmatch(event.id):
        raise ConsentError(
            "An event's id is 32 hexadecimal digits. Take the event from "
            "Ledger.history, or make an id with os.urandom(16).hex()."
        )
    return str(UUID(event.id, version=4))


def uuid_for(documents: list[dict[str, object]], at: str) -> str:
    """A UUID-4 that stands for these documents at that time."""
    plain = json.dumps([at, documents], sort_keys=True)
    digest = hashlib.sha256(plain.encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def instant(moment: datetime) -> str:
    """
    A time as ISO 8601 in UTC.

    >>> instant(datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    '2026-03-01T09:30:00Z'

    Raises:
        ConsentError: It has no time zone.
    """
    return _aware(moment).replace(tzinfo=None).isoformat() + "Z"


def seconds(moment: datetime) -> int:
    """
    A time as whole seconds since 1970, in UTC.

    >>> seconds(datetime(1970, 1, 2, tzinfo=UTC))
    86400

    Raises:
        ConsentError: It has no time zone.
    """
    return (_aware(moment) - _EPOCH) // timedelta(seconds=1)


def customer(principal: str) -> str | None:
    """
    What the shop calls the person; ``None`` where that is a phone number.

    It raises nothing, so that the caller can let go of the number first.

    >>> customer("customer-1048"), customer("7012345678901")
    ('customer-1048', '7012345678901')
    >>> customer("202-555-0123") is None
    True
    """
    if not isinstance(principal, str):
        return None
    if dialable(principal) and not _OWN_ID.fullmatch(principal):
        return None
    return principal


def principal_of(event: ConsentEvent, called: str | None) -> str:
    """
    What stands for the person: what the shop calls them, or the token.

    Args:
        event: Whose token it is otherwise.
        called: What :func:`customer` made of the shop's name for them.

    Raises:
        ConsentError: There is neither, or what was passed is a number.
    """
    if called is None:
        raise ConsentError(
            "A receipt names nobody by their phone number. Pass the shop's "
            "own customer id as principal, or leave it out."
        )
    if not told(called or event.token):
        raise ConsentError(
            "The event is about no person, so there is nobody to give a "
            "receipt to. Pass an event of Ledger.history."
        )
    return called or event.token


def subject_of(record: Mapping[str, object]) -> str:
    """
    Whom a consent record is about.

    Raises:
        ConsentError: It is not a consent record of this room.
    """
    subject = record.get("dpv:hasDataSubject")
    if record.get("@type") == "dpv:ConsentRecord" and isinstance(
        subject, Mapping
    ):
        return str(subject.get("dct:identifier"))
    raise ConsentError(
        "A receipt is made of consent records. Pass what consent_record "
        "returned, one or several."
    )


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ConsentError(
            "A receipt states times in UTC, and this one has no time zone. "
            "Pass an aware datetime: datetime(…, tzinfo=UTC)."
        )
    return moment.astimezone(UTC)
