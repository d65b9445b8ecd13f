"""
What SMSAPI answered to a sheet, and what that makes of its messages.

``sms.do`` answers 200 whatever happens; an error is a number in the body.
Rows are found by their ``idx``: whoever was refused is left out, so that
their order says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import field, frozen

from anonsms.message import (
    Accepted,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.transport import Fate, HttpResponse, Meaning
from anonsms.transport.codes import http_code, meaning_of_status
from anonsms.transport.telling import (
    ANOTHER,
    amount,
    names_another,
    part_count,
    provider_id,
)
from anonsms.transports.smsapi.codes import (
    KNOWN_ALREADY,
    MEANINGS,
    OF_ONE,
    TOO_LARGE,
    code_of,
    meaning_of,
)
from anonsms.transports.smsapi.grouping import Sheet
from anonsms.transports.smsapi.messages import digits_of


CURRENCY: Final = "points"
NOT_LISTED: Final = "not_listed"
"""Ours, for a message that a success says nothing of."""
UNREADABLE: Final = "unreadable"
"""Ours, for an answer that says nothing."""
_UNCERTAIN: Final = Meaning.uncertain()
_TEXT_ROW: Final = re.compile(r"OK:([A-Za-z0-9_.-]{1,64}):([0-9.]{1,20})")
_TEXT_ERROR: Final = re.compile(r"ERROR:([0-9]{1,5})(?![0-9])")
_NOBODY: Final[Mapping[str, str]] = {}

Row = Mapping[str, object]


@frozen(repr=False, eq=False)
class Answer:
    """
    An answer, read.

    Attributes:
        rows: The messages that it tells of; ``None`` if it has no list.
        code: The error of the whole request; empty if there is none.
        meaning: What that error means.
        named: Numbers that it calls invalid, in digits, with the code of
            each (empty if it gives none).
    """

    rows: Sequence[Row] | None = field(default=None)
    code: str = ""
    meaning: Meaning = _UNCERTAIN
    named: Mapping[str, str] = field(default=_NOBODY)

    @classmethod
    def error(cls, code: str, named: Mapping[str, str] = _NOBODY) -> Answer:
        """A request that was refused as a whole."""
        return cls(None, code, meaning_of(code), named)

    def __repr__(self) -> str:
        return f"<Answer {self.code or 'without error'}>"


def read(response: HttpResponse) -> Answer:
    """Read an answer of ``sms.do``; one that says nothing is uncertain."""
    body = response.json()
    told = body if isinstance(body, dict) else {}
    named = _named(told.get("invalid_numbers"))
    code = code_of(told.get("error"))
    if not response.succeeded:
        status = response.status
        meaning = meaning_of_status(status, known=MEANINGS.get(code))
        return Answer(None, code or http_code(status), meaning, named)
    if body is None:
        return _plain(response.body)
    rows = told.get("list")
    if isinstance(rows, list):
        tidy = [row for row in rows if isinstance(row, dict)]
        if tidy or not (rows or code):
            return Answer(tidy, named=named)
    return Answer.error(code, named) if code else Answer(code=UNREADABLE)


def _plain(body: bytes) -> Answer:
    """The short form: ``OK:<id>:<points>`` or ``ERROR:<code>``."""
    text = body[:200].decode("ascii", "replace").strip()
    error = _TEXT_ERROR.fullmatch(text)
    if error and (code := code_of(error[1])):
        return Answer.error(code)
    if row := _TEXT_ROW.fullmatch(text):
        return Answer([{"id": row[1], "points": row[2]}])
    return Answer(code=UNREADABLE)


def _named(listed: object) -> Mapping[str, str]:
    if not isinstance(listed, list):
        return _NOBODY
    named: dict[str, str] = {}
    for each in listed:
        if isinstance(each, dict):
            code = code_of(each.get("error_code"))
            for name in ("submitted_number", "number"):
                if number := _digits(each.get(name)):
                    named.setdefault(number, code)
    return named


def _digits(value: object) -> str:
    """Digits of a number, however it is written."""
    if isinstance(value, int | str) and not isinstance(value, bool):
        text = value if isinstance(value, str) else str(value)[:40]
        return "".join(filter(str.isdigit, text[:40]))
    return ""


@frozen
class Verdict:
    """
    What an answer makes of a sheet.

    Attributes:
        settled: Outcomes.
        again: Sheets to submit anew, each smaller than this one.
        unlisted: Whether SMSAPI may know some of those already: it left
            them out, or refused them all because it knows one.
        last: Whether to ask nothing more for now: the provider wants to be
            left alone, is ill, or refuses the whole account.
    """

    settled: Sequence[Outcome]
    again: Sequence[Sheet] = ()
    unlisted: bool = False
    last: bool = False


def judge(
    sheet: Sheet, answer: Answer, retry_after: float | None = None
) -> Verdict:
    """
    What an answer makes of the messages of a sheet.

    Args:
        sheet: What was sent.
        answer: What came back.
        retry_after: What a header of it said, in seconds.
    """
    if answer.rows is not None:
        return _by_rows(sheet, answer, answer.rows)
    meaning, code = answer.meaning, answer.code
    of_the_call = meaning.fate in _OF_THE_CALL and code not in OF_ONE
    wide = meaning.account_wide or of_the_call
    if wide or (len(sheet) == 1 and not answer.named):
        return Verdict(
            [
                outcome(message.key, code, meaning, retry_after)
                for message in sheet
            ],
            last=wide,
        )
    if len(sheet) == 1:
        own = answer.named.get(digits_of(sheet[0]))
        return Verdict([outcome(sheet[0].key, own or code)])
    settled: list[Outcome] = []
    alone: list[int] = []
    rest: list[int] = []
    for at, message in enumerate(sheet):
        own = answer.named.get(digits_of(message))
        if own:
            settled.append(outcome(message.key, own))
        else:
            # Named without a code: the request's own may be another's, and
            # a message that it knows already must not pass for refused.
            (rest if own is None else alone).append(at)
    unlisted = code == KNOWN_ALREADY
    if len(rest) == len(sheet) or code in TOO_LARGE:
        return Verdict((), sheet.halves(), unlisted)
    again = [sheet.only([at]) for at in alone]
    if rest:
        again.append(sheet.only(rest))
    return Verdict(settled, again, unlisted)


_OF_THE_CALL: Final = {Fate.NOT_SENT, Fate.UNCERTAIN}


def _by_rows(sheet: Sheet, answer: Answer, rows: Sequence[Row]) -> Verdict:
    by_key, by_number = _sorted_rows(rows)
    if by_key and by_key.keys().isdisjoint(each.key for each in sheet):
        # The answer to another request, as it seems: whose was ours?
        return Verdict([Uncertain(each.key, ANOTHER) for each in sheet])
    settled: list[Outcome] = []
    missing: list[int] = []
    alone = len(sheet) == 1
    for at, message in enumerate(sheet):
        row = by_key.get(message.key)
        if row is not None:
            settled.append(_by_row(message, row))
            continue
        digits = digits_of(message)
        row = by_number.get(digits)
        if row is None and alone and len(rows) == 1 and not by_key:
            row = rows[0]
        if row is not None:
            settled.append(_by_row(message, row))
        elif said := answer.named.get(digits):
            settled.append(outcome(message.key, said))
        elif not alone:
            missing.append(at)
        elif not rows:
            # Whoever is not listed was not taken.
            named = digits in answer.named
            reason = Rejection.BAD_NUMBER if named else Rejection.OTHER
            settled.append(Rejected(message.key, reason, NOT_LISTED))
        else:
            # Somebody else's row, for one recipient: nobody knows.
            settled.append(_UNCERTAIN.outcome(message.key, UNREADABLE))
    again = [sheet.only([at]) for at in missing]
    return Verdict(settled, again, unlisted=True)


def _sorted_rows(
    rows: Iterable[Row],
) -> tuple[Mapping[str, Row], Mapping[str, Row]]:
    """By ``idx``; and those without one by number, if it comes once."""
    by_key: dict[str, Row] = {}
    by_number: dict[str, list[Row]] = {}
    for row in rows:
        key = row.get("idx")
        if isinstance(key, str) and key:
            by_key.setdefault(key, row)
            continue
        for number in {
            _digits(row.get("submitted_number")),
            _digits(row.get("number")),
        }:
            by_number.setdefault(number, []).append(row)
    by_number.pop("", None)
    once = {
        number: found[0]
        for number, found in by_number.items()
        if len(found) == 1
    }
    return by_key, once


def _by_row(message: Outbound, row: Row) -> Outcome:
    """What a row says, if it does not name somebody else."""
    key, number = message.key, message.number
    for echo in row.get("number"), row.get("submitted_number"):
        if names_another(echo, number):
            return Uncertain(key, ANOTHER)
    error = row.get("error")
    if error is not None and (code := code_of(error)):
        return outcome(key, code)
    price = amount(row.get("points"))
    return Accepted(
        key,
        provider_id(row.get("id")),
        part_count(row.get("parts")),
        price,
        "" if price is None else CURRENCY,
    )


def outcome(
    key: str,
    code: str,
    meaning: Meaning | None = None,
    retry_after: float | None = None,
) -> Outcome:
    """What a code makes of one message; known already is as good as taken."""
    meaning = meaning or meaning_of(code)
    if meaning.fate is Fate.ACCEPTED:
        return Accepted(key, "")
    return meaning.outcome(key, code, retry_after)
