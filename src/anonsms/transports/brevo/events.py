"""
Brevo's events: one vocabulary in three spellings, read in one place.

A bounce is ``soft_bounce`` in a webhook's call, ``softBounce`` where
webhooks are registered, and ``softBounces`` in the listing. So words are
compared in lower case without separators.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from attrs import frozen

from anonsms.errors import InvalidNumberError
from anonsms.masking import MessageText, storable
from anonsms.message import (
    DeliveryReceipt,
    DeliveryStatus,
    Event,
    Inbound,
    ProviderOptOut,
    Rejection,
)
from anonsms.phone import PhoneNumber
from anonsms.transport.codes import shown_code
from anonsms.transports.brevo.answers import id_of


_GONE: Final = DeliveryStatus.UNDELIVERED

STATUSES: Final[Mapping[str, tuple[DeliveryStatus, Rejection | None]]] = (
    MappingProxyType(
        {
            "sent": (DeliveryStatus.SENT, None),
            "accepted": (DeliveryStatus.SENT, None),
            "delivered": (DeliveryStatus.DELIVERED, None),
            "softbounce": (_GONE, None),
            "hardbounce": (_GONE, Rejection.BAD_NUMBER),
            "bounce": (_GONE, None),
            "blocked": (_GONE, Rejection.OPTED_OUT),
            "blacklisted": (_GONE, Rejection.OPTED_OUT),
            "rejected": (_GONE, Rejection.OTHER),
            "skip": (_GONE, Rejection.OTHER),
            "skipped": (_GONE, Rejection.OTHER),
        }
    )
)
"""By the word without separators and without a plural's ``s``."""

_LEAVING: Final = {
    "unsubscribe",
    "unsubscribed",
    "unsubscription",
    "blocked",
    "blacklisted",
}
_SHUT_OUT: Final = {"blocked", "blacklisted"}
"""Brevo refuses every further text to them, parcel news too."""
_REPLIES: Final = {"reply", "replied", "replies"}
_OTHERS: Final = {"subscribe", "subscribed"}
"""
Somebody came back, by the provider's own list. That is no consent: it
shows no wording, so there is nothing to tell.
"""
_TEXTS: Final = ("reply", "reply_message", "content", "text", "message")
_TIMES: Final = ("ts_event", "ts_epoch", "ts")
_LONGEST_DATE: Final = 40
_MOST_DIGITS: Final = 20
_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")
_MILLISECONDS: Final = 100_000_000_000
"""From here on a number is milliseconds; as seconds it is the year 5138."""


@frozen(repr=False)
class Record:
    """
    One event as Brevo wrote it. It holds a number, so it never shows.

    Attributes:
        fields: By name.
        key: The message's key, where it came by another way.
        heard_at: Aware; stands in for an event's own time.
        fictional: Whether numbers kept for fiction are real enough.
    """

    fields: Mapping[str, object]
    key: str
    heard_at: datetime
    fictional: bool

    def events(self) -> list[Event]:
        """
        What it tells.

        Raises:
            InvalidNumberError: Somebody left or wrote whose number cannot
                be read. That must not pass in silence.
        """
        said = self.fields.get("msg_status", self.fields.get("event"))
        word = plain(said)
        if word in _REPLIES:
            return [self._reply()]
        told: list[Event] = []
        if word not in _LEAVING or word in STATUSES:
            told += self._receipt(word, shown_code(said))
        if word in _LEAVING:
            told.append(
                ProviderOptOut(
                    self._person(),
                    self.at,
                    shown_code(said),
                    provider_id=self.provider_id,
                    everything=word in _SHUT_OUT,
                )
            )
        return told

    @property
    def mark(self) -> int:
        """The same for the same event, in this process."""
        return hash(json.dumps(self.fields, sort_keys=True))

    @property
    def at(self) -> datetime:
        """When it happened; aware, UTC."""
        for name in _TIMES:
            found = _moment(self.fields.get(name))
            if found:
                return found
        # In listings the date is UTC and says so. In webhooks it is in
        # Brevo's own zone and does not, which is why it is not believed.
        date = self.fields.get("date")
        if isinstance(date, str) and len(date) <= _LONGEST_DATE:
            try:
                found = datetime.fromisoformat(date)
                return found.astimezone(UTC) if found.tzinfo else self.heard_at
            except (ValueError, OverflowError):
                pass
        return self.heard_at

    @property
    def provider_id(self) -> str:
        """The message's id, or an empty text."""
        return id_of(self.fields.get("messageId"))

    @property
    def tag(self) -> str:
        """The key of the message, or an empty text."""
        if self.key:
            return self.key
        tag = self.fields.get("tag")
        if isinstance(tag, dict):
            tag = tag.get("field")
        if isinstance(tag, list):
            tag = tag[0] if tag else ""
        return key_like(tag)

    def _receipt(self, word: str, code: str) -> list[Event]:
        if word in _OTHERS or not (self.provider_id or self.tag):
            return []
        status, reason = STATUSES.get(word, (DeliveryStatus.UNKNOWN, None))
        return [
            DeliveryReceipt(
                self.provider_id,
                status,
                self.at,
                code=code,
                key=self.tag,
                reason=reason,
                raw=code,
            )
        ]

    def _reply(self) -> Inbound:
        # The id is that of our text, and somebody may answer twice: with
        # the id alone a later STOP would pass for a repeat.
        moment = int(self.at.timestamp())
        return Inbound(
            self._person(),
            MessageText(self._words()),
            self.at,
            provider_id=f"{self.provider_id}-reply-{moment}",
        )

    def _words(self) -> str:
        for name in _TEXTS:
            text = self.fields.get(name)
            if isinstance(text, str) and text:
                if storable(text):
                    return text
                return text.encode("utf-8", "replace").decode()
        return ""

    def _person(self) -> PhoneNumber:
        # No variable of this frame holds the number: it is part of the
        # traceback where the number cannot be read.
        for name in ("to", "phoneNumber"):
            if _dialled(self.fields.get(name)):
                return PhoneNumber.parse(
                    _dialled(self.fields.get(name)),
                    allow_fictional=self.fictional,
                )
        raise InvalidNumberError(
            "An event of Brevo's names nobody.", reason="empty"
        )

    def __repr__(self) -> str:
        return f"<Record of {len(self.fields)} fields>"


def plain(word: object) -> str:
    """
    A word without case, separators and plural.

    >>> plain("soft_bounce"), plain("softBounces"), plain("Hard bounce")
    ('softbounce', 'softbounce', 'hardbounce')
    """
    if not isinstance(word, str):
        return ""
    bare = re.sub(r"[\s_-]", "", word[:40]).lower()
    return bare[:-1] if bare.endswith("bounces") else bare


def key_like(value: object) -> str:
    """A value that may be a message's key; empty if it cannot be one."""
    if isinstance(value, str) and _KEY.fullmatch(value):
        return value
    return ""


def _dialled(value: object) -> str:
    """A number with its plus: Brevo writes it bare, with 00 or with plus."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = f"{value:d}" if abs(value) < 10**_MOST_DIGITS else "0"
    if not isinstance(value, str) or not value:
        return ""
    return f"+{value.strip().removeprefix('+').removeprefix('00')}"[:32]


def _moment(value: object) -> datetime | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:15])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = value / 1000 if value >= _MILLISECONDS else value
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
