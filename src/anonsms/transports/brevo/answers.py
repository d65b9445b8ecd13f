"""
What Brevo's answers to a send mean.

Brevo says what is wrong by a ``code`` of a short list and by a sentence;
which field is at fault stands in the sentence alone. The sentence is looked
at for a few words and kept nowhere, for it may quote a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from anonsms.message import Accepted, Outcome, Rejection, Uncertain
from anonsms.transport.codes import (
    Meaning,
    http_code,
    meaning_of_status,
    shown_code,
)
from anonsms.transport.http import HttpResponse
from anonsms.transport.telling import amount, part_count, provider_id


_ACCOUNT: Final = Meaning.rejected(Rejection.ACCOUNT, account_wide=True)
_OTHER: Final = Meaning.rejected(Rejection.OTHER)

CODES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "invalid_parameter": _OTHER,
        "missing_parameter": _OTHER,
        "out_of_range": _OTHER,
        "bad_request": _OTHER,
        "duplicate_parameter": _OTHER,
        # Whether the first of the two went out is not said.
        "duplicate_request": Meaning.uncertain(),
        "unprocessable_entity": _OTHER,
        "not_enough_credits": Meaning.rejected(
            Rejection.MONEY, account_wide=True
        ),
        "unauthorized": _ACCOUNT,
        "permission_denied": _ACCOUNT,
        "account_under_validation": _ACCOUNT,
        "method_not_allowed": _ACCOUNT,
        "not_acceptable": _ACCOUNT,
    }
)
"""
What a code means; the list is older than the service.

``document_not_found`` says that there is no such place: that is the 404 of a
wrong base URL.
"""

_ABOUT_A_FIELD: Final = {
    "invalid_parameter",
    "missing_parameter",
    "out_of_range",
}
_LONGEST_SENTENCE: Final = 300
_RESET: Final = "x-sib-ratelimit-reset"
"""Holds the seconds that remain, not a moment."""


def outcome_of(key: str, response: HttpResponse, now: datetime) -> Outcome:
    """
    What became of the message that got this answer.

    Args:
        key: Of the message.
        response: To ``POST /transactionalSMS/sms``.
        now: Aware; for a pause that is given as a date.
    """
    answer = response.mapping()
    if response.succeeded:
        return _accepted(key, answer)
    code = shown_code(answer.get("code"))
    known = CODES.get(code)
    if code in _ABOUT_A_FIELD:
        known = _about_a_field(answer.get("message"))
    pause = response.retry_after(now, _RESET)
    if pause is None:
        # Brevo sends none, but a gateway before it may.
        pause = response.retry_after(now)
    return meaning_of_status(response.status, known=known).outcome(
        key, code or http_code(response.status), pause
    )


def _accepted(key: str, answer: Mapping[str, object]) -> Outcome:
    known_as = provider_id(answer.get("messageId"))
    if not known_as:
        return Uncertain(key, "a success without a message id")
    price = amount(answer.get("usedCredits"))
    return Accepted(
        key,
        known_as,
        parts=part_count(answer.get("smsCount")),
        price=price,
        currency="" if price is None else "credits",
    )


def _about_a_field(sentence: object) -> Meaning:
    """
    Which field a refusal is about.

    What names the recipient is never taken for the sender's fault: one bad
    number must not stop a run.
    """
    if not isinstance(sentence, str):
        return _OTHER
    said = sentence[:_LONGEST_SENTENCE].lower()
    if any(word in said for word in ("recipient", "phone", "mobile")):
        return Meaning.rejected(Rejection.BAD_NUMBER)
    if "sender" in said:
        return Meaning.rejected(Rejection.ORIGINATOR, account_wide=True)
    if "content" in said:
        return Meaning.rejected(Rejection.CONTENT)
    return _OTHER
