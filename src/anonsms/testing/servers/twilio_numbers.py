"""Numbers a local Twilio knows: opted out, looked up, made for tests."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from attrs import define, field, frozen

from anonsms.errors import InvalidNumberError
from anonsms.phone import PhoneNumber
from anonsms.testing.servers.twilio_refusals import RefusedError
from anonsms.testing.servers.twilio_rules import NUMBER, Wish


_ITEM_WRONG: Final = 30646
_MOST_CONSENTS: Final = 25
"""Seen in one translation of Twilio's page alone."""

TEST_SENDER: Final = "+15005550006"
"""The one ``From`` that test credentials may use."""
_MAGIC_SENDERS: Final = {
    "+15005550001": 21212,
    "+15005550007": 21606,
    "+15005550008": 21611,
}
_MAGIC_NUMBERS: Final = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


def check_magic(wish: Wish) -> None:
    """
    Judge a message that was sent with test credentials.

    Raises:
        RefusedError: Its numbers are made to fail.
    """
    if wish.sender != TEST_SENDER:
        raise RefusedError(_MAGIC_SENDERS.get(wish.sender, 21606))
    if wish.to in _MAGIC_NUMBERS:
        raise RefusedError(_MAGIC_NUMBERS[wish.to], wish.to)


@frozen(repr=False)
class Line:
    """
    What a look-up tells of a line.

    Attributes:
        status: ``"active"``, ``"inactive"`` …
        kind: ``"mobile"``, ``"landline"`` …
        carrier: The carrier's name.
        country_code: Mobile country code.
        network_code: Mobile network code.
    """

    status: str = "active"
    kind: str = "mobile"
    carrier: str = "Example Mobile"
    country_code: str = "208"
    network_code: str = "01"

    def __repr__(self) -> str:
        return f"<Line {self.kind}, {self.status}>"


@define(repr=False)
class NumberBook:
    """Who opted out of whom, and what is known of lines."""

    _blocked: set[tuple[str, str]] = field(init=False, factory=set)
    _lines: dict[str, Line] = field(init=False, factory=dict)

    def block(self, number: str, senders: Collection[str]) -> None:
        """Let nobody of these text a number; a service is one of them."""
        self._blocked.update((number, sender) for sender in senders if sender)

    def unblock(self, number: str, senders: Collection[str]) -> None:
        """Take that back."""
        self._blocked.difference_update((number, sender) for sender in senders)

    def is_blocked(self, number: str, senders: Collection[str]) -> bool:
        """Whether any of these must not text a number."""
        return any((number, sender) in self._blocked for sender in senders)

    def note(self, number: str, line: Line) -> None:
        """Know a line."""
        self._lines[number] = line

    def look_up(
        self, number: str, query: Mapping[str, str]
    ) -> dict[str, object]:
        """The answer of Lookup v2."""
        asked = set(query.get("Fields", "").split(","))
        line = self._lines.get(number, Line())
        try:
            known = PhoneNumber.parse(number, allow_fictional=True)
        except InvalidNumberError as error:
            known, why = None, _WHY.get(error.reason, "NOT_A_NUMBER")
        answer: dict[str, object] = {
            "calling_country_code": None,
            "caller_name": None,
            "country_code": known.region if known else None,
            "line_status": None,
            "line_type_intelligence": None,
            "national_format": None,
            "phone_number": number,
            "url": None,
            "valid": known is not None,
            "validation_errors": [] if known else [why],
        }
        if known and "line_type_intelligence" in asked:
            answer["line_type_intelligence"] = {
                "carrier_name": line.carrier,
                "error_code": None,
                "mobile_country_code": line.country_code,
                "mobile_network_code": line.network_code,
                "type": line.kind,
            }
        if known and "line_status" in asked:
            answer["line_status"] = {"status": line.status, "error_code": None}
        return answer

    def consents(self, items: Sequence[str]) -> dict[str, object]:
        """
        The answer of Consents/Bulk; what it says is done.

        Raises:
            RefusedError: Too many at once, or none.
        """
        if not 0 < len(items) <= _MOST_CONSENTS:
            raise RefusedError(20001, "Items")
        return {"items": [self._consent(item) for item in items]}

    def _consent(self, item: str) -> dict[str, object]:
        try:
            read = json.loads(item)
        except ValueError:
            read = None
        fields = read if isinstance(read, dict) else {}
        number, sender = fields.get("contact_id"), fields.get("sender_id")
        status = fields.get("status")
        sound = (
            isinstance(number, str)
            and NUMBER.fullmatch(number)
            and isinstance(sender, str)
            and status in {"opt-in", "opt-out"}
            and isinstance(fields.get("correlation_id"), str)
        )
        if sound and status == "opt-out":
            self.block(str(number), {str(sender)})
        elif sound:
            self.unblock(str(number), {str(sender)})
        return {
            "correlation_id": fields.get("correlation_id"),
            "error_code": 0 if sound else _ITEM_WRONG,
            "error_messages": [] if sound else ["Invalid consent item"],
        }


_WHY: Final = {
    "too-short": "TOO_SHORT",
    "too-long": "TOO_LONG",
    "unknown-country-code": "INVALID_COUNTRY_CODE",
    "not-valid": "INVALID_BUT_POSSIBLE",
    "type": "INVALID_BUT_POSSIBLE",
}
