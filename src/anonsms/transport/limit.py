"""Rates that are not to be exceeded, and what a request uses up of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from attrs import Attribute, field, frozen

from anonsms.errors import ConfigurationError


_SECONDS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


def _positive(_limit: object, which: Attribute[float], value: float) -> None:
    if not (isinstance(value, int | float) and 0 < value < math.inf):
        raise ConfigurationError(
            f"The {which.name} of a Limit is a number above 0: "
            'Limit(100), Limit(30, "minute"), Limit(10, burst=20).'
        )


@frozen
class Limit:
    """
    So many units per second, minute or hour; requests, or parts.

    Within any t seconds at most ``rate * t + burst`` units leave. One
    request with more parts than ``burst`` waits no longer than a small one:
    it goes alone, and is made up for after it.

    Attributes:
        rate: Units.
        per: ``"second"``, ``"minute"`` or ``"hour"``.
        burst: Units that may leave at once after a pause; at least 1.

    >>> Limit(30, "minute").per_second
    0.5
    """

    rate: float = field(validator=_positive)
    per: Literal["second", "minute", "hour"] = field(default="second")
    burst: float = field(default=1.0, validator=_positive)

    @per.validator
    def _known(self, _which: Attribute[str], value: str) -> None:
        if value not in _SECONDS:
            raise ConfigurationError(
                'A Limit is per "second", "minute" or "hour".'
            )

    @burst.validator
    def _one(self, _which: Attribute[float], value: float) -> None:
        if value < 1:
            raise ConfigurationError(
                "The burst of a Limit is 1 or more: else nothing could leave."
            )

    @property
    def per_second(self) -> float:
        """Units per second."""
        return self.rate / _SECONDS[self.per]

    def seconds(self, units: float) -> float:
        """How many seconds of the rate so many units use up."""
        return units / self.per_second


@frozen
class Cost:
    """
    What one request uses up of the limits.

    Attributes:
        originator: Whom its messages are from; limits may be per originator.
        requests: Of requests per second.
        parts: Of parts per second.
    """

    # Not shown: it may be a number, if only the shop's own.
    originator: str = field(repr=False)
    requests: int = 1
    parts: int = 1


AnyLimit: TypeAlias = Limit | float
"""A limit, or only its rate per second."""


def limit(given: AnyLimit | None) -> Limit | None:
    """Take a bare number for a rate per second."""
    if given is None or isinstance(given, Limit):
        return given
    return Limit(given)


def limits(
    given: AnyLimit | Mapping[str, AnyLimit] | None,
) -> Mapping[str, Limit] | Limit | None:
    """The same for limits by originator, or one for each of them."""
    if isinstance(given, Mapping):
        return {
            originator: each if isinstance(each, Limit) else Limit(each)
            for originator, each in given.items()
        }
    return limit(given)
