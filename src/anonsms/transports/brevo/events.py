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
from datetime import datetime
from types import MappingProxyType
from typing import Final

from attrs import frozen

from anonsms.errors import InvalidNumberError
from anonsms.masking import MessageText
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
from anonsms.transport.telling import (
    key_like,
    moment,
    person,
    provider_id,
    repaired,
)


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
            found = moment(self.fields.get(name))
            if found:
                return found
        # In listings the date is UTC and says so. In webhooks it is in
        # Brevo's own zone and does not, which is why it is not believed.
        return moment(self.fields.get("date")) or self.heard_at

    @property
    def provider_id(self) -> str:
        """The message's id, or an empty text."""
        return provider_id(self.fields.get("messageId"))

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

    def _receipt(self, word: str, raw: str) -> list[Event]:
        if word in _OTHERS or not (self.provider_id or self.tag):
            return []
        status, reason = STATUSES.get(word, (DeliveryStatus.UNKNOWN, None))
        return [
            DeliveryReceipt(
                self.provider_id,
                status,
                self.at,
                key=self.tag,
                reason=reason,
                raw=raw,
            )
        ]

    def _reply(self) -> Inbound:
        # The id is that of our text, and somebody may answer twice: with
        # the id alone a later STOP would pass for a repeat.
        second = int(self.at.timestamp())
        return Inbound(
            self._person(),
            MessageText(self._words()),
            self.at,
            provider_id=f"{self.provider_id}-reply-{second}",
        )

    def _words(self) -> str:
        for name in _TEXTS:
            text = self.fields.get(name)
            if isinstance(text, str) and text:
                return repaired(text)
        return ""

    def _person(self) -> PhoneNumber:
        for name in ("to", "phoneNumber"):
            who = person(self.fields.get(name), fictional=self.fictional)
            if who is not None:
                return who
        raise InvalidNumberError(
            "An event of Brevo's names nobody.", reason="not-a-number"
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
