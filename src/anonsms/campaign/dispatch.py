"""Handing over messages: the intent first, the outcome after."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from attrs import define

from anonsms.campaign.outbox import Intent, Outbox
from anonsms.errors import TransportError
from anonsms.gate import Case
from anonsms.ledger import Store
from anonsms.masking import MessageText
from anonsms.message import Outbound, Outcome, Uncertain
from anonsms.transport import Transport


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
        store: The database of both outbox and consents.
        clock: Tells the time; aware, UTC.
    """

    transport: Transport
    outbox: Outbox
    store: Store
    clock: Callable[[], datetime]

    def send(
        self, ready: Sequence[tuple[Case, Intent]]
    ) -> dict[bytes, Outcome]:
        """
        Hand over messages whose intents are committed.

        Returns:
            The outcome by token; whatever it is, it is written down.

        Raises:
            TransportError: The account cannot send, and the intents were
                taken back; or the transport broke, and they are in doubt.
        """
        batch = [
            Outbound(
                number=case.number,
                text=MessageText(case.body),
                originator=case.terms.originator,
                key=intent.attempt,
            )
            for case, intent in ready
        ]
        try:
            answers = self.transport.send(batch)
        except TransportError:
            self.outbox.forget(intent.attempt for _, intent in ready)
            raise
        except Exception as error:  # noqa: BLE001 - a stranger's transport
            self._settle(ready, ())
            raise TransportError(
                f"The transport {self.transport.name!r} broke with "
                f"{type(error).__name__}. The batch is in doubt and is not "
                "repeated; the rest was not tried."
            ) from None
        return self._settle(ready, answers)

    def _settle(
        self,
        ready: Sequence[tuple[Case, Intent]],
        answers: Sequence[Outcome],
    ) -> dict[bytes, Outcome]:
        by_key = {answer.key: answer for answer in answers}
        outcomes = {
            intent.token: by_key.get(intent.attempt)
            or Uncertain(intent.attempt, "the transport gave no outcome")
            for _, intent in ready
        }
        self.outbox.settle(outcomes, self.clock())
        return outcomes
