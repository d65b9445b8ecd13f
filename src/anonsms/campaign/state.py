"""Where a message is on its way."""

from __future__ import annotations

import enum


class SendState(enum.StrEnum):
    """Where one message of one campaign is."""

    DISPATCHING = "dispatching"
    """Handed to the transport, or about to be."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    IN_DOUBT = "in_doubt"
    """Nobody knows whether it left; it is not repeated."""
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    EXPIRED = "expired"
