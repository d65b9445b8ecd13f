"""The network's own books: what it really took, and how that ends."""

from __future__ import annotations

from attrs import define, field

from anonsms.message import DeliveryStatus, Outbound
from anonsms.phone import PhoneNumber
from anonsms.transports.fake.fate import Handset
from anonsms.transports.fake.orders import Script


@define
class Line:
    """
    One number, as the network knows it.

    Attributes:
        handset: What is true of it by chance.
        offered: How many messages to it were handed over.
        taken: How many of them the network took.
        script: What it does by order.
    """

    handset: Handset
    offered: int = 0
    taken: int = 0
    script: Script | None = None


@define
class Records:
    """
    All lines and all messages.

    Attributes:
        lines: The numbers that the network has heard of.
        accepted: What it took, in order.
        truths: By key, how each copy ends.
        rejected: How many it refused.
    """

    lines: dict[PhoneNumber, Line] = field(factory=dict)
    accepted: list[Outbound] = field(factory=list)
    truths: dict[str, tuple[DeliveryStatus, ...]] = field(factory=dict)
    rejected: int = 0

    def enter(
        self, message: Outbound, line: Line, truth: DeliveryStatus
    ) -> int:
        """Book a message that was taken; which copy of its key it is."""
        line.taken += 1
        self.accepted.append(message)
        copies = self.truths.get(message.key, ())
        self.truths[message.key] = (*copies, truth)
        return len(copies) + 1

    def taken_for(self, number: PhoneNumber) -> int:
        """How many messages were taken for one number."""
        line = self.lines.get(number)
        return line.taken if line else 0
