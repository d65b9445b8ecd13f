"""
Mailjet's codes: 17 statuses of a message, and the errors of a request.

One table of statuses serves the answer to a send and the receipts. Errors
that stop the whole account come as HTTP 400 like a bad number, so the code
is asked before the HTTP status.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from anonsms.message import DeliveryStatus, Rejection
from anonsms.transport.codes import Meaning


_TAKEN: Final = Meaning.accepted()
_LATER: Final = Meaning.not_sent()
"""
Of one message: what the network or a handset's flood limit says of it is no
reason to leave the whole account alone.
"""
_OTHER: Final = Meaning.rejected(Rejection.OTHER)
_GONE: Final = DeliveryStatus.UNDELIVERED
_ACCOUNT: Final = Meaning.rejected(Rejection.ACCOUNT, account_wide=True)
_MONEY: Final = Meaning.rejected(Rejection.MONEY, account_wide=True)
_SENDER: Final = Meaning.rejected(Rejection.ORIGINATOR, account_wide=True)


@frozen
class Status:
    """
    What one status of a message means.

    Attributes:
        delivery: In a receipt.
        reason: Why it was not delivered, if the status tells.
        at_once: In the answer to the send itself.
        left: Whether it says that the person wants, or may get, no texts.
    """

    delivery: DeliveryStatus
    reason: Rejection | None
    at_once: Meaning
    left: bool = False


STATUSES: Final[Mapping[int, Status]] = MappingProxyType(
    {
        0: Status(DeliveryStatus.UNKNOWN, None, _TAKEN),
        1: Status(DeliveryStatus.QUEUED, None, _TAKEN),
        # From some networks nothing more is ever heard.
        2: Status(DeliveryStatus.SENT, None, _TAKEN),
        3: Status(DeliveryStatus.DELIVERED, None, _TAKEN),
        4: Status(_GONE, Rejection.OTHER, _OTHER),
        # 5 to 7 are said by a network: the text had left.
        5: Status(_GONE, None, _TAKEN),
        6: Status(DeliveryStatus.EXPIRED, None, _TAKEN),
        7: Status(DeliveryStatus.UNKNOWN, None, _TAKEN),
        8: Status(_GONE, Rejection.OTHER, _LATER),
        9: Status(
            _GONE,
            Rejection.OPTED_OUT,
            Meaning.rejected(Rejection.OPTED_OUT),
            left=True,
        ),
        10: Status(_GONE, Rejection.ORIGINATOR, _SENDER),
        11: Status(
            _GONE,
            Rejection.OPTED_OUT,
            Meaning.rejected(Rejection.OPTED_OUT),
            left=True,
        ),
        12: Status(_GONE, Rejection.OTHER, _LATER),
        # An error of theirs: whether it happened before or after the text
        # left is not said.
        13: Status(_GONE, Rejection.OTHER, Meaning.uncertain()),
        14: Status(
            _GONE, Rejection.BAD_NUMBER, Meaning.rejected(Rejection.BAD_NUMBER)
        ),
        15: Status(_GONE, Rejection.MONEY, _MONEY),
        16: Status(_GONE, Rejection.ACCOUNT, _ACCOUNT),
    }
)
"""By code."""

UNKNOWN: Final = Status(DeliveryStatus.UNKNOWN, None, _TAKEN)
"""A code that is younger than this table."""

ERRORS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "sms-0001": _MONEY,
        # The number may be sound; they do not serve its country.
        "sms-0002": _OTHER,
        # The daily limit: nothing more goes before tomorrow.
        "sms-0003": _ACCOUNT,
        "sms-0004": _ACCOUNT,
        "mj-0015": _ACCOUNT,
        "mj-0021": _ACCOUNT,
        **dict.fromkeys(
            (
                "mj-0002",
                "mj-0003",
                "mj-0004",
                "mj-0005",
                "mj-0006",
                "mj-0009",
                "mj-0011",
                "mj-0020",
                "mj-0025",
            ),
            _OTHER,
        ),
    }
)
"""What the error of a request means."""

ABOUT_A_FIELD: Final = {
    "mj-0003",
    "mj-0004",
    "mj-0005",
    "mj-0006",
    "mj-0020",
}
"""Errors that a field is to blame for: missing, wrong, too long or short."""

FIELDS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {
        "to": Meaning.rejected(Rejection.BAD_NUMBER),
        "text": Meaning.rejected(Rejection.CONTENT),
        "from": _SENDER,
    }
)
"""What it means that this field is to blame; the first that is named."""
