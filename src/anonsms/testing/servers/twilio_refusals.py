"""Twilio's errors: codes, texts, and the two shapes they come in."""

from __future__ import annotations

from typing import Final

from anonsms.testing.servers.asked import Answer


_DOCS: Final = "https://www.twilio.com/docs/errors/"
_STATUS: Final = {
    20003: 401,
    20005: 403,
    20404: 404,
    20429: 429,
    20500: 500,
}
_TEXTS: Final = {
    20001: "Invalid parameter {}",
    20003: "Authenticate",
    20005: "Account is not active",
    20404: "The requested resource was not found",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    # As the real ones do, some repeat the recipient's number.
    21211: "Invalid 'To' Phone Number: {}",
    21212: "Invalid 'From' Number",
    21408: "Permission to send an SMS has not been enabled for {}",
    21603: "A 'From' phone number is required",
    21604: "A 'To' phone number is required",
    21606: "The 'From' number is not a valid sender of this account",
    21608: "The number {} is unverified",
    21609: "Invalid 'StatusCallback' URL",
    21610: "Attempt to send to unsubscribed recipient {}",
    21611: "This 'From' number has exceeded its queue",
    21612: "The message to {} cannot be sent with this 'From'",
    21614: "'To' number {} is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21618: "The message body to {} cannot be sent",
    21619: "A text message body or media urls must be specified",
    21705: "The Messaging Service Sid is invalid",
    35111: "SendAt is missing",
    35114: "SendAt is outside of the allowed window",
    35115: "SendAt is not a date and time",
    35118: "MessagingServiceSid is required to schedule a message",
    90007: "Invalid ValidityPeriod",
}


class RefusedError(Exception):
    """
    Twilio says no.

    Attributes:
        code: Twilio's.
        about: The number or field that its text names.
    """

    def __init__(
        self, code: int, about: str = "", *, status: int | None = None
    ) -> None:
        super().__init__(f"Twilio's code {code}")
        self.code = code
        self.about = about
        self.status = status or _STATUS.get(code, 400)


def answer_of(
    refused: RefusedError,
    *,
    problem: bool = False,
    headers: tuple[tuple[str, str], ...] = (),
) -> Answer:
    """
    The answer to somebody refused.

    Args:
        refused: Why.
        problem: In the shape of RFC 9457 instead of the classic one.
        headers: More of them.
    """
    code = refused.code
    text = _TEXTS.get(code, "Refused").format(refused.about)
    if problem:
        return Answer.json(
            refused.status,
            {
                "type": f"{_DOCS}{code}",
                "title": text,
                "status": refused.status,
                "code": code,
                "detail": text,
            },
            headers,
            media="application/problem+json",
        )
    return Answer.json(
        refused.status,
        {
            "code": code,
            "message": text,
            "more_info": f"{_DOCS}{code}",
            "status": refused.status,
        },
        headers,
    )
