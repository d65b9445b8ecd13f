"""Limits that a shop sets itself, and what was used up of them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from attrs import define, field, frozen

from anonsms.errors import ConfigurationError


def _money(value: Decimal | int | str | None) -> Decimal | None:
    if value is None:
        return None
    if isinstance(value, float | bool):
        raise ConfigurationError(
            "max_price is a Decimal, an int or a text such as '200.00': a "
            "float has lost its exact figure."
        )
    try:
        price = Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        price = Decimal("NaN")
    if not price.is_finite() or price <= 0:
        raise ConfigurationError(
            "max_price is a finite number above zero with a point, such as "
            "'200.00', or None for no limit."
        )
    return price


def _number(value: int | None) -> int | None:
    if value is None:
        return None
    if type(value) is not int or value < 1:
        raise ConfigurationError(
            "max_recipients and max_parts are whole numbers above zero, or "
            "None for no limit."
        )
    return value


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

    max_price: Decimal | None = field(default=None, converter=_money)
    max_recipients: int | None = field(default=None, converter=_number)
    max_parts: int | None = field(default=None, converter=_number)


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
