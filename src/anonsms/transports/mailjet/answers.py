"""
What Mailjet's answers to a send mean.

The answer repeats the number and the text, so nothing of it is kept but
ids, codes and figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from anonsms.message import Accepted, Outcome, Uncertain
from anonsms.transport.codes import (
    Fate,
    Meaning,
    http_code,
    meaning_of_status,
    shown_code,
)
from anonsms.transport.http import HttpResponse
from anonsms.transport.telling import amount, part_count, provider_id
from anonsms.transports.mailjet.codes import (
    ABOUT_A_FIELD,
    ERRORS,
    FIELDS,
    STATUSES,
    UNKNOWN,
)


_UNIT: Final = re.compile(r"[A-Za-z]{3}")
_CODE_NAMES: Final = ("ErrorCode", "Code", "code", "error_code")
_FIELD_NAMES: Final = ("ErrorRelatedTo", "RelatedTo", "related_field")
_LIST_NAMES: Final = ("Errors", "errors")
_MOST_ERRORS: Final = 10


def outcome_of(key: str, response: HttpResponse, now: datetime) -> Outcome:
    """
    What became of the message that got this answer.

    Args:
        key: Of the message.
        response: To ``POST /v4/sms-send``.
        now: Aware; for a pause that is given as a date.
    """
    if response.succeeded:
        return _accepted(key, response.mapping())
    meaning, code = error_in(response)
    return meaning.outcome(key, code, response.retry_after(now))


def error_in(response: HttpResponse) -> tuple[Meaning, str]:
    """
    The error of a refusal: what it means, and its code.

    The names of the fields are those of Mailjet's mail API; for SMS they
    are not documented. So the code is looked for under several names, in
    the answer itself and in its list of errors.
    """
    for error in _errors(response.mapping()):
        code = next(
            (shown_code(error[n]).lower() for n in _CODE_NAMES if n in error),
            "",
        )
        known = ERRORS.get(code)
        if code in ABOUT_A_FIELD:
            known = _about_a_field(error) or known
        if known is not None:
            return meaning_of_status(response.status, known=known), code
    return meaning_of_status(response.status), http_code(response.status)


def status_in(record: Mapping[str, object]) -> int | None:
    """The code of a message's status, if it has one."""
    status = record.get("Status")
    code = status.get("Code") if isinstance(status, dict) else None
    if isinstance(code, str) and code.isascii() and code.isdigit():
        code = int(code[:9])
    if isinstance(code, bool) or not isinstance(code, int):
        return None
    return code


def _accepted(key: str, answer: Mapping[str, object]) -> Outcome:
    known_as = provider_id(answer.get("MessageId"))
    if not known_as:
        return Uncertain(key, "a success without a message id")
    code = status_in(answer)
    meaning = STATUSES.get(-1 if code is None else code, UNKNOWN).at_once
    if meaning.fate is not Fate.ACCEPTED:
        return meaning.outcome(key, f"status-{code}")
    count = part_count(answer.get("SmsCount", answer.get("SMSCount")))
    cost = answer.get("Cost")
    cost = cost if isinstance(cost, dict) else {}
    price, unit = amount(cost.get("Value")), cost.get("Currency")
    if price is None or not isinstance(unit, str) or not _UNIT.fullmatch(unit):
        return Accepted(key, known_as, parts=count)
    return Accepted(
        key, known_as, parts=count, price=price, currency=unit.upper()
    )


def _errors(answer: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield answer
    for name in _LIST_NAMES:
        several = answer.get(name)
        if isinstance(several, list):
            yield from (
                each
                for each in several[:_MOST_ERRORS]
                if isinstance(each, dict)
            )


def _about_a_field(error: Mapping[str, object]) -> Meaning | None:
    named: list[object] = []
    for name in _FIELD_NAMES:
        value = error.get(name)
        named += value[:_MOST_ERRORS] if isinstance(value, list) else [value]
    blamed = {each.lower() for each in named if isinstance(each, str)}
    # The number comes first: one bad number must not stop a run.
    return next((FIELDS[f] for f in FIELDS if f in blamed), None)
