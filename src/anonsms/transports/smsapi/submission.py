"""The flow that brings sheets to SMSAPI and every message to an outcome."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Final, TypeAlias

from attrs import define, field, frozen

from anonsms.errors import LostAnswerError, NeverLeftError
from anonsms.message import Accepted, NotSent, Outcome, Rejected, Uncertain
from anonsms.transport import Flow, HttpRequest, HttpResponse
from anonsms.transport.forklock import ForkLock
from anonsms.transports.smsapi.account import Account
from anonsms.transports.smsapi.codes import TOO_MANY
from anonsms.transports.smsapi.grouping import Sheet
from anonsms.transports.smsapi.messages import Terms, sending
from anonsms.transports.smsapi.replies import NOT_LISTED, judge, read


_Lost: TypeAlias = NeverLeftError | LostAnswerError

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
    _lock: ForkLock = field(factory=ForkLock, repr=False)

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


@define
class Sizes:
    """
    How many messages a request may have.

    SMSAPI has a limit and does not publish it. What error 19 taught once
    holds for as long as the transport lives.
    """

    _most: int | None = None
    _lock: ForkLock = field(factory=ForkLock, repr=False)

    def too_many(self, count: int) -> None:
        """Remember that so many were too many in one request."""
        half = (count + 1) // 2
        with self._lock:
            self._most = min(half, self._most or half)

    def cut(self, sheet: Sheet) -> list[Sheet]:
        """A sheet in pieces that are not too large, as far as is known."""
        return [sheet] if self._most is None else sheet.cut(self._most)


class Doubt(enum.IntEnum):
    """What is open about messages before they are asked for."""

    NONE = 0
    """SMSAPI cannot have them."""
    UNLISTED = 1
    """
    An answer left them out, or refused them among others. They were refused
    for what they are, or SMSAPI has had them for long.
    """
    UNANSWERED = 2
    """They were asked for before, and no answer came."""

    def left_of(self, outcome: Outcome) -> Outcome:
        """
        What an answer says of a message about which this was open.

        That a request was put off, or the account is stopped, tells nothing
        about a request before. Nor does a refusal: in which order SMSAPI
        looks at things is not written anywhere, and the number may have come
        on a list in the meantime. So only "known already" and a row settle
        what was not answered.
        """
        if self is Doubt.NONE or isinstance(outcome, Accepted | Uncertain):
            return outcome
        if isinstance(outcome, NotSent):
            return Uncertain(outcome.key, outcome.why)
        settled = self is Doubt.UNLISTED and not outcome.account_wide
        if settled and outcome.code != NOT_LISTED:
            return outcome
        return Uncertain(
            outcome.key,
            f"the provider said {outcome.code}, and nothing of the first try",
        )


@frozen
class Errand:
    """
    One sheet on its way.

    Attributes:
        sheet: What to send.
        host: The only host that it may go to; ``None``: any.
        doubt: What is open about its messages.
    """

    sheet: Sheet
    host: str | None = None
    doubt: Doubt = Doubt.NONE


@frozen
class Submission:
    """
    Brings sheets to SMSAPI, and every message to an outcome.

    Attributes:
        account: Whose.
        terms: On what terms texts are sent.
        hosts: Where messages in doubt were left.
        sizes: How many may share a request.
    """

    account: Account
    terms: Terms
    hosts: Hosts = field(factory=Hosts)
    sizes: Sizes = field(factory=Sizes)

    def of(
        self, sheets: Sequence[Sheet], now: datetime
    ) -> Flow[list[Outcome]]:
        """
        Submit sheets; refused ones again in smaller pieces.

        Every message gets its outcome, and no request without an answer
        undoes what others settled: errors of the way are caught here, one
        by one.

        Args:
            sheets: What.
            now: Aware; what a ``Retry-After`` is measured from.
        """
        waiting = self._errands(sheets)[::-1]
        settled: list[Outcome] = []
        while waiting:
            errand = waiting.pop()
            base, response = yield from self._asked(errand, now)
            outcomes, again, last = self._judged(errand, base, response, now)
            waiting += again[::-1]
            for outcome in outcomes:
                told = errand.doubt.left_of(outcome)
                self.hosts.note(told, base)
                settled.append(told)
            if last:
                for left in waiting:
                    for outcome in _put_off(left, outcomes[0]):
                        self.hosts.note(outcome, left.host or base)
                        settled.append(outcome)
                waiting.clear()
        return settled

    def _errands(self, sheets: Sequence[Sheet]) -> list[Errand]:
        """Sheets, cut to size and by the hosts that may have them."""
        made: list[Errand] = []
        for sheet in sheets:
            by_host: dict[str | None, list[int]] = {}
            for at, message in enumerate(sheet):
                host = self.hosts.where(message.key)
                by_host.setdefault(host, []).append(at)
            for host, places in by_host.items():
                part = sheet if len(by_host) == 1 else sheet.only(places)
                doubt = Doubt.NONE if host is None else Doubt.UNANSWERED
                made += [
                    Errand(each, host, doubt) for each in self.sizes.cut(part)
                ]
        return made

    def _asked(
        self, errand: Errand, now: datetime
    ) -> Flow[tuple[str, HttpResponse | _Lost]]:
        """Ask the host, or the other one if nothing left for the first."""
        sheet = errand.sheet
        fields = self.terms.fields(now, sheet.at)
        base = errand.host or self.account.base
        answer = yield from _carried(
            sending(self.account, sheet, fields, base)
        )
        if (
            isinstance(answer, NeverLeftError)
            and errand.host is None
            and self.account.backup is not None
        ):
            base = self.account.backup
            answer = yield from _carried(
                sending(self.account, sheet, fields, base)
            )
        return base, answer

    def _judged(
        self,
        errand: Errand,
        base: str,
        response: HttpResponse | _Lost,
        now: datetime,
    ) -> tuple[Sequence[Outcome], list[Errand], bool]:
        """Outcomes; what is to be asked again; whether to ask no more."""
        if not isinstance(response, HttpResponse):
            return _unanswered(errand, response), [], True
        answer = read(response)
        if answer.code == TOO_MANY:
            self.sizes.too_many(len(errand.sheet))
        verdict = judge(errand.sheet, answer, response.retry_after(now))
        host = errand.host or (base if verdict.unlisted else None)
        doubt = errand.doubt
        if verdict.unlisted:
            doubt = max(doubt, Doubt.UNLISTED)
        again = [Errand(part, host, doubt) for part in verdict.again]
        return verdict.settled, again, verdict.last


def _carried(request: HttpRequest) -> Flow[HttpResponse | _Lost]:
    """The answer, or why there is none, as a value."""
    try:
        return (yield request)
    except (NeverLeftError, LostAnswerError) as error:
        return error.with_traceback(None)


def _unanswered(errand: Errand, error: _Lost) -> list[Outcome]:
    why = str(error)
    if isinstance(error, NeverLeftError):
        return [NotSent(message.key, why) for message in errand.sheet]
    return [Uncertain(message.key, why) for message in errand.sheet]


def _put_off(errand: Errand, cause: Outcome) -> list[Outcome]:
    """What to say of messages that are not tried any more."""
    if errand.doubt:
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
