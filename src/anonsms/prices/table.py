"""The price table: read from a file or made in code, never guessed."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path
from typing import Final, Self

from attrs import field, frozen

from anonsms.errors import ConfigurationError


def _prices(given: Mapping[str, Decimal | str]) -> Mapping[str, Decimal]:
    """Prices by country, each of them checked."""
    for country in given:
        if not (isinstance(country, str) and _COUNTRY.fullmatch(country)):
            raise ConfigurationError(
                "Prices stand under the country of the number, in two "
                "capitals (ISO 3166-1 alpha-2), such as FR."
            )
    return {country: _price(price) for country, price in given.items()}


_COUNTRY: Final = re.compile("[A-Z]{2}")
_NONE: Final = Decimal("NaN")


@frozen(repr=False)
class PriceTable:
    """
    What one part costs, by the country of the number.

    A country that is not in the table has no price: a plan says so, and a
    budget in money refuses it. Nothing is guessed.

    Attributes:
        per_part: Price of one part by ISO 3166-1 alpha-2 country.
        currency: ISO 4217 code of all the prices.
        as_of: The day from which they are.
        source: Where they are from.
    """

    per_part: Mapping[str, Decimal] = field(converter=_prices)
    currency: str
    as_of: date
    source: str

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """
        Read a table from a TOML file.

        Args:
            path: A file with ``as_of`` (a date), ``currency``, ``source``
                and a table ``[per_part]`` of prices in quotes.

        Raises:
            ConfigurationError: The file is missing or not such a table.
        """
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                "The price table cannot be read "
                f"({type(error).__name__}). Check the path and that it is "
                "a UTF-8 text file."
            ) from None
        return cls._parsed(text)

    @classmethod
    def illustrative(cls) -> Self:
        """
        Round figures for trying things out; nobody's offer.

        >>> PriceTable.illustrative()
        <PriceTable 20 countries, EUR, as of 2026-11-01>
        """
        return cls._parsed(
            resources.files(__package__)
            .joinpath("illustrative.toml")
            .read_text(encoding="utf-8")
        )

    @classmethod
    def _parsed(cls, text: str) -> Self:
        try:
            raw = tomllib.loads(text)
            as_of, currency = raw["as_of"], raw["currency"]
            source, per_part = raw["source"], raw["per_part"]
            prices = dict(per_part)
        except (
            tomllib.TOMLDecodeError,
            KeyError,
            TypeError,
            ValueError,
        ) as error:
            raise ConfigurationError(
                f"This is no price table ({type(error).__name__}). It needs "
                "as_of (a date), currency, source, and a table [per_part] "
                'of prices in quotes, such as FR = "0.060".'
            ) from None
        if type(as_of) is not date:
            raise ConfigurationError(
                "The as_of of a price table is a date without quotes, such "
                "as 2026-11-01."
            )
        return cls(prices, str(currency), as_of, str(source))

    def of(self, country: str | None, parts: int) -> Decimal | None:
        """
        The price of a message.

        Args:
            country: Of the number; ``None`` if it belongs to none.
            parts: Parts on the air.

        Returns:
            The price in :attr:`currency`, or ``None`` if there is none.
        """
        price = self.per_part.get(country) if country else None
        return None if price is None else price * parts

    def __repr__(self) -> str:
        return (
            f"<PriceTable {len(self.per_part)} countries, {self.currency}, "
            f"as of {self.as_of}>"
        )


def _price(value: object) -> Decimal:
    if not isinstance(value, str | Decimal):
        # A float has lost its exact figure before we see it.
        raise ConfigurationError(
            "A price is a Decimal or a text in quotes, such as '0.060', so "
            f"that no digit is lost. One of them is a {type(value).__name__}."
        )
    try:
        price = Decimal(value)
    except InvalidOperation:
        price = _NONE
    if not price.is_finite() or price < 0:
        raise ConfigurationError(
            "A price is a finite number, zero or more, with a point: "
            "'0.060'. One of them is not."
        )
    return price
