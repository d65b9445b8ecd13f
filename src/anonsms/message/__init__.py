"""
Messages to and from handsets, and what became of them.

One recipient per message, by type: no class here holds a text and two
numbers. A batch is a sequence of single messages.
"""

from anonsms.message.events import (
    DeliveryReceipt,
    DeliveryStatus,
    Event,
    Inbound,
    ProviderOptOut,
)
from anonsms.message.lookup import LineState, Lookup
from anonsms.message.originator import Originator, OriginatorKind
from anonsms.message.outbound import (
    Accepted,
    NotSent,
    Outbound,
    Outcome,
    Rejected,
    Rejection,
    Scheduled,
    Uncertain,
)


__all__ = [
    "Accepted",
    "DeliveryReceipt",
    "DeliveryStatus",
    "Event",
    "Inbound",
    "LineState",
    "Lookup",
    "NotSent",
    "Originator",
    "OriginatorKind",
    "Outbound",
    "Outcome",
    "ProviderOptOut",
    "Rejected",
    "Rejection",
    "Scheduled",
    "Uncertain",
]
