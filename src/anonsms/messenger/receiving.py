"""What a reply does: an opt-out counts at once and is confirmed once."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import field, frozen

from anonsms.campaign import Wiring
from anonsms.campaign.dispatch import fit_to_send
from anonsms.consent import (
    MARKETING,
    SERVICE,
    ConsentEvent,
    Scope,
    Source,
    Status,
    Wording,
)
from anonsms.errors import TransportError
from anonsms.gate import Decision, Terms
from anonsms.message import Outcome
from anonsms.messenger.sending import send_one
from anonsms.optout import Intent, Reply, confirmation, parse_reply
from anonsms.phone import PhoneNumber


@frozen(repr=False)
class Received:
    """
    What one inbound text meant and what was done about it.

    Attributes:
        sender: Who wrote it.
        reply: What it was understood to mean.
        events: What was recorded in the ledger; durable.
        confirmation: What the provider said to the confirming text, if one
            was sent.
        decision: What the gate said to the confirming text, if it was
            asked.
        failure: Why the confirming text could not be handed over; what is
            recorded counts all the same.
    """

    sender: PhoneNumber
    reply: Reply
    events: tuple[ConsentEvent, ...] = ()
    confirmation: Outcome | None = None
    decision: Decision | None = None
    failure: str = ""

    def __repr__(self) -> str:
        done = ", ".join(event.kind for event in self.events) or "nothing"
        sent = ", confirmed" if self.confirmation is not None else ""
        return (
            f"<Received {self.reply.intent} from {self.sender.masked} "
            f"by {self.reply.rule}: {done} recorded{sent}>"
        )


@frozen(kw_only=True)
class Reception:
    """
    How a shop answers texts from handsets.

    Attributes:
        wiring: The shop.
        country: Its home, for replies from numbers of no country.
        confirm_within: How long after an opt-out it may be confirmed.
        opt_in_wording: What a person agrees to who texts START; without
            one, START records that they asked and grants nothing.
        opt_in_policy: Version of the privacy notice that announces it.
    """

    wiring: Wiring
    country: str | None = None
    confirm_within: timedelta = field(default=timedelta(minutes=5))
    opt_in_wording: Wording | None = None
    opt_in_policy: str = ""

    def read(self, text: str, sender: PhoneNumber) -> Reply:
        """Say what a text means."""
        return parse_reply(
            text,
            region=sender.region or self.country,
            originator=self.wiring.originator.text,
        )

    def act(
        self,
        reply: Reply,
        sender: PhoneNumber,
        said_at: datetime,
        *,
        answered: bool = False,
    ) -> Received:
        """
        Do what a reply asks for.

        Args:
            reply: What the text means.
            sender: Who wrote it.
            said_at: When it was written, as far as the network tells.
            answered: Whether the provider has confirmed it already.
        """
        fit_to_send(self.wiring.ledger)
        if reply.intent is Intent.OPT_OUT:
            return self._stop(sender, reply, answered=answered)
        if reply.intent is Intent.REVIEW:
            event = self.wiring.ledger.pause(
                sender,
                scope=reply.scope,
                source=Source.SMS,
                rule=reply.rule,
            )
            return Received(sender, reply, (event,))
        if reply.intent is Intent.OPT_IN:
            events = self._start(sender, reply, said_at)
            return Received(sender, reply, events)
        return Received(sender, reply)

    def _stop(
        self, sender: PhoneNumber, reply: Reply, *, answered: bool
    ) -> Received:
        # It counts from now and not from when the network says it was
        # written: a reply that was long under way stops the next text too.
        wiring = self.wiring
        event = wiring.ledger.withdraw(
            sender, scope=reply.scope, source=Source.SMS, rule=reply.rule
        )
        if answered or wiring.transport.capabilities.answers_stop:
            return Received(sender, reply, (event,))
        state = wiring.ledger.state(sender, MARKETING)
        since = state.since or event.at
        text = confirmation(
            reply.language,
            sender.region or self.country,
            wiring.originator.text,
        )
        try:
            decision, outcome = send_one(
                wiring,
                Terms(
                    purpose=SERVICE,
                    originator=wiring.originator,
                    prices=wiring.prices,
                    simulated=wiring.transport.capabilities.simulated,
                    confirming=self.confirm_within,
                ),
                sender,
                lambda: text,
                # One confirmation for each time that the person left.
                box=f"~stopped:{since.isoformat()}",
                standing_for=MARKETING,
            )
        except TransportError as error:
            # The opt-out counts, and whoever delivered the reply must not
            # think that it does not.
            return Received(sender, reply, (event,), failure=str(error))
        return Received(sender, reply, (event,), outcome, decision)

    def _start(
        self, sender: PhoneNumber, reply: Reply, said_at: datetime
    ) -> tuple[ConsentEvent, ...]:
        # A yes counts only for somebody who had left: anybody else may be
        # answering a question that has nothing to do with us. It counts
        # from when it was written: delivered twice, or late, it must not
        # undo a stop that came after it.
        ledger = self.wiring.ledger
        at = min(said_at, self.wiring.clock())
        events: list[ConsentEvent] = []
        with ledger.store.transaction():
            for purpose, scope in (
                (SERVICE, Scope.ALL),
                (MARKETING, Scope.MARKETING),
            ):
                state = ledger.state(sender, purpose)
                left = state.status is Status.WITHDRAWN
                if left and state.since is not None and at > state.since:
                    events.append(
                        ledger.reopen(
                            sender,
                            scope=scope,
                            source=Source.SMS,
                            at=at,
                            rule=reply.rule,
                        )
                    )
            if events and self.opt_in_wording is not None:
                events.append(
                    ledger.grant(
                        sender,
                        MARKETING,
                        wording=self.opt_in_wording,
                        source=Source.SMS,
                        policy=self.opt_in_policy,
                        at=at,
                    )
                )
        return tuple(events)
