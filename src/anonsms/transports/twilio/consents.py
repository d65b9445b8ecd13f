"""
Consent told to Twilio (Consents API, a pilot): what it checks texts against.

Our ledger stays the record. There is no way to read Twilio's back.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from attrs import field, frozen

from anonsms.errors import (
    ConfigurationError,
    InvalidNumberError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.phone import PhoneNumber
from anonsms.transport import Flow, HttpResponse
from anonsms.transport.telling import aware
from anonsms.transports.twilio.account import Account
from anonsms.transports.twilio.codes import refusal, written_code


MOST_ITEMS: Final = 25
"""Of one request."""
_TAKEN: Final = "0"
SOURCES: Final = (
    "website",
    "offline",
    "opt-in-message",
    "opt-out-message",
    "others",
)


def _masked(number: object) -> str:
    """What may be shown of a number, also of one that came as text."""
    hides = isinstance(number, PhoneNumber)
    return repr(number) if hides else f"<{type(number).__name__}>"


@frozen
class TwilioConsent:
    """
    One person's word, as Twilio's Consents API wants it.

    Attributes:
        number: Whose.
        granted: Whether it is a yes.
        source: ``"website"``, ``"offline"``, ``"opt-in-message"``,
            ``"opt-out-message"`` or ``"others"``.
        at: When it was given; aware.
    """

    number: PhoneNumber = field(repr=_masked)
    granted: bool
    source: str
    at: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ConfigurationError(
                f"Twilio knows consent from {', '.join(SOURCES)}."
            )
        if self.at is not None:
            aware(self.at, "at")
        if not isinstance(self.number, PhoneNumber):
            raise InvalidNumberError(
                "Pass a PhoneNumber: PhoneNumber.parse(text, region). This "
                f"was a {type(self.number).__name__}.",
                reason="type",
            )


@frozen
class TwilioConsentAnswer:
    """
    What Twilio said to one consent.

    Attributes:
        consent: Which.
        taken: Whether Twilio has it now. It may be told again: the same
            consent twice is one.
        code: Twilio's code if not, e.g. ``"30646"``; empty if it said
            nothing.
    """

    consent: TwilioConsent
    taken: bool
    code: str = ""


def upsert(
    account: Account,
    consents: Sequence[TwilioConsent],
    sender: str,
    draw: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Flow[list[TwilioConsentAnswer]]:
    """
    Tell Twilio; one answer each, in their order.

    Args:
        account: Whose.
        consents: Any number; 25 go into one request.
        sender: SID of the messaging service, or the originator.
        draw: Makes 32 characters by chance, to know the answers by.
    """
    answers: list[TwilioConsentAnswer] = []
    for start in range(0, len(consents), MOST_ITEMS):
        chunk = consents[start : start + MOST_ITEMS]
        marks = [draw() for _ in chunk]
        try:
            response = yield account.post(
                f"{account.accounts_url}/v1/Consents/Bulk",
                _form(chunk, marks, sender),
            )
        except (NeverLeftError, LostAnswerError):
            answers += [
                TwilioConsentAnswer(each, taken=False) for each in chunk
            ]
            continue
        answers += _answers(chunk, marks, response)
    return answers


def _form(
    consents: Sequence[TwilioConsent], marks: Sequence[str], sender: str
) -> str:
    return urlencode(
        [
            ("Items", _item(consent, mark, sender))
            for consent, mark in zip(consents, marks, strict=True)
        ]
    )


def _item(consent: TwilioConsent, mark: str, sender: str) -> str:
    item = {
        "contact_id": consent.number.reveal(),
        "correlation_id": mark,
        "sender_id": sender,
        "status": "opt-in" if consent.granted else "opt-out",
        "source": consent.source,
    }
    if consent.at is not None:
        at = consent.at.astimezone(UTC)
        item["date_of_consent"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps(item)


def _answers(
    consents: Sequence[TwilioConsent],
    marks: Sequence[str],
    response: HttpResponse,
) -> list[TwilioConsentAnswer]:
    if not response.succeeded:
        code, _ = refusal(response)
        return [
            TwilioConsentAnswer(each, taken=False, code=code)
            for each in consents
        ]
    said = _said(response)
    return [
        TwilioConsentAnswer(
            consent,
            taken=said.get(mark) == _TAKEN,
            code="" if said.get(mark) == _TAKEN else said.get(mark, ""),
        )
        for consent, mark in zip(consents, marks, strict=True)
    ]


def _said(response: HttpResponse) -> dict[str, str]:
    """Twilio's code by mark."""
    items = response.mapping().get("items")
    said: dict[str, str] = {}
    for item in items if isinstance(items, list) else ():
        mark = item.get("correlation_id") if isinstance(item, dict) else None
        if isinstance(mark, str):
            code = item.get("error_code")
            fine = code == 0 and not isinstance(code, bool)
            said[mark] = _TAKEN if fine else written_code(code)
    return said
