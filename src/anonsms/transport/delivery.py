"""From a batch to its outcomes: groups, flows, repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol, cast

import anyio
from attrs import define, evolve, field

from anonsms.errors import (
    ConfigurationError,
    LostAnswerError,
    NeverLeftError,
)
from anonsms.message import (
    Accepted,
    NotSent,
    Outbound,
    Outcome,
    Rejected,
    Uncertain,
)
from anonsms.parts import measure
from anonsms.transport.flow import Flow, perform_async
from anonsms.transport.http import HttpRequest, HttpResponse
from anonsms.transport.limit import Cost
from anonsms.transport.protocol import Capabilities
from anonsms.transport.retry import WITHIN, repeat
from anonsms.transport.road import COMPLAINTS, LONGEST_WAIT, Halt, Road


_OUTCOMES: Final = (Accepted, Rejected, Uncertain, NotSent)
_NOTHING_YET: Final = Cost("", 1, 0)


class Sender(Protocol):
    """What a delivery needs of a transport."""

    @property
    def capabilities(self) -> Capabilities:
        """As :attr:`HttpTransport.capabilities`."""
        ...

    def groups(
        self, batch: Sequence[Outbound]
    ) -> Iterable[Sequence[Outbound]]:
        """As :meth:`HttpTransport.groups`."""
        ...

    def submit(self, group: Sequence[Outbound]) -> Flow[Sequence[Outcome]]:
        """As :meth:`HttpTransport.submit`."""
        ...


async def deliver(
    sender: Sender, batch: Sequence[Outbound], road: Road
) -> list[Outcome]:
    """
    Hand over a batch; repeat what never left.

    Also repeated is what is uncertain, if the provider knows a message
    again by its key: only within half of the time for which it does.

    Args:
        sender: The transport.
        batch: Single messages, each with a key of its own.
        road: By which requests go.

    Returns:
        One outcome for each message, in their order.

    Raises:
        ConfigurationError: Two messages have one key, or the transport is
            not set up; nothing has left.
    """
    if len({message.key for message in batch}) < len(batch):
        raise ConfigurationError(
            "Two messages of a batch have the same key. Give each message a "
            "key of its own: outcomes are matched by it."
        )
    halt = Halt()
    known_for = sender.capabilities.idempotent_for
    window = WITHIN if known_for is None else known_for.total_seconds() / 2

    async def attempt(messages: Sequence[Outbound]) -> list[Outcome]:
        return await _Run(sender, messages, road, halt).outcome()

    def again(outcome: Outcome) -> bool:
        if isinstance(outcome, NotSent):
            # One that has to wait for longer does not hold up the others.
            brief = (outcome.retry_after or 0.0) <= LONGEST_WAIT
            return brief and not halt.why
        doubtful = isinstance(outcome, Uncertain)
        return doubtful and known_for is not None and not halt.why

    outcomes = await repeat(
        attempt,
        batch,
        again=again,
        within=min(WITHIN, window),
        sleep=road.sleep,
    )
    if halt.failure is not None and not halt.begun:
        raise halt.failure
    return outcomes


@define(eq=False)
class _Run:
    """One try at some messages."""

    sender: Sender
    messages: Sequence[Outbound]
    road: Road
    halt: Halt
    _waiting: set[str] = field(init=False)
    _groups: Iterator[Sequence[Outbound]] = field(init=False)
    _outcomes: list[Outcome] = field(init=False, factory=list)
    _workers: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._waiting = {message.key for message in self.messages}
        self._groups = self._grouped()

    async def outcome(self) -> list[Outcome]:
        """What became of the messages, in any order."""
        if self.road.alone or len(self.messages) == 1:
            await self._work(None)
        else:
            async with anyio.create_task_group() as crew:
                self._hire(crew)
        why = self.halt.why or "not tried: no group of the transport has it"
        pause = self.halt.retry_after
        untried = [NotSent(key, why, pause) for key in self._waiting]
        return [*self._outcomes, *untried]

    def _hire(self, crew: anyio.abc.TaskGroup) -> None:
        """As many workers as requests may be under way at the moment."""
        most = min(self.road.pace.in_flight, len(self.messages))
        while self._workers < max(most, 1):
            self._workers += 1
            crew.start_soon(self._work, crew)

    async def _work(self, crew: anyio.abc.TaskGroup | None) -> None:
        """Take one group after the other, until there is none."""
        while (group := self._next_group()) is not None:
            self._outcomes += await self._submitted(group)
            if crew is not None:
                if self._workers > max(self.road.pace.in_flight, 1):
                    break
                self._hire(crew)
        self._workers -= 1

    def _grouped(self) -> Iterator[Sequence[Outbound]]:
        # A generator, so that it breaks where it is asked, if it does.
        yield from self.sender.groups(self.messages)

    def _next_group(self) -> Sequence[Outbound] | None:
        """The next group with messages that are still waiting."""
        while not self.halt.why and self._waiting:
            try:
                found = next(self._groups, None)
            except ConfigurationError as error:
                self.halt.misfit(error)
                return None
            except Exception as error:  # noqa: BLE001 - a stranger's code
                self.halt.call(
                    "not tried: the transport broke with "
                    f"{type(error).__name__} at grouping messages"
                )
                return None
            if found is None:
                return None
            new = [each for each in found if each.key in self._waiting]
            self._waiting.difference_update(each.key for each in new)
            if not new:
                continue
            why, pause = self.halt.said(new[0].originator.text)
            if not why:
                # A whole group may know more of itself than its messages.
                return found if len(new) == len(found) else new
            self._outcomes += [NotSent(each.key, why, pause) for each in new]
        return None

    async def _submitted(self, group: Sequence[Outbound]) -> list[Outcome]:
        asked = _Asked(self.road, self.halt)
        said: dict[str, Outcome] = {}
        silence: type[NotSent | Uncertain] | None = None
        why = "the transport said nothing about it"
        try:
            asked.cost = _cost(self.road, group)
            told = await perform_async(self.sender.submit(group), asked)
            said = {each.key: each for each in told if _is_outcome(each)}
        except NeverLeftError as error:
            silence, why = NotSent, str(error)
        except LostAnswerError as error:
            silence, why = Uncertain, str(error)
        except ConfigurationError as error:
            why = self.halt.misfit(error)
        except Exception as error:  # noqa: BLE001 - a stranger's code
            why = f"the transport broke with {type(error).__name__}"
        if silence is None:
            silence = Uncertain if asked.handed else NotSent
        outcomes = [
            said.get(each.key) or silence(each.key, why) for each in group
        ]
        if asked.refused:
            _, pause = self.halt.said(asked.cost.originator)
            outcomes = [_with_pause(each, pause) for each in outcomes]
        self._learn(outcomes, asked)
        return outcomes

    def _learn(self, outcomes: Sequence[Outcome], asked: _Asked) -> None:
        """Stop, or slow down, if that is what the outcomes tell."""
        for outcome in outcomes:
            if isinstance(outcome, Rejected) and outcome.account_wide:
                self.halt.call(
                    f"not tried: the account is refused ({outcome.reason})"
                )
        pause = _pause_of(outcomes)
        if pause is None or asked.refused or asked.paused or self.halt.why:
            return
        # A complaint is for the account, even if how long stands in a header
        # of its own; a code may be about the originator's queue alone.
        whom = None if asked.complained else asked.cost.originator
        self.road.pace.too_fast(pause, originator=whom)


@define(eq=False)
class _Asked:
    """
    The exchange of one flow.

    Attributes:
        handed: Whether a request of it was handed to the client.
        refused: Whether its last request was kept back before that.
        complained: Whether the provider's last status was a complaint.
        paused: Whether it said in the usual header how long to wait.
    """

    road: Road
    halt: Halt
    cost: Cost = _NOTHING_YET
    handed: bool = False
    refused: bool = False
    complained: bool = False
    paused: bool = False

    async def __call__(self, request: HttpRequest) -> HttpResponse:
        # What a flow asks besides costs a request and no parts.
        cost, self.cost = self.cost, Cost(self.cost.originator, 1, 0)
        self.refused, self.complained, self.paused = True, False, False
        await self.road.turn(cost, self.halt)
        self.refused, self.handed, self.halt.begun = False, True, True
        response = await self.road.carry(request)
        self.complained = response.status in COMPLAINTS
        self.paused = self.complained and "retry-after" in response.headers
        return response


def _pause_of(outcomes: Sequence[Outcome]) -> float | None:
    """
    The longest pause that the provider asks for.

    Only if none of the group left: else it is about single messages.
    """
    pauses: list[float] = []
    for outcome in outcomes:
        if not isinstance(outcome, NotSent):
            return None
        if outcome.retry_after is not None:
            pauses.append(outcome.retry_after)
    return max(pauses, default=None)


def _with_pause(outcome: Outcome, pause: float | None) -> Outcome:
    """Say when to come back, where the transport cannot know it."""
    if isinstance(outcome, NotSent) and outcome.retry_after is None:
        return evolve(outcome, retry_after=pause)
    return outcome


def _cost(road: Road, group: Sequence[Outbound]) -> Cost:
    """What a group uses up; parts are counted only where they matter."""
    parts = len(group)
    if road.pace.counts_parts:
        parts = sum(measure(each.text.reveal()).count for each in group)
    return Cost(group[0].originator.text, 1, parts)


def _is_outcome(told: object) -> bool:
    return isinstance(cast("Outcome", told), _OUTCOMES)
