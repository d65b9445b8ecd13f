"""The telephone exchange: where one message meets its fate."""

from __future__ import annotations

from typing import Final

from attrs import define, evolve, field

from anonsms.masking import MessageText
from anonsms.message import (
    Accepted,
    DeliveryReceipt,
    DeliveryStatus,
    Inbound,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Uncertain,
)
from anonsms.phone import PhoneNumber
from anonsms.transport import Capabilities
from anonsms.transports.fake.behaviour import Behaviour
from anonsms.transports.fake.fate import (
    Answer,
    Fate,
    Handset,
    draws,
    fate_of,
    handset_of,
)
from anonsms.transports.fake.orders import Failures, Refusal
from anonsms.transports.fake.records import Line, Records
from anonsms.transports.fake.replies import wording
from anonsms.transports.fake.timeline import Timeline


_CODES: Final = {
    DeliveryStatus.UNDELIVERED: "absent-subscriber",
    DeliveryStatus.EXPIRED: "expired",
}
_DEAD_CODE: Final = "unknown-subscriber"
_ALIVE: Final = Handset(bad=False, dead=False, tongue=0.0)


@define
class Exchange:
    """
    Takes single messages, and plans what comes of them.

    Attributes:
        key: From :func:`~anonsms.transports.fake.fate.seed_key`.
        behaviour: The rates.
        capabilities: What the provider can do.
        timeline: Where receipts and replies are planned.
        records: What was taken.
        failures: What tests ordered for the next messages.
        stopping: The provider's ids of replies that want no more texts.
    """

    key: bytes = field(repr=False)
    behaviour: Behaviour
    capabilities: Capabilities
    timeline: Timeline
    records: Records = field(factory=Records)
    failures: Failures = field(factory=Failures)
    stopping: set[str] = field(factory=set)
    _calm: Fate | None = field(init=False)

    @_calm.default
    def _the_one_fate(self) -> Fate | None:
        # Where nothing is left to chance, all texts share one fate, and
        # nothing has to be drawn, which takes most of the time.
        if self.behaviour.chancy:
            return None
        return fate_of(draws(self.key, "", 0), self.behaviour, _ALIVE)

    def line(self, number: PhoneNumber) -> Line:
        """What the network knows of a number; a new line if nothing yet."""
        line = self.records.lines.get(number)
        if line is None:
            line = Line(
                _ALIVE
                if self._calm
                else handset_of(self.key, number.reveal(), self.behaviour)
            )
            self.records.lines[number] = line
        return line

    def offer(self, message: Outbound) -> Outcome:
        """One message, and what the provider says to it."""
        line = self.line(message.number)
        nth = line.offered
        line.offered += 1
        if self._calm is not None and line.script is None:
            fate = self._calm
        else:
            fate = fate_of(
                draws(self.key, message.number.reveal(), nth),
                self.behaviour,
                _ALIVE if line.script else line.handset,
                line.script.delivery if line.script else None,
            )
        answer, taken = self._answer(message, line, fate)
        if isinstance(answer, Rejected):
            self.records.rejected += 1
            return answer
        if answer is not None and not taken:
            return answer
        provider_id = self._take(message, line, fate)
        return answer or Accepted(message.key, provider_id)

    def _answer(
        self, message: Outbound, line: Line, fate: Fate
    ) -> tuple[Refusal | None, bool]:
        """What is said instead of "accepted", and whether it leaves."""
        ordered, taken = self.failures.of_message()
        if ordered is None and line.script is not None:
            ordered, taken = line.script.answer, line.script.taken
        if message.originator.kind not in self.capabilities.originators:
            ordered = Rejected("", Rejection.ORIGINATOR, "originator")
        if ordered is not None:
            return evolve(ordered, key=message.key), taken
        if line.script is None and fate.refused is not None:
            code = fate.refused.replace(" ", "-")
            return Rejected(message.key, fate.refused, code), False
        if line.script is None and fate.doubtful:
            return Uncertain(message.key, "read timed out"), not fate.lost
        return None, True

    def _take(self, message: Outbound, line: Line, fate: Fate) -> str:
        """Take the message; plan its receipts and what is written back."""
        copy = self.records.enter(message, line, fate.truth)
        provider_id = provider_id_of(copy, message.key)
        if self.capabilities.receipts:
            code = _CODES.get(fate.truth, "")
            if line.handset.dead and line.script is None:
                code = _DEAD_CODE
            after = self.timeline.after
            for arrives, status, at in fate.notices:
                said = code if status is fate.truth else ""
                when = after(at)
                receipt = DeliveryReceipt(provider_id, status, when, said)
                self.timeline.plan(
                    when if arrives == at else after(arrives), receipt
                )
        if not self.capabilities.replies:
            return provider_id
        if line.script is None:
            if fate.answer is not None:
                self._plan_answer(message, line, fate.answer, copy)
        elif (
            line.script.reply is not None
            and fate.truth is DeliveryStatus.DELIVERED
        ):
            wait = self.behaviour.reply_delay.total_seconds()
            self._plan_reply(
                message, line.script.reply, fate.settled + wait, copy
            )
        return provider_id

    def _plan_answer(
        self, message: Outbound, line: Line, answer: Answer, copy: int
    ) -> None:
        if answer.kind.ends_it:
            self.stopping.add(provider_id_of(copy, message.key, "reply-"))
        elif not message.originator.answerable:
            # Nobody can answer a name. Only who wants no more texts writes,
            # to the number that the text gives for it.
            return
        text = wording(
            message.number.region or "",
            line.handset.tongue,
            answer.kind,
            answer.pick,
        )
        for arrives in answer.arrivals:
            self._plan_reply(message, text, arrives, copy)

    def _plan_reply(
        self, message: Outbound, text: MessageText, arrives: float, copy: int
    ) -> None:
        origin = message.originator
        at = self.timeline.after(arrives)
        reply = Inbound(
            message.number,
            text,
            at,
            origin.text if origin.answerable else "",
            provider_id_of(copy, message.key, "reply-"),
        )
        self.timeline.plan(at, reply)


def provider_id_of(copy: int, key: str, what: str = "") -> str:
    """The provider's id of a message, or of a reply to it."""
    # Made from the key, which is opaque and the shop's own; never from the
    # number, which could be guessed back.
    return f"fake-{what}{copy}-{key}"
