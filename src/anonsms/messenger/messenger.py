"""The messenger: what a shop calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import overload

from anonsms.audience import Audience, Contact
from anonsms.campaign import Campaign, Outbox
from anonsms.campaign.screening import rendering
from anonsms.consent import MARKETING, ConsentEvent, Purpose, Wording
from anonsms.errors import CampaignError, ConfigurationError
from anonsms.gate import Budget, Decision, decide
from anonsms.ledger import Ledger
from anonsms.ledger.door import no_number
from anonsms.masking import MaskedValues, MessageText
from anonsms.message import (
    DeliveryReceipt,
    Event,
    Inbound,
    Originator,
    Outcome,
    ProviderOptOut,
)
from anonsms.messenger.arriving import heed, parsed, stand
from anonsms.messenger.receiving import Received
from anonsms.messenger.sending import box_of, case_of, send_one
from anonsms.messenger.setting import wire
from anonsms.phone import PhoneNumber
from anonsms.prices import PriceTable
from anonsms.template import Template
from anonsms.transport import Transport, WebhookReply, WebhookRequest


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
        opt_in_policy: str = "",
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
            opt_in_policy: Version of the privacy notice that announces what
                START means; needed with ``opt_in_wording``.
            confirm_within: How long after an opt-out it may be confirmed.

        Raises:
            ConfigurationError: The originator is none, the transport does
                not take its kind, or no notice announces what START means.
        """
        self._reception = wire(
            transport,
            ledger,
            originator=originator,
            country=country,
            prices=prices,
            clock=clock,
            opt_in_wording=opt_in_wording,
            opt_in_policy=opt_in_policy,
            confirm_within=confirm_within,
        )
        self._wiring = self._reception.wiring

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
            InvalidNumberError: ``to`` is no :class:`PhoneNumber`.
            TransportError: The account cannot send and nothing left; or
                the transport broke, and the message is in doubt.
            ConfigurationError: This thread is inside a transaction of the
                ledger, which it could still roll back.
        """
        values = MaskedValues(values)
        if not isinstance(to, PhoneNumber):
            kind = type(to).__name__
            del to
            raise no_number(kind)
        wiring = self._wiring
        box = box_of(wiring, key)
        del key
        terms = wiring.terms(
            template, wiring.ledger.purpose(purpose), budget=budget
        )
        decision, outcome = send_one(
            wiring, terms, to, rendering(template, values), box=box
        )
        if outcome is None:
            raise decision.refusal(wiring.ledger.pseudonym(to))
        return outcome

    def explain(  # noqa: PLR0913 - as send
        self,
        template: Template,
        *,
        to: PhoneNumber,
        purpose: str | Purpose,
        values: Mapping[str, object] | None = None,
        key: str | None = None,
        budget: Budget | None = None,
    ) -> Decision:
        """
        Say what :meth:`send` would decide, and why; send nothing.

        Print the answer: it lists every step with what was looked at.
        """
        values = MaskedValues(values)
        if not isinstance(to, PhoneNumber):
            kind = type(to).__name__
            del to
            raise no_number(kind)
        wiring = self._wiring
        token = wiring.ledger.token(to)
        box = Outbox(
            wiring.ledger.store,
            box_of(wiring, key),
            wiring.prices.currency,
        )
        del key
        case = case_of(
            wiring,
            wiring.terms(
                template, wiring.ledger.purpose(purpose), budget=budget
            ),
            to,
            rendering(template, values),
            token=token,
            sent_before=box.sent([token]).get(token, ""),
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
            contacts = list(audience)
            for contact in contacts:
                if not isinstance(contact, Contact):
                    raise CampaignError(
                        "An audience is made of Contacts: read_contacts(...)"
                        " makes them of rows and files. One of these is a "
                        f"{type(contact).__name__}."
                    )
            audience = Audience.of(contacts)
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
    @overload
    def receive(self, event: ProviderOptOut) -> ConsentEvent | None: ...
    def receive(self, event: Event) -> Received | bool | ConsentEvent | None:
        """
        Take in what came from the network.

        Args:
            event: A text from a handset, a receipt, or a provider's word
                that somebody left.

        Returns:
            For a text, what it meant and what was done. For a receipt,
            whether it moved a message: late and repeated ones do not. For
            a provider's word, what was recorded, if it was news.
        """
        if isinstance(event, DeliveryReceipt):
            return stand(self._wiring, event)
        if isinstance(event, ProviderOptOut):
            return heed(self._wiring, event)
        if not isinstance(event, Inbound):
            raise ConfigurationError(
                "receive() takes an Inbound, a DeliveryReceipt or a "
                f"ProviderOptOut. This was a {type(event).__name__}; for a "
                "bare text there is receive_text()."
            )
        reply = self._reception.read(event.text.reveal(), event.sender)
        return self._reception.act(
            reply, event.sender, event.at, answered=event.answered
        )

    def receive_webhook(self, request: WebhookRequest) -> WebhookReply:
        """
        Take in a provider's call, and say what to answer.

        What it told is durable when this returns. A call that the provider
        did not make, or that cannot be read, changes nothing; the logger
        ``anonsms.messenger`` says why.

        Args:
            request: As the web server got it, the body's raw bytes.

        Returns:
            Status and body for the provider.

        Raises:
            ConfigurationError: The transport has no webhooks.
            LedgerError: It could not be written down. Answer with a 500:
                most providers call again.
        """
        events, reply = parsed(self._wiring.transport, request)
        for event in events:
            self.receive(event)
        return reply

    def receive_text(
        self, text: str | MessageText, sender: PhoneNumber
    ) -> Received:
        """
        Read one reply and act on it at once.

        An opt-out is durable in the ledger when this returns, and confirmed
        by one text. What may have been one pauses marketing until somebody
        has read it.

        Args:
            text: What it says.
            sender: Who wrote it.

        Raises:
            InvalidNumberError: ``sender`` is no :class:`PhoneNumber`.
            ConfigurationError: This thread is inside a transaction of the
                ledger, which it could still roll back.
        """
        if not isinstance(sender, PhoneNumber):
            kind = type(sender).__name__
            del text, sender
            raise no_number(kind)
        if isinstance(text, MessageText):
            text = text.reveal()
        reply = self._reception.read(text, sender)
        # Tracebacks with locals would show what the person wrote.
        del text
        return self._reception.act(reply, sender, self._wiring.clock())

    def __repr__(self) -> str:
        return (
            f"<{type(self).__name__} {self.originator.text!r} over "
            f"{self.transport.name}>"
        )
