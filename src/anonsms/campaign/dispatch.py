"""Handing over messages: the intent first, the outcome after."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from attrs import define

from anonsms.campaign.outbox import Intent, Outbox
from anonsms.consent import Scope, Source
from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    TransportError,
)
from anonsms.gate import Case
from anonsms.ledger import Ledger
from anonsms.masking import MessageText, scrub
from anonsms.message import (
    Accepted,
    NotSent,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.transport import Transport


_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,30}|[0-9]{1,6}")


def attempt_id() -> str:
    """A new opaque id; it tells nothing about the person."""
    return secrets.token_hex(16)


def intent_of(case: Case, token: bytes) -> Intent:
    """What is written down before a case is handed over."""
    return Intent(token, attempt_id(), case.parts, case.price)


@define
class Dispatch:
    """
    Hands messages to a transport, each at most once.

    Attributes:
        transport: Carries them.
        outbox: Where the intents stand.
        ledger: Where it is noted whom the provider blocks.
        clock: Tells the time; aware, UTC.
    """

    transport: Transport
    outbox: Outbox
    ledger: Ledger
    clock: Callable[[], datetime]

    def send(
        self, ready: Sequence[tuple[Case, Intent]]
    ) -> list[tuple[Intent, Outcome]]:
        """
        Hand over messages whose intents are committed.

        Returns:
            The outcomes in their order; whatever they are, they are
            written down.

        Raises:
            TransportError: The account cannot send, and the intents were
                taken back; or the transport broke, or lost the answer
                (:class:`LostAnswerError`), and they are in doubt.
        """
        intents = [intent for _, intent in ready]
        batch = [outbound(case, intent) for case, intent in ready]
        failure: TransportError | None = None
        try:
            outcomes = _outcomes(intents, self.transport.send(batch))
        except LostAnswerError as error:
            # "Nothing has left" is just what it does not say.
            self.outbox.settle(_outcomes(intents, ()), self.clock())
            failure = LostAnswerError(scrub(str(error)))
        except TransportError as error:
            self.outbox.forget(intents)
            failure = TransportError(scrub(str(error)))
        except Exception as error:  # noqa: BLE001 - a stranger's transport
            self.outbox.settle(_outcomes(intents, ()), self.clock())
            failure = TransportError(
                f"The transport {self.transport.name!r} broke with "
                f"{type(error).__name__}. The batch is in doubt and is not "
                "repeated; the rest was not tried."
            )
        if failure is not None:
            # Out here, so that it does not carry the stranger's error, and
            # with it perhaps a number, as its context.
            raise failure
        self._write(ready, outcomes)
        return outcomes

    def record(
        self,
        ready: Sequence[tuple[Case, Intent]],
        answers: Sequence[Outcome],
    ) -> None:
        """
        Write down what was learnt of messages in doubt.

        Raises:
            TransportError: The answers are none; nothing is settled.
        """
        intents = [intent for _, intent in ready]
        try:
            outcomes = _outcomes(intents, answers)
        except Exception as error:  # noqa: BLE001 - a stranger's answers
            broken = type(error).__name__
        else:
            self._write(ready, outcomes)
            return
        raise TransportError(
            f"What the transport {self.transport.name!r} answered is no "
            f"outcome ({broken}). The messages are in doubt still."
        )

    def _write(
        self,
        ready: Sequence[tuple[Case, Intent]],
        outcomes: Sequence[tuple[Intent, Outcome]],
    ) -> None:
        # The stop first: a crash after this costs a doubt, one before it a
        # text to somebody who left.
        for (case, _), (_, outcome) in zip(ready, outcomes, strict=True):
            if (
                isinstance(outcome, Rejected)
                and outcome.reason is Rejection.OPTED_OUT
            ):
                self.ledger.withdraw(
                    case.number,
                    scope=Scope.ALL,
                    source=Source.PROVIDER,
                    rule=provider_rule(self.transport, outcome.code),
                )
        self.outbox.settle(outcomes, self.clock())


def outbound(case: Case, intent: Intent) -> Outbound:
    """The message of a case, as a transport gets to see it."""
    return Outbound(
        number=case.number,
        text=MessageText(case.body),
        originator=case.terms.originator,
        key=intent.attempt,
    )


def provider_rule(transport: Transport, code: str) -> str:
    """The id of the rule by which a provider's word counts as a stop."""
    # A code stays on record for ever, so it must look like one.
    if not _CODE.fullmatch(code):
        return transport.name
    return f"{transport.name}.{code.lower()}"


def _outcomes(
    intents: Sequence[Intent], answers: Sequence[Outcome]
) -> list[tuple[Intent, Outcome]]:
    """Match answers to attempts by key; silence is uncertainty."""
    by_key = {answer.key: _sound(answer) for answer in answers}
    return [
        (
            intent,
            by_key.get(intent.attempt)
            or Uncertain(intent.attempt, "the transport gave no outcome"),
        )
        for intent in intents
    ]


def _sound(answer: Outcome) -> Outcome:
    """Refuse what a transport's author got wrong, before it is stored."""
    if isinstance(answer, Accepted):
        answer.provider_id.encode()
    elif isinstance(answer, Rejected):
        Rejection(answer.reason)
    elif not isinstance(answer, Uncertain | NotSent):
        raise TypeError(type(answer).__name__)
    return answer


def fit_to_send(ledger: Ledger) -> None:
    """
    Refuse to send where what follows could not be kept.

    Raises:
        ConfigurationError: This thread is inside a transaction, or the key
            ring may not record.
    """
    if ledger.store.in_transaction:
        raise ConfigurationError(
            "A text cannot be taken back, and a transaction can: send and "
            "receive after the transaction, not inside it."
        )
    if not ledger.may_record:
        raise ConfigurationError(
            "This key ring cannot record an opt-out, so nobody is texted "
            "with it. Use the shop's whole ring; a restricted one may plan "
            "and explain."
        )
