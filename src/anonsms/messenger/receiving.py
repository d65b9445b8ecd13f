"""What a reply does: an opt-out counts at once and is confirmed once."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen

from anonsms.campaign import Wiring
from anonsms.consent import (
    MARKETING,
    SERVICE,
    ConsentEvent,
    Scope,
    Source,
    Status,
    Wording,
)
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
    """

    sender: PhoneNumber
    reply: Reply
    events: tuple[ConsentEvent, ...] = ()
    confirmation: Outcome | None = None
    decision: Decision | None = None

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
    """

    wiring: Wiring
    country: str | None = None
    confirm_within: timedelta = field(default=timedelta(minutes=5))
    opt_in_wording: Wording | None = None

    def read(self, text: str, sender: PhoneNumber) -> Reply:
        """Say what a text means."""
        return parse_reply(
            text,
            region=sender.region or self.country,
            originator=self.wiring.originator.text,
        )

    def act(self, reply: Reply, sender: PhoneNumber) -> Received:
        """Do what a reply asks for."""
        if reply.intent is Intent.OPT_OUT:
            return self._stop(sender, reply)
        if reply.intent is Intent.REVIEW:
            event = self.wiring.ledger.pause(
                sender,
                scope=reply.scope,
                source=Source.SMS,
                rule=reply.rule,
            )
            return Received(sender, reply, (event,))
        if reply.intent is Intent.OPT_IN:
            return Received(sender, reply, self._start(sender, reply))
        return Received(sender, reply)

    def _stop(self, sender: PhoneNumber, reply: Reply) -> Received:
        # It counts from now and not from when the network says it was
        # written: a reply that was long under way stops the next text too.
        wiring = self.wiring
        event = wiring.ledger.withdraw(
            sender, scope=reply.scope, source=Source.SMS, rule=reply.rule
        )
        if wiring.transport.capabilities.answers_stop:
            return Received(sender, reply, (event,))
        state = wiring.ledger.state(sender, MARKETING)
        since = state.since or event.at
        text = confirmation(
            reply.language,
            sender.region or self.country,
            wiring.originator.text,
        )
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
        return Received(sender, reply, (event,), outcome, decision)

    def _start(
        self, sender: PhoneNumber, reply: Reply
    ) -> tuple[ConsentEvent, ...]:
        ledger = self.wiring.ledger
        # A yes counts only for somebody who had left: anybody else may be
        # answering a question that has nothing to do with us.
        events = []
        if ledger.state(sender, SERVICE).status is Status.WITHDRAWN:
            events.append(
                ledger.reopen(
                    sender,
                    scope=Scope.ALL,
                    source=Source.SMS,
                    rule=reply.rule,
                )
            )
        elif ledger.state(sender, MARKETING).status is not Status.WITHDRAWN:
            return ()
        if self.opt_in_wording is not None:
            events.append(
                ledger.grant(
                    sender,
                    MARKETING,
                    wording=self.opt_in_wording,
                    source=Source.SMS,
                )
            )
        return tuple(events)
