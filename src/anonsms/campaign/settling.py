"""Settling doubts: what the provider says of messages whose answer is lost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from attrs import frozen

from anonsms.audience import Contact
from anonsms.campaign.dispatch import Dispatch, outbound
from anonsms.campaign.doubts import Doubt, doubts_about, ids_given
from anonsms.campaign.screening import rendering, screen
from anonsms.campaign.wiring import Wiring
from anonsms.errors import ConfigurationError, TransportError
from anonsms.gate import Case, Spending, Terms
from anonsms.masking import scrub
from anonsms.message import Outbound, Outcome
from anonsms.template import Template
from anonsms.transport import Reconciles


@frozen
class Settling:
    """
    Asks the provider about messages in doubt.

    Attributes:
        wiring: The shop.
        campaign: The campaign's id.
        terms: What the messages share.
        template: What they said.
        dispatch: Writes down what is learnt.
    """

    wiring: Wiring
    campaign: str
    terms: Terms
    template: Template
    dispatch: Dispatch

    def settle(self, contacts: Sequence[Contact], *, final: bool) -> None:
        """
        Settle the doubts about some people, as far as the provider can.

        Raises:
            ConfigurationError: The transport cannot be asked.
            TransportError: The provider could not be asked; all that was in
                doubt is so still.
        """
        transport = self.wiring.transport
        if not isinstance(transport, Reconciles):
            raise ConfigurationError(
                f"The transport {transport.name!r} cannot ask its provider "
                "what became of a message: it has no reconcile(). Receipts "
                "settle doubts too."
            )
        ready = list(self._ready(contacts))
        if not ready:
            return
        store = self.wiring.ledger.store
        since = min(doubt.since for _, doubt in ready)
        outcomes = _asked(
            transport,
            [outbound(case, doubt.intent) for case, doubt in ready],
            since,
            final=final,
            known=ids_given(store, [doubt.intent.token for _, doubt in ready]),
        )
        self.dispatch.record(
            [(case, doubt.intent) for case, doubt in ready], outcomes
        )

    def _ready(
        self, contacts: Sequence[Contact]
    ) -> Iterator[tuple[Case, Doubt]]:
        """The doubts that may be asked about."""
        wiring = self.wiring
        tokens = wiring.ledger.tokens(contact.number for contact in contacts)
        doubts = doubts_about(wiring.ledger.store, self.campaign, tokens)
        asked = [
            (contact, doubts[token])
            for contact, token in zip(contacts, tokens, strict=True)
            if token in doubts
        ]
        if not asked:
            return
        now = wiring.clock()
        states = wiring.ledger.standings(
            [doubt.intent.token for _, doubt in asked], self.terms.purpose, now
        )
        decided = screen(
            self.terms,
            self.template,
            [contact for contact, _ in asked],
            states=states,
            sent=[""] * len(asked),
            # They are counted as used up already.
            spent=Spending(),
            now=now,
        )
        # A provider that knows a message again by its key is asked by
        # handing it over again, and that may send it: so the gate decides.
        may_send = wiring.transport.capabilities.idempotent_for is not None
        for (contact, doubt), (case, refusal) in zip(
            asked, decided, strict=True
        ):
            readable = isinstance(
                rendering(self.template, contact.values)(), str
            )
            if readable and (refusal is None or not may_send):
                yield case, doubt


def _asked(
    transport: Reconciles,
    messages: Sequence[Outbound],
    since: datetime,
    *,
    final: bool,
    known: Sequence[str],
) -> Sequence[Outcome]:
    """What the provider says; of a stranger's error the type alone."""
    try:
        return transport.reconcile(messages, since, final=final, known=known)
    except TransportError as error:
        failure = TransportError(scrub(str(error)))
    except Exception as error:  # noqa: BLE001 - a stranger's transport
        failure = TransportError(
            f"The transport {transport.name!r} broke with "
            f"{type(error).__name__} when it was asked what became of "
            "messages. They are in doubt still."
        )
    raise failure
