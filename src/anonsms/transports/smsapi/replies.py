"""
What SMSAPI answered to a sheet, and what that makes of its messages.

``sms.do`` answers 200 whatever happens; an error is a number in the body.
Rows are found by their ``idx``: whoever was refused is left out, so that
their order says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Final

from attrs import field, frozen

from anonsms.message import Accepted, Outcome, Rejected, Rejection
from anonsms.transport import Fate, HttpResponse, Meaning
from anonsms.transport.codes import UNCERTAIN
from anonsms.transports.smsapi.codes import (
    KNOWN_ALREADY,
    OF_ONE,
    TOO_MANY,
    code_of,
    http_code,
    meaning_of,
    settles,
)
from anonsms.transports.smsapi.grouping import Sheet
from anonsms.transports.smsapi.messages import digits_of


PROVIDER_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)
CURRENCY: Final = "points"
_PRICE: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", re.ASCII)
_TOO_DEAR: Final = 10**9
_MOST_PARTS: Final = 255
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
    meaning: Meaning = UNCERTAIN
    named: Mapping[str, str] = field(default=_NOBODY)

    @classmethod
    def error(cls, code: str, named: Mapping[str, str] = _NOBODY) -> Answer:
        """A request that was refused as a whole."""
        return cls(None, code, meaning_of(code), named)

    def __repr__(self) -> str:
        return f"<Answer {self.code or 'without error'}>"


def read(response: HttpResponse) -> Answer:
    """Read an answer of ``sms.do``; one that says nothing is uncertain."""
    if not settles(response.status):
        return Answer(code=http_code(response.status))
    good = response.status < 300  # noqa: PLR2004
    body = response.json()
    if body is None and good:
        return _plain(response.body)
    if isinstance(body, dict):
        answer = _object(body, response.status, good=good)
        if answer is not None:
            return answer
    if good:
        return Answer(code="unreadable")
    return Answer.error(http_code(response.status))


def _object(body: Row, status: int, *, good: bool) -> Answer | None:
    named = _named(body.get("invalid_numbers"))
    code = code_of(body.get("error"))
    rows = body.get("list")
    if good and isinstance(rows, list):
        tidy = [row for row in rows if isinstance(row, dict)]
        if tidy or not (rows or code):
            return Answer(tidy, named=named)
    if code and (good or code[0].isdigit()):
        return Answer.error(code, named)
    if code:
        # A tag says more than the status, and is in no table.
        return Answer(None, code, meaning_of(http_code(status)), named)
    return None


def _plain(body: bytes) -> Answer:
    """The short form: ``OK:<id>:<points>`` or ``ERROR:<code>``."""
    text = body[:200].decode("ascii", "replace").strip()
    if error := _TEXT_ERROR.fullmatch(text):
        return Answer.error(code_of(error[1]) or "unreadable")
    if row := _TEXT_ROW.fullmatch(text):
        return Answer([{"id": row[1], "points": row[2]}])
    return Answer(code="unreadable")


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


def id_of(value: object) -> str:
    """A provider's id, if it looks like one; else empty."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 <= value < 10**40 else ""
    known = isinstance(value, str) and PROVIDER_ID.fullmatch(value)
    return known[0] if known else ""


def price_of(value: object) -> Decimal | None:
    """
    Points, from a number or a numeric text.

    >>> price_of("0.3000"), price_of(0.16), price_of("gratis")
    (Decimal('0.3000'), Decimal('0.16'), None)
    """
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return _price_of(value)
    return None


# The messages of a campaign have a handful of prices.
@lru_cache(maxsize=256, typed=True)
def _price_of(value: float | str) -> Decimal | None:
    if isinstance(value, int) and not 0 <= value < _TOO_DEAR:
        return None
    text = f"{value:.9f}" if isinstance(value, float) else str(value)
    if not _PRICE.fullmatch(text):
        return None
    return Decimal(str(value))


def parts_of(value: object) -> int | None:
    """How many parts; ``None`` for what is no such count."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:4])
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 1 <= value <= _MOST_PARTS else None
    return None


@frozen
class Verdict:
    """
    What an answer makes of a sheet.

    Attributes:
        settled: Outcomes.
        again: Sheets to submit anew, each smaller than this one.
        doubtful: Whether SMSAPI may know some of those already.
        last: Whether to ask nothing more for now: the provider wants to be
            left alone, is ill, or refuses the whole account.
    """

    settled: Sequence[Outcome]
    again: Sequence[Sheet] = ()
    doubtful: bool = False
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
    doubtful = code == KNOWN_ALREADY
    if len(rest) == len(sheet) or code in TOO_MANY:
        return Verdict((), sheet.halves(), doubtful)
    again = [sheet.only([at]) for at in alone]
    if rest:
        again.append(sheet.only(rest))
    return Verdict(settled, again, doubtful)


_OF_THE_CALL: Final = {Fate.NOT_SENT, Fate.UNCERTAIN}


def _by_rows(sheet: Sheet, answer: Answer, rows: Sequence[Row]) -> Verdict:
    by_key, by_number = _sorted_rows(rows)
    settled: list[Outcome] = []
    missing: list[int] = []
    alone = len(sheet) == 1
    for at, message in enumerate(sheet):
        row = by_key.get(message.key)
        if row is not None:
            settled.append(_accepted(message.key, row))
            continue
        digits = digits_of(message)
        row = by_number.get(digits)
        if row is None and alone and len(rows) == 1 and not by_key:
            row = rows[0]
        if row is not None:
            settled.append(_accepted(message.key, row))
        elif said := answer.named.get(digits):
            settled.append(outcome(message.key, said))
        elif not alone:
            missing.append(at)
        elif not rows:
            # Whoever is not listed was not taken.
            named = digits in answer.named
            reason = Rejection.BAD_NUMBER if named else Rejection.OTHER
            settled.append(Rejected(message.key, reason, "not_listed"))
        else:
            # Somebody else's row, for one recipient: nobody knows.
            settled.append(UNCERTAIN.outcome(message.key, "unreadable"))
    again = [sheet.only([at]) for at in missing]
    return Verdict(settled, again, doubtful=True)


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


def _accepted(key: str, row: Row) -> Outcome:
    error = row.get("error")
    if error is not None and (code := code_of(error)):
        return outcome(key, code)
    return Accepted(
        key,
        id_of(row.get("id")),
        parts_of(row.get("parts")),
        price_of(row.get("points")),
        CURRENCY,
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
        return Accepted(key, "", currency=CURRENCY)
    return meaning.outcome(key, code, retry_after)
