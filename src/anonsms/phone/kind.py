"""What a numbering plan says about a number, apart from its digits."""

from __future__ import annotations

import enum

from attrs import frozen


class NumberKind(enum.StrEnum):
    """What sort of line answers, as far as the numbering plan tells."""

    MOBILE = "mobile"
    FIXED = "fixed"
    FIXED_OR_MOBILE = "fixed_or_mobile"
    """The plan does not tell them apart, as in the United States."""
    TOLL_FREE = "toll_free"
    PREMIUM = "premium"
    SHARED_COST = "shared_cost"
    VOIP = "voip"
    PERSONAL = "personal"
    """Follows one person to whatever line the person uses."""
    PAGER = "pager"
    UAN = "uan"
    """A company's one number for all its branches."""
    VOICEMAIL = "voicemail"
    UNKNOWN = "unknown"
    """In no range that today's plan knows; only stored numbers can be."""


TEXTABLE = frozenset({NumberKind.MOBILE, NumberKind.FIXED_OR_MOBILE})
"""The kinds behind which a handset may be."""


# Compared by identity: there is one line per range of a plan, and the time
# zones are kept per line.
@frozen(eq=False)
class Line:
    """
    What all numbers of one range have in common.

    Attributes:
        region: ISO 3166-1 alpha-2 code, e.g. ``"FR"``; ``None`` when the
            calling code belongs to no country, or no plan knows the number.
        country_code: The calling code, e.g. 33; 0 when nobody has it.
        kind: What sort of line it is.
        geographic: Whether the digits tell the place.
    """

    region: str | None
    country_code: int
    kind: NumberKind
    geographic: bool = False
