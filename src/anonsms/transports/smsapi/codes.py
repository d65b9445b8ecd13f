"""
What SMSAPI's codes mean: one table for its answers and its receipts.

The vendor's list of errors was last seen whole in 2015; later codes came
from its OpenAPI file of 2026 and its own clients. One that is not here is a
refusal for good, and keeps its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anonsms.message import DeliveryStatus, Rejection
from anonsms.transport import Meaning


KNOWN_ALREADY: Final = "53"
"""With ``check_idx``: it took a message with this ``idx`` before."""
TOO_MANY: Final = "19"
"""Too many messages in one request."""
TOO_LARGE: Final = frozenset({TOO_MANY, "http-413"})
"""The same has to go in smaller requests."""
OF_A_NUMBER: Final = frozenset({"13", "33"})
"""What is wrong is the number, and not the account."""
OF_ONE: Final = frozenset({"52"})
"""Not sent, and yet no reason to leave the whole account alone."""

_UNCERTAIN: Final = Meaning.uncertain()
_ALREADY: Final = Meaning.accepted()
_OTHER: Final = Meaning.rejected(Rejection.OTHER)
_CONTENT: Final = Meaning.rejected(Rejection.CONTENT)
_BAD_NUMBER: Final = Meaning.rejected(Rejection.BAD_NUMBER)
_ACCOUNT: Final = Meaning.rejected(Rejection.ACCOUNT, account_wide=True)

_BUSY: Final = 1.0
_OUT_OF_HOURS: Final = 900.0

MEANINGS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        # A bad call, says the list; the clients file it under the server's
        # own faults.
        "8": _UNCERTAIN,
        "11": _CONTENT,  # no text, too long, or nounicode
        "12": _CONTENT,  # more parts than max_parts
        "13": _BAD_NUMBER,  # malformed, blacklisted or foreign
        "14": Meaning.rejected(Rejection.ORIGINATOR, account_wide=True),
        "17": _CONTENT,  # flash with special characters
        "18": _OTHER,  # number of params
        "19": _OTHER,  # see TOO_LARGE
        "20": _OTHER,  # number of idx
        **dict.fromkeys(("21", "22", "23", "24", "26"), _CONTENT),  # MMS
        "25": _CONTENT,
        "27": _OTHER,  # idx too long
        "30": _CONTENT,
        **dict.fromkeys(("31", "35", "51", "55"), _OTHER),  # voice
        "32": Meaning.rejected(Rejection.ORIGINATOR),  # ECO, to this country
        "33": _BAD_NUMBER,
        "36": _CONTENT,  # binary, and the account has a footer
        "40": _OTHER,
        "41": _OTHER,
        "50": _OTHER,  # more than three months ahead
        "52": Meaning.not_sent(),  # a number more than ten times a minute
        KNOWN_ALREADY: _ALREADY,
        "54": _OTHER,
        "56": _OTHER,
        "57": Meaning.rejected(
            Rejection.OPTED_OUT
        ),  # on the account's blacklist
        **dict.fromkeys(("60", "61", "62", "65", "66"), _OTHER),
        "70": _OTHER,
        "72": _OTHER,
        "74": Meaning.not_sent(_OUT_OF_HOURS),
        "75": _OTHER,
        "94": _CONTENT,  # a link
        "96": Meaning.rejected(
            Rejection.ACCOUNT
        ),  # a monthly limit, per message
        "101": _ACCOUNT,
        "102": _ACCOUNT,
        "103": Meaning.rejected(Rejection.MONEY, account_wide=True),
        "104": _CONTENT,
        "105": _ACCOUNT,
        "110": _ACCOUNT,
        "200": Meaning.not_sent(_BUSY),
        "201": _UNCERTAIN,
        "202": Meaning.not_sent(_BUSY),
        "300": _OTHER,
        "301": _OTHER,
        "400": _OTHER,
        "666": _UNCERTAIN,
        "999": _UNCERTAIN,
        "1000": _ACCOUNT,
        "1001": _ACCOUNT,
    }
)
"""By SMSAPI's own number."""

_NUMBER: Final = re.compile(r"[0-9]{1,5}", re.ASCII)
_TAG: Final = re.compile(r"[A-Za-z]{2,24}(?:_[A-Za-z]{1,24}){0,4}", re.ASCII)


def meaning_of(code: str) -> Meaning:
    """What a code means; a refusal for good if nobody knows."""
    return MEANINGS.get(code, _OTHER)


def code_of(value: object) -> str:
    """
    An error code as SMSAPI wrote it: a number, or a tag of its REST side.

    Args:
        value: What stood in the answer.

    Returns:
        Up to five digits, or words joined by ``_``; empty for none and for
        what looks like neither. A number of a person is neither.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        text = str(value) if 0 < value < 100_000 else ""  # noqa: PLR2004
    else:
        text = value if isinstance(value, str) else ""
    if _NUMBER.fullmatch(text):
        return text.lstrip("0")
    return text if _TAG.fullmatch(text) else ""


_QUEUED, _SENT, _UNDELIVERED, _UNKNOWN = (
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENT,
    DeliveryStatus.UNDELIVERED,
    DeliveryStatus.UNKNOWN,
)

STATUSES: Final[Mapping[str, tuple[str, DeliveryStatus]]] = MappingProxyType(
    {
        "401": ("NOT_FOUND", _UNKNOWN),  # wrong id, or the report is gone
        "402": ("EXPIRED", DeliveryStatus.EXPIRED),
        "403": ("SENT", _SENT),
        "404": ("DELIVERED", DeliveryStatus.DELIVERED),
        "405": ("UNDELIVERED", _UNDELIVERED),
        "406": ("FAILED", _UNDELIVERED),
        "407": ("REJECTED", _UNDELIVERED),
        "408": ("UNKNOWN", _UNKNOWN),
        "409": ("QUEUE", _QUEUED),
        "410": ("ACCEPTED", _SENT),  # with the operator
        # These two numbers are what is left over when the others are given
        # to the names; what the names mean is not written anywhere. STOP is
        # nobody's opt-out, as far as that goes.
        "411": ("RENEWAL", _SENT),
        "412": ("STOP", _UNDELIVERED),
    }
)
"""By number: the name beside it, and the status in our words."""

_BY_NAME: Final[Mapping[str, DeliveryStatus]] = MappingProxyType(
    {
        **{name.lower(): status for name, status in STATUSES.values()},
        # Names of its REST side and of older clients.
        "queued": _QUEUED,
        "stopped": _UNDELIVERED,
        "draft": _QUEUED,
        "pending": _QUEUED,
    }
)


def status_of(*written: str) -> tuple[DeliveryStatus, str]:
    """
    A delivery status, from its number or its name.

    Args:
        written: The fields that may hold it, the most telling first.

    Returns:
        The status in our words, and as SMSAPI wrote it (empty if that
        looks like neither a number nor a name). One that nobody knows is
        ``UNKNOWN``, which is not final.
    """
    kept = ""
    for each in written:
        text = code_of(each.strip())
        if text in STATUSES:
            return STATUSES[text][1], text
        if text.lower() in _BY_NAME:
            return _BY_NAME[text.lower()], text
        kept = kept or text
    return _UNKNOWN, kept
