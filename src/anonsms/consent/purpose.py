"""What consent is for."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Final

from attrs import Attribute, field, frozen

from anonsms.errors import ConfigurationError


class Family(enum.StrEnum):
    """How texts of a purpose are judged."""

    SERVICE = "service"
    """Belongs to what the person ordered; needs no marketing consent."""
    MARKETING = "marketing"
    """Offers; needs explicit, unexpired consent (ePrivacy Art. 13(1))."""
    SECURITY = "security"
    """Codes the person asked for a moment ago."""


def _family(value: str) -> Family:
    try:
        return Family(value)
    except ValueError:
        known = ", ".join(family.value for family in Family)
        raise ConfigurationError(
            f"A purpose belongs to one of these families: {known}. "
            'Declare it so: Purpose("news", "marketing").'
        ) from None


_LONGEST: Final = timedelta(days=36_525)


def _limit(
    _purpose: Purpose, _field: Attribute[timedelta | None], value: object
) -> None:
    if value is not None and not (
        isinstance(value, timedelta) and timedelta(0) < value <= _LONGEST
    ):
        raise ConfigurationError(
            "A purpose's valid_for is a span of time of 100 years at most, "
            "or None for no limit. Pass a timedelta: "
            "valid_for=timedelta(days=365)."
        )


@frozen
class Purpose:
    """
    What consent is for.

    Attributes:
        name: As stored and shown, e.g. ``"marketing"``.
        family: How its texts are judged.
        valid_for: How long a grant counts; ``None`` means until withdrawn.

    Raises:
        ConfigurationError: There is no such family, or ``valid_for`` is no
            span of time.
    """

    name: str
    family: Family = field(converter=_family)
    valid_for: timedelta | None = field(default=None, validator=_limit)


MARKETING: Final = Purpose(
    # Three years from the last contact by the person is what the French
    # regulator allows for prospects: the strictest figure known to us.
    "marketing",
    Family.MARKETING,
    valid_for=timedelta(days=3 * 365),
)
"""Offers of the shop; a grant counts for three years."""

SERVICE: Final = Purpose("service", Family.SERVICE)
"""Order and parcel news."""

SECURITY: Final = Purpose("security", Family.SECURITY)
"""Password and log-in codes."""
