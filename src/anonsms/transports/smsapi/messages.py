"""What is written to SMSAPI's ``sms.do`` to send one sheet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote_plus, urlencode

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.masking import storable
from anonsms.message import (
    Originator,
    OriginatorKind,
    Outbound,
    Rejected,
    Rejection,
)
from anonsms.transport import HttpRequest
from anonsms.transports.smsapi.account import Account
from anonsms.transports.smsapi.grouping import MACRO_OPENS, Sheet


SENDING: Final = "/sms.do"
_RESTRICTIONS: Final = {"follow", "ignore", "nearest_available"}
_SHORTEST: Final = timedelta(minutes=15)
_LONGEST: Final = timedelta(hours=72)
_MOST_PARTS: Final = 10
# Neither the `|` that parts one from the next in a request, nor the comma
# that does in a receipt.
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_ALWAYS: Final = "check_idx=1&encoding=utf-8&format=json"


@frozen(kw_only=True)
class Terms:
    """
    On what terms texts are sent.

    Attributes:
        test: Nothing is sent or charged, and answers come all the same.
        max_parts: More parts than this, and SMSAPI refuses the text (12).
            ``None``: the account's own setting.
        time_restriction: What to do outside the account's hours:
            ``"follow"``, ``"ignore"`` or ``"nearest_available"``.
        validity: How long a text may wait for its handset, 15 minutes to
            72 hours; ``None``: the account's own setting.
    """

    test: bool = False
    max_parts: int | None = field(default=None)
    time_restriction: str | None = None
    validity: timedelta | None = None

    def __attrs_post_init__(self) -> None:
        parts, validity = self.max_parts, self.validity
        if parts is not None and not (
            isinstance(parts, int) and 1 <= parts <= _MOST_PARTS
        ):
            raise ConfigurationError(
                f"max_parts is 1 to {_MOST_PARTS}; SMSAPI takes no more."
            )
        if self.time_restriction not in _RESTRICTIONS | {None}:
            raise ConfigurationError(
                "time_restriction is one of "
                f"{', '.join(sorted(_RESTRICTIONS))}, or None."
            )
        if validity is not None and not (
            isinstance(validity, timedelta)
            and _SHORTEST <= validity <= _LONGEST
        ):
            raise ConfigurationError(
                "validity is a timedelta, from 15 minutes to 72 hours, for "
                "which SMSAPI lets a text wait: timedelta(hours=4)."
            )

    def fields(self, now: datetime, at: datetime | None) -> Mapping[str, str]:
        """The form's fields for these terms."""
        fields: dict[str, str] = {}
        if self.test:
            fields["test"] = "1"
        if self.max_parts is not None:
            fields["max_parts"] = str(self.max_parts)
        if self.time_restriction is not None:
            fields["time_restriction"] = self.time_restriction
        if at is not None:
            fields["date"] = str(int(at.timestamp()))
            fields["date_validate"] = "1"
        if self.validity is not None:
            end = max(now, at or now) + self.validity
            fields["expiration_date"] = str(int(end.timestamp()))
        return fields


def restriction(value: object) -> str | None:
    """A setting of that kind; empty if it is none, for it may be a token."""
    if value is None or (isinstance(value, str) and value in _RESTRICTIONS):
        return value
    return ""


def refusal(message: Outbound) -> Rejected | None:
    """
    Why a message must not even be tried.

    SMSAPI reads ``[%…%]`` in any text as an order: a short link that tells
    who clicked, a value of somebody else's. There is no way to say that it
    is meant as it stands.
    """
    text = message.text.reveal()
    if MACRO_OPENS in text:
        return Rejected(message.key, Rejection.CONTENT, "macro")
    if not storable(text):
        return Rejected(message.key, Rejection.CONTENT, "encoding")
    if not _KEY.fullmatch(message.key):
        return Rejected(message.key, Rejection.OTHER, "key")
    return None


def sending(
    account: Account,
    sheet: Sheet,
    fields: Mapping[str, str],
    base: str | None = None,
) -> HttpRequest:
    """The request that sends a sheet; all of it is in the body."""
    # Digits and keys need no quoting, and their lists are most of the form.
    numbers = "%2C".join([digits_of(message) for message in sheet])
    keys = "%7C".join([message.key for message in sheet])
    form = [
        f"to={numbers}&idx={keys}&{_ALWAYS}",
        f"message={quote_plus(sheet.template)}",
        f"from={quote_plus(sender(sheet[0].originator))}",
    ]
    form += [
        f"param{nth}={quote_plus('|'.join(column))}"
        for nth, column in enumerate(sheet.columns, start=1)
    ]
    if fields:
        form.append(urlencode(fields))
    return account.form(SENDING, "&".join(form).encode(), base)


def digits_of(message: Outbound) -> str:
    """The number as SMSAPI wants it: with country code, without ``+``."""
    return message.number.reveal()[1:]


def sender(originator: Originator) -> str:
    """What goes into ``from``: a number without its ``+``."""
    if originator.kind is OriginatorKind.NUMBER:
        return originator.text[1:]
    return originator.text
