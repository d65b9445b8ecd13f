"""
Repeating what never left; the only door of tenacity.

For the engine::

    outcomes = await repeat(attempt, group)

``attempt`` hands over the messages it is given, once, and returns one outcome
for each. It is called again with those messages only whose outcome asks for
it; the others keep theirs. It takes its turn at the pace itself.
"""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from attrs import define, field
from tenacity import AsyncRetrying, RetryCallState

from anonsms.errors import LostAnswerError, TransportError
from anonsms.message import (
    NotSent,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.transport import waiting


TRIES: Final = 5
"""How often a message is tried, the first time counted."""

WITHIN: Final = 120.0
"""Seconds since the first try after which no other one begins."""

FIRST_WAIT: Final = 0.1
LONGEST_WAIT: Final = 30.0

_log = logging.getLogger("anonsms.transport")


def never_left(outcome: Outcome) -> bool:
    """Whether it is certain that the message did not leave."""
    return isinstance(outcome, NotSent)


async def repeat(  # noqa: PLR0913 - what tests decide is passed in
    attempt: Callable[[Sequence[Outbound]], Awaitable[Iterable[Outcome]]],
    group: Sequence[Outbound],
    *,
    again: Callable[[Outcome], bool] = never_left,
    tries: int = TRIES,
    within: float = WITHIN,
    sleep: Callable[[float], Awaitable[None]] = waiting.sleep_async,
    clock: Callable[[], float] = waiting.now,
    jitter: Callable[[], float] = random.random,
) -> list[Outcome]:
    """
    Hand over messages, and again those that never left.

    Between two tries it waits a random part ("full jitter") of 0.1 s, 0.2 s,
    0.4 s… up to 30 s, and on top of it the longest ``retry_after`` that an
    outcome asks for.

    Args:
        attempt: Hands over what it is given, once; one outcome each, in any
            order. A message without one is :class:`Uncertain`.
        group: The messages.
        again: Whether a message with this outcome is to be tried again. By
            default only what never left; a provider that knows a message
            again under its key may add :class:`Uncertain`.
        tries: How often at most.
        within: Seconds after the first try began within which the last one
            has to begin.
        sleep: Waits.
        clock: Seconds since any moment.
        jitter: A random number from 0 to below 1.

    Returns:
        One outcome for each message, in the order of ``group``: that of its
        last try. What was in doubt once stays so unless a later answer is
        about the message itself: accepted, or refused for what it is.

    Raises:
        TransportError: From ``attempt``, as long as no message is settled.
            Later on it becomes the outcome of those that are pending: what
            others were told stays true.
    """
    round_ = _Round(group, again, tries, within, clock, jitter)
    retrying = AsyncRetrying(
        sleep=sleep,
        retry=round_.asks,
        wait=round_.wait,
        stop=round_.stop,
        before_sleep=_told,
        retry_error_callback=_enough,
    )

    async def once() -> _Round:
        try:
            round_.settle(await attempt(round_.pending))
        except TransportError as error:
            if not round_.verdicts:
                raise
            round_.fail(error)
        return round_

    await retrying(once)
    return round_.result()


@define
class _Round:
    """
    The messages of one call, and what came of them.

    Attributes:
        verdicts: What holds for each message after all of its tries.
        last: What its last try came to.
        pending: Those that are to be tried again.
    """

    group: Sequence[Outbound]
    again: Callable[[Outcome], bool]
    tries: int
    within: float
    clock: Callable[[], float]
    jitter: Callable[[], float]
    verdicts: dict[str, Outcome] = field(init=False, factory=dict)
    last: dict[str, Outcome] = field(init=False, factory=dict)
    pending: Sequence[Outbound] = field(init=False)
    began: float = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.pending = self.group
        self.began = self.clock()

    def settle(self, outcomes: Iterable[Outcome]) -> None:
        """Take the outcomes of one try."""
        came = {outcome.key: outcome for outcome in outcomes}
        for key in (each.key for each in self.pending):
            self._note(came.get(key) or Uncertain(key, "no outcome"))
        self.pending = [
            each for each in self.pending if self.again(self.last[each.key])
        ]

    def fail(self, error: TransportError) -> None:
        """End with an error what is pending; it is not tried again."""
        kind = Uncertain if isinstance(error, LostAnswerError) else NotSent
        for each in self.pending:
            self._note(kind(each.key, str(error)))
        self.pending = []

    def _note(self, outcome: Outcome) -> None:
        self.last[outcome.key] = outcome
        before = self.verdicts.get(outcome.key)
        if not (isinstance(before, Uncertain) and _settles_nothing(outcome)):
            self.verdicts[outcome.key] = outcome

    def result(self) -> list[Outcome]:
        """The last outcome of each."""
        return [self.verdicts[each.key] for each in self.group]

    def asks(self, state: RetryCallState) -> bool:
        """Whether messages are pending; an exception ends it."""
        return not _failed(state) and bool(self.pending)

    def wait(self, state: RetryCallState) -> float:
        """Seconds until the next try."""
        longest = FIRST_WAIT * 2.0 ** min(state.attempt_number - 1, 16)
        asked = max(_asked(self.last[each.key]) for each in self.pending)
        return asked + self.jitter() * min(longest, LONGEST_WAIT)

    def stop(self, state: RetryCallState) -> bool:
        """Whether it was the last try."""
        next_at = self.clock() + state.upcoming_sleep
        return (
            state.attempt_number >= self.tries
            or next_at - self.began > self.within
        )


def _settles_nothing(outcome: Outcome) -> bool:
    """
    Whether an earlier try, in doubt, may have worked all the same.

    That this one did not leave, or found the account stopped or without
    money, tells nothing about that one; nor does another doubt, and the
    first one knows best what happened.
    """
    if isinstance(outcome, Rejected):
        return outcome.account_wide or outcome.reason is Rejection.MONEY
    return isinstance(outcome, NotSent | Uncertain)


def _failed(state: RetryCallState) -> bool:
    return state.outcome is None or state.outcome.failed


def _asked(outcome: Outcome) -> float:
    """Seconds that the provider asked for."""
    if isinstance(outcome, NotSent) and outcome.retry_after is not None:
        return max(outcome.retry_after, 0.0)
    return 0.0


def _enough(state: RetryCallState) -> None:
    """Nothing: the last outcomes stand."""


def _told(state: RetryCallState) -> None:
    """
    Write down that there will be another try.

    tenacity's own line would print what was returned.
    """
    if not _log.isEnabledFor(logging.INFO) or state.outcome is None:
        return
    round_: _Round = state.outcome.result()
    causes = Counter(
        outcome.why
        for each in round_.pending
        if isinstance(outcome := round_.last[each.key], NotSent | Uncertain)
    )
    _log.info(
        "Try %d of %d: %d of %d messages to repeat in %.1f s (%s)",
        state.attempt_number,
        round_.tries,
        len(round_.pending),
        len(round_.group),
        state.upcoming_sleep,
        ", ".join(cause for cause, _ in causes.most_common(3)) or "asked for",
    )
