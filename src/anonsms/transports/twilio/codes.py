"""
What Twilio's codes mean: one table for answers and for receipts.

The same cause comes either in the answer to a request (21611) or later in a
receipt (30001), so both are read by it. A code that is not in the table
means a refusal for no reason that we know; new ones appear without notice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from anonsms.message import DeliveryStatus, Rejection
from anonsms.transport import HttpResponse, Meaning
from anonsms.transport.codes import http_code, meaning_of_status


_CODE: Final = re.compile(r"[0-9]{1,9}")
_STATUS: Final = re.compile(r"[a-z_]{1,32}")

_QUEUE_PAUSE: Final = 60.0
_CAP_PAUSE: Final = 900.0
"""A cap lasts for hours; this is how often it is worth asking again."""

_UNCERTAIN: Final = Meaning.uncertain()
_BAD_NUMBER: Final = Meaning.rejected(Rejection.BAD_NUMBER)
_CONTENT: Final = Meaning.rejected(Rejection.CONTENT)
_OPTED_OUT: Final = Meaning.rejected(Rejection.OPTED_OUT)
_ORIGINATOR: Final = Meaning.rejected(Rejection.ORIGINATOR)
_NO_SENDER: Final = Meaning.rejected(Rejection.ORIGINATOR, account_wide=True)
_NO_ACCOUNT: Final = Meaning.rejected(Rejection.ACCOUNT, account_wide=True)
_OTHER: Final = Meaning.rejected(Rejection.OTHER)

CODES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        # --- the account and its limits -------------------------------
        20003: _NO_ACCOUNT,  # credentials or permission
        20005: _NO_ACCOUNT,  # not active, often for want of funds
        20404: _NO_ACCOUNT,  # no such account
        20429: Meaning.not_sent(),
        20500: _UNCERTAIN,
        20503: _UNCERTAIN,
        21408: Meaning.rejected(Rejection.ACCOUNT),  # country not enabled
        21608: _NO_ACCOUNT,  # trial account, number not verified
        21609: _NO_ACCOUNT,  # webhook URL refused
        30002: _NO_ACCOUNT,  # suspended
        60728: Meaning.not_sent(_CAP_PAUSE),
        63017: Meaning.not_sent(1.0),
        63038: Meaning.not_sent(_CAP_PAUSE),
        # --- whom it goes to ------------------------------------------
        21211: _BAD_NUMBER,
        21214: _BAD_NUMBER,
        21217: _BAD_NUMBER,
        21604: _BAD_NUMBER,
        21614: _BAD_NUMBER,
        30005: _BAD_NUMBER,
        30006: _BAD_NUMBER,
        21610: _OPTED_OUT,
        30004: _OPTED_OUT,
        30640: _OPTED_OUT,  # known litigator
        # --- whom it is from ------------------------------------------
        21212: _NO_SENDER,
        21601: _NO_SENDER,
        21603: _NO_SENDER,
        21606: _NO_SENDER,
        21616: _NO_SENDER,
        21659: _NO_SENDER,
        21660: _NO_SENDER,
        21703: _NO_SENDER,
        21704: _NO_SENDER,
        21705: _NO_SENDER,
        30032: _NO_SENDER,  # toll-free not verified
        30033: _NO_SENDER,  # 10DLC campaign suspended
        30034: _NO_SENDER,  # US number not registered
        30035: _NO_SENDER,
        21612: _ORIGINATOR,  # this sender cannot reach that number
        30018: _ORIGINATOR,  # a warning: it may arrive all the same
        30024: _ORIGINATOR,  # not provisioned in that country
        # --- what it says ---------------------------------------------
        21602: _CONTENT,
        21617: _CONTENT,
        21618: _CONTENT,
        21619: _CONTENT,
        21654: _CONTENT,
        21655: _CONTENT,
        21656: _CONTENT,
        21658: _CONTENT,
        30007: _CONTENT,
        30019: _CONTENT,
        30044: _CONTENT,  # too many parts for a trial account
        # --- not sent, later perhaps ----------------------------------
        21611: Meaning.not_sent(_QUEUE_PAUSE),
        30001: Meaning.not_sent(_QUEUE_PAUSE),
        30017: Meaning.not_sent(_QUEUE_PAUSE),
        30020: Meaning.not_sent(),
        30021: Meaning.not_sent(),
        30022: Meaning.not_sent(_QUEUE_PAUSE),
        30023: Meaning.not_sent(_CAP_PAUSE),
        30025: Meaning.not_sent(_CAP_PAUSE),
        30026: Meaning.not_sent(_CAP_PAUSE),
        30027: Meaning.not_sent(_CAP_PAUSE),
        30450: Meaning.not_sent(_CAP_PAUSE),
        35125: Meaning.not_sent(_CAP_PAUSE),
        # --- nobody knows ---------------------------------------------
        30008: _UNCERTAIN,
        30410: _UNCERTAIN,
        # --- the rest -------------------------------------------------
        30003: _OTHER,  # handset not reached
        30009: _OTHER,
        30010: Meaning.rejected(Rejection.MONEY),
        30011: _OTHER,
        30036: _OTHER,  # its time ran out
        30610: _OTHER,  # quiet hours
        30646: _OTHER,
        30647: _OTHER,
        35111: _OTHER,
        35114: _OTHER,
        35115: _OTHER,
        35118: _OTHER,
        57012: _OTHER,
        90007: _OTHER,
    }
)
"""By code, as far as the facts go (Twilio's error dictionary)."""

_EXPIRED: Final = "30036"
_STATUSES: Final[Mapping[str, DeliveryStatus]] = MappingProxyType(
    {
        "accepted": DeliveryStatus.QUEUED,
        "scheduled": DeliveryStatus.QUEUED,
        "queued": DeliveryStatus.QUEUED,
        "sending": DeliveryStatus.QUEUED,
        "sent": DeliveryStatus.SENT,
        "delivered": DeliveryStatus.DELIVERED,
        "read": DeliveryStatus.DELIVERED,
        "undelivered": DeliveryStatus.UNDELIVERED,
        "failed": DeliveryStatus.UNDELIVERED,
        "canceled": DeliveryStatus.UNDELIVERED,
    }
)


def written_code(value: object) -> str:
    """
    A code as Twilio wrote it, if it looks like one.

    Args:
        value: A whole number in JSON, digits in a form.

    Returns:
        Its digits; empty for anything else, which may be anybody's text.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    if isinstance(value, int) and not 0 < value < 10**9:
        return ""
    text = str(value)
    return text if _CODE.fullmatch(text) else ""


def written_status(value: object) -> str:
    """A status as Twilio wrote it, if it looks like one; else empty."""
    if isinstance(value, str) and _STATUS.fullmatch(value):
        return value
    return ""


def refusal(response: HttpResponse) -> tuple[str, Meaning]:
    """
    What an answer without success means.

    Twilio writes its errors in two shapes, its own and that of RFC 9457,
    and both have a ``code``; a proxy in between writes none.

    Args:
        response: Any answer that is not 2xx.

    Returns:
        The code, or ``"http-503"`` where there is none, and its meaning.
    """
    code = written_code(response.mapping().get("code"))
    known = CODES.get(int(code)) if code else None
    meaning = meaning_of_status(response.status, known=known)
    return code or http_code(response.status), meaning


def delivery(raw: str, code: str) -> tuple[DeliveryStatus, Rejection | None]:
    """
    What a message's status and code say of its delivery.

    Args:
        raw: The status as Twilio wrote it.
        code: The error code, or empty. A warning may come with a message
            that arrives, so it counts only for one that did not.
    """
    status = _STATUSES.get(raw, DeliveryStatus.UNKNOWN)
    if status is not DeliveryStatus.UNDELIVERED or not code:
        return status, None
    known = CODES.get(int(code))
    if code == _EXPIRED:
        status = DeliveryStatus.EXPIRED
    return status, known.reason if known else Rejection.OTHER
