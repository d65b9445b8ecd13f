"""The flow that brings sheets to SMSAPI and every message to an outcome."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import define, field, frozen

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.message import Accepted, NotSent, Outcome, Rejected, Uncertain
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transports.smsapi.desk import Desk
from anonsms.transports.smsapi.grouping import Sheet
from anonsms.transports.smsapi.messages import sending
from anonsms.transports.smsapi.replies import judge, read


MOST_REMEMBERED: Final = 100_000


@define
class Hosts:
    """
    Which host may have a message whose answer was lost.

    SMSAPI does not say whether its two hosts share what they know of
    ``idx``: a message in doubt is asked for where it was left, and goes to
    no other host.
    """

    _by_key: dict[str, str] = field(factory=dict, repr=False)
    _lock: threading.Lock = field(factory=threading.Lock, repr=False)

    def where(self, key: str) -> str | None:
        """The host that may have it; ``None``: no doubt is known."""
        return self._by_key.get(key)

    def doubt(self, key: str, base: str) -> None:
        """Remember that a host may have a message."""
        with self._lock:
            # The oldest doubts go: their window has long closed.
            while len(self._by_key) >= MOST_REMEMBERED:
                self._by_key.pop(next(iter(self._by_key)))
            self._by_key.setdefault(key, base)

    def note(self, outcome: Outcome, base: str) -> None:
        """Remember a doubt, or forget it once it is settled."""
        if isinstance(outcome, Uncertain):
            self.doubt(outcome.key, base)
        elif isinstance(outcome, Accepted | Rejected) and self._by_key:
            with self._lock:
                self._by_key.pop(outcome.key, None)


@frozen
class Errand:
    """
    One sheet on its way.

    Attributes:
        sheet: What to send.
        host: The only host that it may go to; ``None``: any.
        doubtful: Whether SMSAPI may have some of it already.
    """

    sheet: Sheet
    host: str | None = None
    doubtful: bool = False


def errands(sheets: Sequence[Sheet], hosts: Hosts) -> list[Errand]:
    """Sheets, split where messages may not go to the same host."""
    made: list[Errand] = []
    for sheet in sheets:
        by_host: dict[str | None, list[int]] = {}
        for at, message in enumerate(sheet):
            by_host.setdefault(hosts.where(message.key), []).append(at)
        for host, places in by_host.items():
            part = sheet if len(by_host) == 1 else sheet.only(places)
            made.append(Errand(part, host, doubtful=host is not None))
    return made


def submission(
    desk: Desk,
    sheets: Sequence[Sheet],
    fields: Mapping[str, str],
    hosts: Hosts,
    now: datetime,
) -> Flow[list[Outcome]]:
    """
    Submit sheets; refused ones again in smaller pieces.

    Every message gets its outcome, and no request without an answer undoes
    what others settled: errors of the way are caught here, one by one.

    Args:
        desk: Where to.
        sheets: What.
        fields: Further fields of each form.
        hosts: Where messages in doubt were left.
        now: Aware; what a ``Retry-After`` is measured from.
    """
    waiting = errands(sheets, hosts)[::-1]
    settled: list[Outcome] = []
    while waiting:
        errand = waiting.pop()
        base, answer = yield from _asked(desk, errand, fields)
        if isinstance(answer, HttpResponse):
            verdict = judge(
                errand.sheet, read(answer), answer.retry_after(now)
            )
            outcomes = verdict.settled
            last = verdict.last
            host = errand.host or (base if verdict.doubtful else None)
            waiting += [
                Errand(part, host, errand.doubtful or verdict.doubtful)
                for part in reversed(verdict.again)
            ]
        else:
            outcomes = _unanswered(errand, answer)
            last = True
        for outcome in outcomes:
            told = _still_open(outcome) if errand.doubtful else outcome
            hosts.note(told, base)
            settled.append(told)
        if last:
            for left in waiting:
                for outcome in _put_off(left, outcomes[0]):
                    hosts.note(outcome, left.host or base)
                    settled.append(outcome)
            waiting.clear()
    return settled


_Lost = NeverLeftError | LostAnswerError


def _asked(
    desk: Desk, errand: Errand, fields: Mapping[str, str]
) -> Flow[tuple[str, HttpResponse | _Lost]]:
    """Ask the host, or the other one if nothing left for the first."""
    base = errand.host or desk.base
    answer = yield from _carried(sending(desk, errand.sheet, fields, base))
    if (
        isinstance(answer, NeverLeftError)
        and errand.host is None
        and desk.backup is not None
    ):
        base = desk.backup
        answer = yield from _carried(sending(desk, errand.sheet, fields, base))
    return base, answer


def _carried(request: HttpRequest) -> Flow[HttpResponse | _Lost]:
    """The answer, or why there is none, as a value."""
    try:
        return (yield request)
    except (NeverLeftError, LostAnswerError) as error:
        return error.with_traceback(None)


def _unanswered(errand: Errand, error: _Lost) -> list[Outcome]:
    why = str(error)
    if isinstance(error, NeverLeftError) and not errand.doubtful:
        return [NotSent(message.key, why) for message in errand.sheet]
    return [Uncertain(message.key, why) for message in errand.sheet]


def _still_open(outcome: Outcome) -> Outcome:
    """
    What an answer says of a message that may have been taken before.

    That this request was put off, or the account is stopped, tells nothing
    about the request before.
    """
    if isinstance(outcome, NotSent):
        return Uncertain(outcome.key, outcome.why)
    if isinstance(outcome, Rejected) and outcome.account_wide:
        return Uncertain(outcome.key, f"the provider said {outcome.code}")
    return outcome


def _put_off(errand: Errand, cause: Outcome) -> list[Outcome]:
    """What to say of messages that are not tried any more."""
    if errand.doubtful:
        why = "an answer is missing, and the provider cannot be asked now"
        return [Uncertain(message.key, why) for message in errand.sheet]
    if isinstance(cause, Rejected):
        return [
            Rejected(message.key, cause.reason, cause.code, True)  # noqa: FBT003
            for message in errand.sheet
        ]
    pause = cause.retry_after if isinstance(cause, NotSent) else None
    why = "the requests before it failed"
    return [NotSent(message.key, why, pause) for message in errand.sheet]
