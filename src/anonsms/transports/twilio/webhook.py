"""Twilio's calls to us: checked, then read into events; no I/O."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from attrs import frozen

from anonsms.errors import ForgedWebhookError, WebhookError
from anonsms.masking import MaskedValues, MessageText, Secret
from anonsms.message import (
    DeliveryReceipt,
    Event,
    Inbound,
    ProviderOptOut,
    Rejection,
)
from anonsms.phone import PhoneNumber
from anonsms.transport import WebhookRequest
from anonsms.transport.telling import person
from anonsms.transport.webhook import first_of
from anonsms.transports.twilio.codes import (
    delivery,
    written_code,
    written_status,
)
from anonsms.transports.twilio.messages import message_sid
from anonsms.transports.twilio.signature import FORM, verify_twilio_signature


KEYWORDS: Final = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE"}
    | {"OPTOUT", "START", "YES", "UNSTOP", "HELP", "INFO"}
)
"""What Twilio answers by default, where it is the whole text."""

_READ: Final = frozenset(
    {"AccountSid", "MessageSid", "SmsSid", "MessageStatus", "SmsStatus"}
    | {"ErrorCode", "From", "To", "Body", "OptOutType"}
)
_ARRIVED: Final = {"received", "receiving"}
_OPT_OUT_TYPES: Final = {"STOP", "START", "HELP"}
_RCS: Final = "rcs:"
_SENDERS: Final = re.compile(r"From(?:rcs:)?\+[1-9]")
_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}")


@frozen(repr=False)
class Hook:
    """
    The webhook of one account.

    Attributes:
        url: As Twilio calls it, without query.
        auth_token: What Twilio signs with.
        account_sid: Whose messages it tells of.
        answers_stop: Whether Twilio answers its default keywords.
    """

    url: Secret
    auth_token: Secret
    account_sid: str
    answers_stop: bool

    def events(self, request: WebhookRequest) -> list[Event]:
        """
        Check one call and read it.

        Raises:
            ForgedWebhookError: It is not signed with our token.
            WebhookError: It cannot be read, or is of another account.
        """
        if request.method not in {"GET", "POST"}:
            raise WebhookError(
                "Twilio calls webhooks with POST, or GET.", status=405
            )
        request.capped_body()
        if not self._signed(request):
            raise ForgedWebhookError(
                "The call is not signed with the account's auth token for "
                "the configured webhook_url. Register that very URL with "
                "Twilio, and pass the raw body and the whole query on."
            )
        fields = _fields(request)
        if fields.get("AccountSid") != self.account_sid:
            raise WebhookError(
                "The call is of another Twilio account. Give each account, "
                "subaccounts too, a transport and a webhook of its own."
            )
        status = _status(fields)
        if status in _ARRIVED or (status is None and "Body" in fields):
            return self._inbound(fields, request)
        return [] if status is None else _told(fields, status, request)

    def _signed(self, request: WebhookRequest) -> bool:
        if request.method == "GET" and request.body:
            # Twilio puts all into the URL then: a body is somebody else's.
            return False
        _, asked, query = request.url.partition("?")
        return verify_twilio_signature(
            self.auth_token,
            # Host and path as configured: what the request says of them is
            # whatever the caller likes. The query is covered as it came.
            self.url.reveal() + asked + query,
            request.body,
            request.headers.get("content-type"),
            request.headers.get("x-twilio-signature"),
        )

    def _inbound(
        self, fields: Mapping[str, str], request: WebhookRequest
    ) -> list[Event]:
        sid = _told_sid(fields)
        sender = _person(fields.get("From", ""))
        if sender is None:
            return []
        at = request.received_at
        kind = fields.get("OptOutType", "").upper()
        text = MessageText(fields.get("Body", ""))
        word = text.reveal().strip().upper() in KEYWORDS
        answered = kind in _OPT_OUT_TYPES or (self.answers_stop and word)
        to = fields.get("To", "")
        events: list[Event] = []
        if kind == "STOP":
            # It takes nothing more from this sender or service to them.
            events.append(
                ProviderOptOut(sender, at, kind, sid, everything=True)
            )
        events.append(Inbound(sender, text, at, to, sid, answered))
        return events


def _fields(request: WebhookRequest) -> MaskedValues[str]:
    """
    The fields that are read, each once; those of other kinds are left out.

    The signature joins names and values without a mark in between, so that
    none but the expected names are believed after it.
    """
    if request.method == "GET":
        pairs = request.queries()
    elif request.content_type.strip() == FORM:
        pairs = request.fields()
    else:
        pairs = []
    known = {pair for pair in pairs if pair[0] in _READ}
    fields = dict(known)
    twice = len(fields) < len(known)
    split = _split_anew(pairs)
    del pairs, known
    if split:
        del fields
        raise WebhookError(
            "The call names a sender where none belongs, as if the fields of "
            "a signed one were divided anew."
        )
    if twice:
        del fields
        raise WebhookError(
            "A field of the call has two values, and Twilio sends one."
        )
    return MaskedValues(fields)


def _split_anew(pairs: Iterable[tuple[str, str]]) -> bool:
    """
    Whether a second sender hides in what the signature covers.

    S has no marks between names and values. Whoever once saw the signature
    of a text of their own can divide S anew, so that parts of the text pass
    for fields: another sender, a status. Their own number, which follows the
    text in S, then has to hide in a field that nobody reads. In the text
    itself anybody may write what they like.
    """
    pairs = set(pairs)
    covered = "".join(
        name + value for name, value in sorted(pairs) if name != "Body"
    )
    senders = {value for name, value in pairs if name == "From"}
    own = sum(len(_SENDERS.findall(f"From{each}")) for each in senders)
    return len(_SENDERS.findall(covered)) > own


def _told(
    fields: Mapping[str, str], status: str, request: WebhookRequest
) -> list[Event]:
    """
    A receipt; and who left, if its code says so.

    A receipt alone finds its person through the message, which is not on
    record for everybody; the number is.
    """
    receipt = _receipt(fields, status, request)
    events: list[Event] = [receipt]
    left = None
    if receipt.reason is Rejection.OPTED_OUT:
        left = _person(fields.get("To", ""))
    if left is not None:
        events.append(
            ProviderOptOut(
                left,
                receipt.at,
                receipt.code,
                receipt.provider_id,
                everything=True,
            )
        )
    return events


def _receipt(
    fields: Mapping[str, str], status: str, request: WebhookRequest
) -> DeliveryReceipt:
    sid = _told_sid(fields)
    code = written_code(fields.get("ErrorCode"))
    state, reason = delivery(status, code)
    return DeliveryReceipt(
        sid,
        state,
        # The carrier's own time, RawDlrDoneDate, comes without a zone.
        request.received_at,
        code,
        _attempt(request),
        reason,
        status,
    )


def _status(fields: Mapping[str, str]) -> str | None:
    """The status; empty if it looks like none, ``None`` if none is told."""
    told = fields.get("MessageStatus") or fields.get("SmsStatus")
    return written_status(told) if told else None


def _told_sid(fields: Mapping[str, str]) -> str:
    sid = message_sid(fields.get("MessageSid"))
    sid = sid or message_sid(fields.get("SmsSid"))
    if not sid:
        raise WebhookError(
            "The call tells of no message: it has no sound MessageSid."
        )
    return sid


def _attempt(request: WebhookRequest) -> str:
    """The key that we put into the URL; it is signed with the rest."""
    return first_of(request.queries()).get("attempt", "")


def _person(text: str) -> PhoneNumber | None:
    """Whose number; ``None`` for short codes, names and other channels."""
    text = text.removeprefix(_RCS)
    return person(text, fictional=True) if _E164.fullmatch(text) else None
