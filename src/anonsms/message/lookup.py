"""What a network knows of a number (HLR)."""

from __future__ import annotations

import enum
from decimal import Decimal

from attrs import frozen

from anonsms.phone import PhoneNumber


class LineState(enum.StrEnum):
    """Whether texts can reach a line."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    """Known, and not reachable: given up, switched off for long."""
    INVALID = "invalid"
    """No such number, or one that takes no texts."""
    UNKNOWN = "unknown"
    """The provider could not say; this is no reason to drop anybody."""


@frozen
class Lookup:
    """
    The answer of a number look-up.

    Attributes:
        number: Whose line.
        state: Whether texts can reach it.
        kind: ``"mobile"``, ``"landline"`` …, as the provider names it;
            empty if it does not say.
        network: Mobile country and network code (``"20801"``), or empty.
        carrier: The carrier's name, or empty.
        ported: Whether it moved to another network; ``None``: not said.
        code: The provider's own code, as it wrote it.
        price: What the look-up cost, in ``currency``; ``None`` if not said.
        currency: ISO 4217 code, or the provider's own unit (``"points"``).
    """

    number: PhoneNumber
    state: LineState
    kind: str = ""
    network: str = ""
    carrier: str = ""
    ported: bool | None = None
    code: str = ""
    price: Decimal | None = None
    currency: str = ""
