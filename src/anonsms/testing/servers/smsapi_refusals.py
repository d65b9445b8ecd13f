"""SMSAPI's errors: numbers inside HTTP 200, tags on its REST side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from anonsms.testing.servers.asked import Answer


_TEXTS: Final = {
    11: "The message is too long, empty or has special characters",
    12: "The message has more parts than allowed",
    13: "No correct phone numbers",
    14: "Wrong sender name",
    18: "Wrong number of parameters",
    19: "Too many messages in one request",
    20: "Wrong number of idx parameters",
    27: "Too long idx parameter",
    40: "No group with given name",
    50: "Too far in the future",
    53: "Not unique idx parameter, message with the same idx was sent",
    54: "Wrong date",
    57: "The number is blacklisted",
    94: "Not allowed to send messages with link",
    101: "Authorization failed",
    103: "Insufficient credits on your account",
    105: "IP address is not allowed",
    110: "Service is not enabled",
    202: "Too many simultaneous jobs",
    301: "Message does not exist",
    400: "Invalid message id",
}


class RefusedError(Exception):
    """
    The legacy side says no, in HTTP 200.

    Attributes:
        code: SMSAPI's.
        invalid: Rows about numbers that were no good.
    """

    def __init__(
        self, code: int, invalid: Sequence[dict[str, object]] = ()
    ) -> None:
        super().__init__(f"SMSAPI's code {code}")
        self.code = code
        self.invalid = list(invalid)

    def answer(self, *, plain: bool = False) -> Answer:
        """It, as JSON or as a line of text."""
        if plain:
            return Answer.text(200, f"ERROR:{self.code}")
        body: dict[str, object] = {
            "error": self.code,
            "message": _TEXTS.get(self.code, "Refused"),
        }
        if self.invalid:
            body["invalid_numbers"] = self.invalid
        return Answer.json(200, body)


class RestRefusedError(Exception):
    """
    The REST side says no, with a status of its own.

    Attributes:
        status: HTTP status.
        tag: SMSAPI's word.
    """

    def __init__(self, status: int, tag: str) -> None:
        super().__init__(tag)
        self.status = status
        self.tag = tag

    def answer(self) -> Answer:
        """It, as JSON."""
        return Answer.json(
            self.status,
            {
                "message": self.tag.replace("_", " "),
                "error": self.tag,
                "developer_description": None,
                "errors": None,
            },
        )


def invalid_row(
    number: str, code: int = 13, *, submitted: str = ""
) -> dict[str, object]:
    """A row of ``invalid_numbers``; like the real one, it has the number."""
    return {
        "number": number,
        "submitted_number": submitted or number,
        "message": "Invalid phone number" if code == 13 else _TEXTS[code],  # noqa: PLR2004
        "error_code": code,
    }
