"""The messenger: what a shop calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import overload

from anonsms.audience import Audience, Contact
from anonsms.campaign import Campaign, Wiring
from anonsms.campaign.outbox import apply_receipt
from anonsms.campaign.screening import rendering
from anonsms.consent import MARKETING, Purpose, Wording
from anonsms.errors import ConfigurationError
from anonsms.gate import Budget, Decision, decide
from anonsms.ledger import Ledger
from anonsms.message import DeliveryReceipt, Inbound, Originator, Outcome
from anonsms.messenger.receiving import Received, Reception
from anonsms.messenger.sending import box_of, case_of, send_one
from anonsms.phone import PhoneNumber
from anonsms.prices import PriceTable
from anonsms.template import Template
from anonsms.transport import Transport


class Messenger:
    """
    Texts people privately: one at a time, never past the gate.

    Threads may share one messenger.

    Attributes:
        ledger: Knows who said yes and who said stop.
        transport: Carries the texts.
        originator: Whom they are from.
        prices: What a part costs.
    """

    def __init__(  # noqa: PLR0913 - each is a choice of the shop's own
        self,
        transport: Transport,
        ledger: Ledger,
        *,
        originator: str | Originator,
        country: str | None = None,
        prices: PriceTable | None = None,
        clock: Callable[[], datetime] | None = None,
        opt_in_wording: Wording | None = None,
        confirm_within: timedelta = timedelta(minutes=5),
    ) -> None:
        """
        Wire the pieces of a shop.

        Args:
            transport: Carries the texts.
            ledger: Knows who said yes and who said stop.
            originator: A name of up to 11 characters, a short code, or a
                number in E.164 form.
            country: The shop's home (ISO 3166-1 alpha-2): how replies are
                read that come from numbers of no country.
            prices: What a part costs; round figures for trying things out
                if not given.
            clock: Tells the time, aware; the ledger's own by default.
            opt_in_wording: What a person agrees to who texts START after
                having left. Without one, START is on record and grants
                nothing.
            confirm_within: How long after an opt-out it may be confirmed.

        Raises:
            ConfigurationError: The originator is none, or the transport
                does not take its kind.
        """
        if country is not None and not _is_country(country):
            raise ConfigurationError(
                "A country is an ISO 3166-1 alpha-2 code in capitals, such "
                "as 'FR'."
            )
        if isinstance(originator, str):
            originator = Originator.parse(originator)
        self._wiring = Wiring(
            transport=transport,
            ledger=ledger,
            originator=originator,
            prices=prices or PriceTable.illustrative(),
            clock=clock or ledger.clock,
        )
        self._reception = Reception(
            wiring=self._wiring,
            country=country,
            confirm_within=confirm_within,
            opt_in_wording=opt_in_wording,
        )

    @property
    def ledger(self) -> Ledger:
        """Knows who said yes and who said stop."""
        return self._wiring.ledger

    @property
    def transport(self) -> Transport:
        """Carries the texts."""
        return self._wiring.transport

    @property
    def originator(self) -> Originator:
        """Whom the texts are from."""
        return self._wiring.originator

    @property
    def prices(self) -> PriceTable:
        """What a part costs."""
        return self._wiring.prices

    def send(  # noqa: PLR0913 - the parts of one message
        self,
        template: Template,
        *,
        to: PhoneNumber,
        purpose: str | Purpose,
        values: Mapping[str, object] | None = None,
        key: str | None = None,
        budget: Budget | None = None,
    ) -> Outcome:
        """
        Text one person, if the gate agrees.

        Args:
            template: What it says.
            to: Whom it goes to.
            purpose: What it is for, e.g. ``"service"``.
            values: The person's values by tag.
            key: Your name for this message to this person, e.g.
                ``"order-4711-shipped"``: sent once, however often asked.
            budget: Limits, of which ``max_parts`` counts here.

        Returns:
            What the provider said; it is on record too.

        Raises:
            SendRefusedError: The gate said no; its class tells why.
            TemplateError: A value is missing or was refused.
            UnknownPurposeError: Nobody declared the purpose.
            TransportError: The account cannot send; nothing left.
        """
        wiring = self._wiring
        terms = wiring.terms(
            template, wiring.ledger.purpose(purpose), budget=budget
        )
        render = rendering(template, values or {})
        # Tracebacks with locals would show the person's values.
        del values
        decision, outcome = send_one(
            wiring, terms, to, render, box=box_of(key)
        )
        if outcome is None:
            raise decision.refusal(wiring.ledger.pseudonym(to))
        return outcome

    def explain(
        self,
        template: Template,
        *,
        to: PhoneNumber,
        purpose: str | Purpose,
        values: Mapping[str, object] | None = None,
        budget: Budget | None = None,
    ) -> Decision:
        """
        Say what :meth:`send` would decide, and why; send nothing.

        Print the answer: it lists every step with what was looked at.
        """
        wiring = self._wiring
        case = case_of(
            wiring,
            wiring.terms(
                template, wiring.ledger.purpose(purpose), budget=budget
            ),
            to,
            rendering(template, values or {}),
            token=wiring.ledger.token(to),
        )
        return decide(case)

    def campaign(
        self,
        id: str,  # noqa: A002 - the field's own name for it
        template: Template,
        audience: Audience | Iterable[Contact],
        *,
        purpose: str | Purpose = MARKETING,
        budget: Budget | None = None,
    ) -> Campaign:
        """
        Prepare one text for many people; nothing is sent yet.

        Args:
            id: Your name for the text, e.g. ``"soldes-2026"``. The same id
                never texts a person twice.
            template: What people get.
            audience: Who is considered.
            purpose: What it is for.
            budget: Limits that you set yourself.

        Raises:
            CampaignError: The id is empty or reserved.
            UnknownPurposeError: Nobody declared the purpose.
        """
        if not isinstance(audience, Audience):
            audience = Audience.of(audience)
        return Campaign(
            self._wiring,
            id,
            template,
            audience=audience,
            purpose=self.ledger.purpose(purpose),
            budget=budget or Budget(),
        )

    @overload
    def receive(self, event: Inbound) -> Received: ...
    @overload
    def receive(self, event: DeliveryReceipt) -> bool: ...
    def receive(self, event: Inbound | DeliveryReceipt) -> Received | bool:
        """
        Take in what came from the network.

        Args:
            event: A text from a handset, or a receipt.

        Returns:
            For a text, what it meant and what was done. For a receipt,
            whether it moved a message: late and repeated ones do not.
        """
        if isinstance(event, DeliveryReceipt):
            return apply_receipt(
                self.ledger.store, event, self._wiring.clock()
            )
        return self.receive_text(event.text.reveal(), sender=event.sender)

    def receive_text(self, text: str, sender: PhoneNumber) -> Received:
        """
        Read one reply and act on it at once.

        An opt-out is durable in the ledger when this returns, and confirmed
        by one text. What may have been one pauses marketing until somebody
        has read it.

        Args:
            text: What it says.
            sender: Who wrote it.
        """
        reply = self._reception.read(text, sender)
        # Tracebacks with locals would show what the person wrote.
        del text
        return self._reception.act(reply, sender)

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.originator.text!r} over "
            f"{self.transport.name}>"
        )


def _is_country(text: str) -> bool:
    return len(text) == 2 and text.isascii() and text.isupper()  # noqa: PLR2004
