"""Orders to go wrong: which request or message is struck, and by what."""

from __future__ import annotations

import enum
from collections import deque
from typing import Final

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.testing.faults import Fault


class Reach(enum.Enum):
    """What one order strikes."""

    REQUEST = "request"
    """The next request, whatever it asks for."""
    SENDING = "sending"
    """The next request that wants to send."""
    MESSAGE = "message"
    """The next message; others in its request fare well."""


_SENDING: Final = {Fault.ORIGINATOR, Fault.MONEY, Fault.ACCOUNT}
_MAY_BE_TAKEN: Final = {
    Fault.RESET_LATE,
    Fault.SILENT,
    Fault.SERVER_ERROR,
    Fault.BROKEN_BODY,
}


def reach_of(fault: Fault) -> Reach:
    """What a fault strikes."""
    if fault.of_message:
        return Reach.MESSAGE
    return Reach.SENDING if fault in _SENDING else Reach.REQUEST


@frozen
class Order:
    """
    One order.

    Attributes:
        fault: What goes wrong.
        taken: Whether the messages are taken all the same.
    """

    fault: Fault
    taken: bool = False


@frozen
class Orders:
    """
    Queues of orders, one for each reach.

    Not safe between threads by itself: the server holds its lock.
    """

    _queues: dict[Reach, deque[Order]] = field(
        init=False, factory=lambda: {reach: deque() for reach in Reach}
    )

    def add(self, fault: Fault, times: int, *, taken: bool) -> None:
        """
        Queue a fault.

        Raises:
            ConfigurationError: It cannot happen so often, or not so.
        """
        if times < 1:
            raise ConfigurationError("A fault happens at least once.")
        if taken and fault not in _MAY_BE_TAKEN:
            raise ConfigurationError(
                f"What meets with {fault.name} is never taken. Only "
                + ", ".join(sorted(each.name for each in _MAY_BE_TAKEN))
                + " can strike after the messages were taken."
            )
        orders = [Order(fault, taken)] * times
        self._queues[reach_of(fault)].extend(orders)

    def next(self, reach: Reach) -> Order | None:
        """Take the next order of a reach, if there is one."""
        queue = self._queues[reach]
        return queue.popleft() if queue else None

    def fault(self, reach: Reach) -> Fault | None:
        """Take the next fault of a reach, if there is one."""
        order = self.next(reach)
        return order.fault if order else None

    @property
    def refusing(self) -> bool:
        """Whether the next connection is to be refused."""
        queue = self._queues[Reach.REQUEST]
        return bool(queue) and queue[0].fault is Fault.REFUSED

    def clear(self) -> None:
        """Forget them all."""
        for queue in self._queues.values():
            queue.clear()
