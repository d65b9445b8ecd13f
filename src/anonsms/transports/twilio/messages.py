"""One message: the request that creates it, and what the answer says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, quote_plus, urlencode

from attrs import field, frozen

from anonsms.masking import MessageText, Secret, storable
from anonsms.message import (
    Accepted,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Scheduled,
    Uncertain,
)
from anonsms.transport import HttpRequest, HttpResponse
from anonsms.transport.telling import amount, part_count
from anonsms.transports.twilio.account import Account
from anonsms.transports.twilio.codes import refusal


LONGEST_BODY: Final = 1600
"""UTF-16 units; a longer body is refused with 21617."""

_SMART: Final = "SmartEncoded"
_FORGOTTEN: Final = {"ContentRetention", "AddressRetention"}
_SID: Final = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
_CURRENCY: Final = re.compile(r"[A-Za-z]{3}")


@frozen(repr=False, eq=False)
class Manner:
    """
    How an account creates its messages.

    Attributes:
        service: SID of the messaging service, or empty.
        with_from: Whether the originator is named beside the service.
        callback: The webhook's URL without query, if there is one.
        overrides: What follows ``#`` in that URL.
        fixed: Fields that are the same in every message.
    """

    service: str
    with_from: bool
    callback: Secret | None
    overrides: str
    fixed: Sequence[tuple[str, str]]
    _callback_start: str = field(init=False)
    _shared: str = field(init=False)

    @property
    def traceable(self) -> bool:
        """Whether Twilio keeps the texts and the numbers of messages."""
        return not {name for name, _ in self.fixed} & _FORGOTTEN

    @property
    def rewriting(self) -> bool:
        """Whether Twilio may change a text's letters."""
        return (_SMART, "true") in self.fixed

    @_callback_start.default
    def _quoted_callback(self) -> str:
        if self.callback is None:
            return ""
        # The key comes back with every receipt, also where the answer to
        # the request is lost: then it is all that we ever hear.
        return quote(f"{self.callback.reveal()}?attempt=", "")

    @_shared.default
    def _shared_form(self) -> str:
        service = [("MessagingServiceSid", self.service)]
        return urlencode([*(service if self.service else ()), *self.fixed])

    def creation(self, account: Account, message: Outbound) -> HttpRequest:
        """The request that creates one message."""
        return account.post(
            f"{account.base_url}{account.messages_path}.json",
            "&".join(self._form(message)),
        )

    def _form(self, message: Outbound) -> Iterator[str]:
        """The fields; what all messages share is encoded once."""
        yield f"To={quote_plus(message.number.reveal())}"
        if self.with_from or not self.service:
            yield f"From={quote_plus(message.originator.text)}"
        yield f"Body={quote_plus(message.text.reveal())}"
        if self.callback is not None:
            # Encoded twice: as a part of a URL that is a part of a form.
            key = quote(quote(message.key, ""), "")
            after = quote(f"#{self.overrides}", "") if self.overrides else ""
            yield f"StatusCallback={self._callback_start}{key}{after}"
        if isinstance(message, Scheduled):
            at = message.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            yield f"ScheduleType=fixed&SendAt={quote(at, '')}"
        yield self._shared


def fixed_fields(  # noqa: PLR0913 - the settings that messages share
    validity: int | None,
    *,
    smart_encoding: bool,
    retain_content: bool,
    retain_number: bool,
    risk_check: bool | None,
    ask_feedback: bool,
) -> list[tuple[str, str]]:
    """The fields that every message of an account has, as the shop set."""
    # Said in any case: a messaging service has a default of its own.
    fields = [(_SMART, str(bool(smart_encoding)).lower())]
    if validity is not None:
        fields.append(("ValidityPeriod", str(validity)))
    if not retain_content:
        fields.append(("ContentRetention", "discard"))
    if not retain_number:
        fields.append(("AddressRetention", "obfuscate"))
    if risk_check is not None:
        fields.append(("RiskCheck", "enable" if risk_check else "disable"))
    if ask_feedback:
        fields.append(("ProvideFeedback", "true"))
    return fields


def unsendable(message: Outbound) -> Rejected | None:
    """
    The refusal of a text that Twilio would refuse for certain.

    Returns:
        ``None`` if it may be tried. A text is at most 1600 UTF-16 units
        long: an emoji counts as two.
    """
    if _sound_body(message.text):
        return None
    return Rejected(message.key, Rejection.CONTENT)


def _sound_body(text: MessageText) -> bool:
    if not storable(text.reveal()):  # A lone surrogate: UTF-8 has no word.
        return False
    units = len(text.reveal().encode("utf-16-le")) // 2
    return 0 < units <= LONGEST_BODY


def outcome(key: str, response: HttpResponse, now: datetime) -> Outcome:
    """
    What the answer to a creation says.

    Args:
        key: Of the message.
        response: Twilio's answer. Its texts quote numbers and are not read.
        now: Aware; what an HTTP date is compared with.
    """
    if not response.succeeded:
        code, meaning = refusal(response)
        return meaning.outcome(key, code, response.retry_after(now))
    return _accepted(key, response) or Uncertain(
        key, "success, with an answer that cannot be read"
    )


def message_sid(value: object) -> str:
    """A message's SID; empty if it is none."""
    if isinstance(value, str) and _SID.fullmatch(value):
        return value
    return ""


def _accepted(key: str, response: HttpResponse) -> Accepted | None:
    record = response.mapping()
    sid = message_sid(record.get("sid"))
    if not sid:
        return None
    # Twilio writes what it takes as a negative number, once it is known, and
    # 0 parts as long as it has not counted.
    said = record.get("price")
    price = amount(said.removeprefix("-")) if isinstance(said, str) else None
    unit = record.get("price_unit")
    if not isinstance(unit, str) or not _CURRENCY.fullmatch(unit):
        price, unit = None, ""
    return Accepted(
        key,
        sid,
        part_count(record.get("num_segments")),
        price,
        "" if price is None else unit.upper(),
    )
