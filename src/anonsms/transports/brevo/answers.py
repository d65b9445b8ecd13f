"""
What Brevo's answers to a send mean.

Brevo says what is wrong by a ``code`` of a short list and by a sentence;
which field is at fault stands in the sentence alone. The sentence is looked
at for a few words and kept nowhere, for it may quote a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anonsms.message import Accepted, NotSent, Outcome, Rejection, Uncertain
from anonsms.transport.codes import (
    UNCERTAIN,
    Meaning,
    rejected,
    shown_code,
)
from anonsms.transport.http import HttpResponse, amount


_ACCOUNT: Final = rejected(Rejection.ACCOUNT, account_wide=True)
_MONEY: Final = rejected(Rejection.MONEY, account_wide=True)
_OTHER: Final = rejected(Rejection.OTHER)

CODES: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "invalid_parameter": _OTHER,
        "missing_parameter": _OTHER,
        "out_of_range": _OTHER,
        "bad_request": _OTHER,
        "duplicate_parameter": _OTHER,
        # Whether the first of the two went out is not said.
        "duplicate_request": UNCERTAIN,
        "document_not_found": _OTHER,
        "unprocessable_entity": _OTHER,
        "not_enough_credits": _MONEY,
        "unauthorized": _ACCOUNT,
        "permission_denied": _ACCOUNT,
        "account_under_validation": _ACCOUNT,
        "method_not_allowed": _ACCOUNT,
        "not_acceptable": _ACCOUNT,
    }
)
"""What a code means; the list is older than the service."""

_STATUSES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        401: _ACCOUNT,
        402: _MONEY,
        403: _ACCOUNT,
        # No such place: the base URL is wrong, for every message.
        404: _ACCOUNT,
        405: _ACCOUNT,
        406: _ACCOUNT,
        # A gateway gave up waiting, or two requests met: it may have left.
        408: UNCERTAIN,
        409: UNCERTAIN,
    }
)
_ABOUT_A_FIELD: Final = {
    "invalid_parameter",
    "missing_parameter",
    "out_of_range",
}
_LONGEST_PAUSE: Final = 900.0
_LONGEST_ID: Final = 19  # digits of an int64
_LONGEST_SENTENCE: Final = 300
_TOO_MANY: Final = 429


def outcome_of(key: str, response: HttpResponse) -> Outcome:
    """
    What became of the message that got this answer.

    Args:
        key: Of the message.
        response: To ``POST /transactionalSMS/sms``.
    """
    if 200 <= response.status < 300:  # noqa: PLR2004 - success
        return _accepted(key, response.mapping())
    if response.status == _TOO_MANY:
        pause = reset_of(response)
        return NotSent(key, "too many requests (HTTP 429)", pause)
    if not 400 <= response.status < 500:  # noqa: PLR2004 - their fault
        return Uncertain(key, f"HTTP {response.status}")
    answer = response.mapping()
    code = shown_code(answer.get("code"))
    meaning = CODES.get(code) or _STATUSES.get(response.status, _OTHER)
    if code in _ABOUT_A_FIELD:
        meaning = _about_a_field(answer.get("message"))
    return meaning.outcome(key, code or f"http-{response.status}")


def reset_of(response: HttpResponse) -> float | None:
    """
    Seconds until Brevo takes requests again.

    ``x-sib-ratelimit-reset`` holds the seconds that remain, not a moment;
    Brevo sends no ``Retry-After``, but a gateway before it may.
    """
    headers = response.headers
    for name in ("x-sib-ratelimit-reset", "retry-after"):
        text = headers.get(name, "").strip()
        if text.isascii() and text.isdigit():
            return min(float(text[:9]), _LONGEST_PAUSE)
    return None


def id_of(value: object) -> str:
    """
    A message's id as text: a number in answers, a text in listings.

    >>> id_of(1511882900176220), id_of("1511882900176220"), id_of(1.5e15)
    ('1511882900176220', '1511882900176220', '')
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    if isinstance(value, int):
        value = str(value) if 0 < value < 10**_LONGEST_ID else ""
    plain = value.isascii() and value.isdigit()
    return value if plain and len(value) <= _LONGEST_ID else ""


def _accepted(key: str, answer: Mapping[str, object]) -> Outcome:
    provider_id = id_of(answer.get("messageId"))
    if not provider_id:
        return Uncertain(key, "a success without a message id")
    count = answer.get("smsCount")
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        count = None
    price = amount(answer.get("usedCredits"))
    return Accepted(
        key,
        provider_id,
        parts=count,
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
        return rejected(Rejection.BAD_NUMBER)
    if "sender" in said:
        return rejected(Rejection.ORIGINATOR, account_wide=True)
    if "content" in said:
        return rejected(Rejection.CONTENT)
    return _OTHER
