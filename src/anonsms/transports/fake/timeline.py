"""The virtual clock, and all that has yet to arrive by it."""

from __future__ import annotations

from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from anonsms.message import DeliveryReceipt, Inbound


Event = DeliveryReceipt | Inbound
"""What a network tells a shop after the sending."""


class Timeline:
    """
    A clock that moves only when told, and the events that are on their way.

    Attributes:
        now: What the clock shows; aware, UTC.
    """

    __slots__ = ("_pending", "_sequence", "now")

    def __init__(self, start: datetime) -> None:
        self.now = start
        # The running number settles ties, so events are never compared.
        self._pending: list[tuple[datetime, int, Event]] = []
        self._sequence = count()

    def __len__(self) -> int:
        return len(self._pending)

    def after(self, seconds: float) -> datetime:
        """The moment that many seconds from now."""
        return self.now + timedelta(seconds=seconds)

    def plan(self, arrives: datetime, event: Event) -> None:
        """Let an event arrive at that moment, which is not over yet."""
        heappush(self._pending, (arrives, next(self._sequence), event))

    def advance(self, by: timedelta) -> list[Event]:
        """
        Move on; all events that arrive by then, in order of arrival.

        Raises:
            ValueError: The clock would go back.
        """
        if by < timedelta():
            raise ValueError(
                "A clock never goes back. Advance it by zero or more."
            )
        self.now += by
        return self._due()

    def drain(self) -> list[Event]:
        """Move on to the last event; all events, in order of arrival."""
        if self._pending:
            self.now = max(self._pending)[0]
        return self._due()

    def _due(self) -> list[Event]:
        events: list[Event] = []
        while self._pending and self._pending[0][0] <= self.now:
            events.append(heappop(self._pending)[2])
        return events
