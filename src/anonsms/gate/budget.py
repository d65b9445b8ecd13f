"""Limits that a shop sets itself, and what was used up of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import Attribute, define, field, frozen

from anonsms.errors import ConfigurationError


def _positive(
    _: object,
    attribute: Attribute[Any],  # any field of the class below
    value: Decimal | int | None,
) -> None:
    if value is not None and value <= 0:
        raise ConfigurationError(
            f"{attribute.name} of a budget is more than zero, or None for "
            "no limit."
        )


def _decimal(value: Decimal | int | str | None) -> Decimal | None:
    if isinstance(value, float):
        raise ConfigurationError(
            "max_price is a Decimal, an int or a text such as '200.00': a "
            "float has lost its exact figure."
        )
    return None if value is None else Decimal(value)


@frozen(kw_only=True)
class Budget:
    """
    Limits of one campaign; going over refuses the message, never cuts it.

    Attributes:
        max_price: Most money for the whole campaign, in the currency of
            the price table.
        max_recipients: Most people who are texted.
        max_parts: Most parts of a single message.
    """

    max_price: Decimal | None = field(
        default=None, converter=_decimal, validator=_positive
    )
    max_recipients: int | None = field(default=None, validator=_positive)
    max_parts: int | None = field(default=None, validator=_positive)


@define
class Spending:
    """
    What a campaign has used up so far.

    Attributes:
        price: Money, in the currency of the price table.
        recipients: People texted.
    """

    price: Decimal = Decimal(0)
    recipients: int = 0

    def add(self, price: Decimal | None) -> None:
        """Count one more message."""
        self.recipients += 1
        if price is not None:
            self.price += price
