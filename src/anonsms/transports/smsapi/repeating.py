"""Messages in doubt, submitted again; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Final

from attrs import frozen

from anonsms.message import Accepted, NotSent, Outbound, Outcome, Uncertain
from anonsms.transports.smsapi.submission import Submission


SAFE_TO_REPEAT: Final = timedelta(hours=12)
"""SMSAPI remembers an ``idx`` for 24 hours; half of it is surely safe."""


@frozen(repr=False)
class Case:
    """
    Messages in doubt, on their way to outcomes.

    Attributes:
        messages: All of them, in order.
        ready: What is to be submitted again, a request's worth each.
        told: What is known by now, by key.
    """

    messages: Sequence[Outbound]
    ready: Sequence[Sequence[Outbound]]
    told: dict[str, Outcome]

    def settle(
        self, outcomes: Iterable[Outcome], known: Collection[str]
    ) -> None:
        """
        Note what came of submitting again.

        That this time nothing left says nothing of the first time, and the
        id of another message settles nothing.
        """
        for outcome in outcomes:
            told = outcome
            if isinstance(outcome, NotSent):
                told = Uncertain(outcome.key, outcome.why)
            elif isinstance(outcome, Accepted) and (
                outcome.provider_id and outcome.provider_id in known
            ):
                told = Uncertain(outcome.key, "its id is another message's")
            self.told[outcome.key] = told

    def outcomes(self) -> list[Outcome]:
        """One for each message, in their order."""
        return [self.told[message.key] for message in self.messages]


def case_of(
    messages: Sequence[Outbound],
    submission: Submission,
    size: int,
    *,
    late: bool,
) -> Case:
    """
    What may be submitted again, and what stays open without it.

    Args:
        messages: Those in doubt.
        submission: Knows where each was left, and learns that they are in
            doubt.
        size: Messages in one request.
        late: Whether SMSAPI may have forgotten their keys.
    """
    told: dict[str, Outcome] = {}
    safe: list[Outbound] = []
    account, hosts = submission.account, submission.hosts
    for message in messages:
        why = ""
        if late:
            why = "too late to repeat: SMSAPI may have forgotten its key"
        elif account.backup and hosts.where(message.key) is None:
            why = "which of the two hosts may have it is not known here"
        if why:
            told[message.key] = Uncertain(message.key, why)
        else:
            hosts.doubt(message.key, account.base)
            safe.append(message)
    ready = [safe[start : start + size] for start in range(0, len(safe), size)]
    return Case(messages, ready, told)
