"""What Twilio lets through: the fields of a new message."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from anonsms.parts import simplify
from anonsms.testing.servers.twilio_refusals import RefusedError


LONGEST_BODY: Final = 1600
NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER: Final = re.compile(
    r"\+[1-9][0-9]{6,14}|[0-9]{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 +_&.-]{1,11}"
)
_SERVICE: Final = re.compile(r"MG[0-9a-fA-F]{32}")
_SOONEST: Final = timedelta(seconds=300)
_LATEST: Final = timedelta(days=35)
_LONGEST_VALIDITY: Final = 36_000
_WORDS: Final = {
    "SmartEncoded": {"true", "false"},
    "ShortenUrls": {"true", "false"},
    "ProvideFeedback": {"true", "false"},
    "ContentRetention": {"retain", "discard"},
    "AddressRetention": {"retain", "obfuscate"},
    "RiskCheck": {"enable", "disable"},
    "ScheduleType": {"fixed"},
}


@frozen(repr=False)
class Wish:
    """
    A message that somebody wants to send, and may.

    Attributes:
        to: The recipient.
        sender: ``From``, or empty if the service chooses.
        service: The Messaging Service, or empty.
        body: As the handset would show it.
        callback: Where receipts go, or empty.
        scheduled: Whether it waits for a time of its own.
        discard: Whether its text is not to be stored.
        obfuscate: Whether its number is not to be stored.
        media: How many pictures go with it.
    """

    to: str = field(repr=False)
    sender: str
    service: str
    body: str = field(repr=False)
    callback: str
    scheduled: bool
    discard: bool
    obfuscate: bool
    media: int

    def __repr__(self) -> str:
        return f"<Wish from {self.sender or self.service}>"


def read_wish(
    fields: list[tuple[str, str]],
    now: datetime,
    senders: Collection[str] | None,
    services: Collection[str] | None,
) -> Wish:
    """
    Check the fields of a new message, in Twilio's order as far as known.

    Args:
        fields: Of the form.
        now: Aware.
        senders: Those of the account; ``None``: any.
        services: Those of the account; ``None``: any.

    Raises:
        RefusedError: Twilio would say no.
    """
    form = dict(reversed(fields))
    _check_words(form)
    to = form.get("To", "")
    if not to:
        raise RefusedError(21604)
    sender, service = form.get("From", ""), form.get("MessagingServiceSid", "")
    if not NUMBER.fullmatch(to) or to == sender:
        raise RefusedError(21211, to)
    _check_sender(sender, service, senders, services)
    media = sum(name == "MediaUrl" for name, _ in fields)
    body = form.get("Body", "")
    if not body and not media and "ContentSid" not in form:
        raise RefusedError(21619)
    if len(body) > LONGEST_BODY:
        raise RefusedError(21617)
    _check_callback(form.get("StatusCallback", ""))
    _check_validity(form.get("ValidityPeriod", "1"))
    smart = form.get("SmartEncoded") == "true"
    return Wish(
        to=to,
        sender=sender,
        service=service,
        body=simplify(body) if smart else body,
        callback=form.get("StatusCallback", ""),
        scheduled=_is_scheduled(form, now),
        discard=form.get("ContentRetention") == "discard",
        obfuscate=form.get("AddressRetention") == "obfuscate",
        media=media,
    )


def _check_words(form: Mapping[str, str]) -> None:
    for name, words in _WORDS.items():
        if form.get(name, next(iter(words))) not in words:
            raise RefusedError(20001, name)


def _check_sender(
    sender: str,
    service: str,
    senders: Collection[str] | None,
    services: Collection[str] | None,
) -> None:
    if not sender and not service:
        raise RefusedError(21603)
    if sender and not _SENDER.fullmatch(sender):
        raise RefusedError(21212)
    if sender and senders is not None and sender not in senders:
        raise RefusedError(21606)
    if service and (
        not _SERVICE.fullmatch(service)
        or (services is not None and service not in services)
    ):
        raise RefusedError(21705)


def _check_callback(url: str) -> None:
    if not url:
        return
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise RefusedError(21609) from None
    if parts.scheme not in {"http", "https"} or not host or "_" in host:
        raise RefusedError(21609)


def _check_validity(text: str) -> None:
    sound = text.isascii() and text.isdigit() and len(text) <= len("36000")
    if not sound or not 1 <= int(text) <= _LONGEST_VALIDITY:
        raise RefusedError(90007)


def _is_scheduled(form: Mapping[str, str], now: datetime) -> bool:
    if "ScheduleType" not in form:
        return False
    if "SendAt" not in form:
        raise RefusedError(35111)
    if not form.get("MessagingServiceSid"):
        raise RefusedError(35118)
    at = read_time(form["SendAt"])
    if at is None:
        raise RefusedError(35115)
    if not now + _SOONEST <= at <= now + _LATEST:
        raise RefusedError(35114)
    return True


def read_time(text: str) -> datetime | None:
    """A time in ISO 8601, UTC if it does not say; ``None`` if it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.utcoffset() is not None else at.replace(tzinfo=UTC)
