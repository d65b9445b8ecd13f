"""Answers to calls that are about the account, not about one message."""

from __future__ import annotations

from collections.abc import Mapping

from anonsms.errors import TransportError
from anonsms.transport import HttpResponse
from anonsms.transport.codes import http_code
from anonsms.transports.smsapi.codes import code_of


def error_in(response: HttpResponse) -> str:
    """The code of what went wrong; empty if nothing did."""
    code = code_of(response.mapping().get("error"))
    if not response.succeeded:
        return code or http_code(response.status)
    return code


def body_of(response: HttpResponse, what: str) -> Mapping[str, object]:
    """
    The object in an answer.

    Args:
        response: The answer.
        what: What was asked, for the error.

    Raises:
        TransportError: SMSAPI refused, or answered something else.
    """
    if code := error_in(response):
        raise TransportError(
            f"SMSAPI refused {what} with the code {code}. Its list of "
            "codes says why; 101, 102 and http-401 mean the token."
        )
    body = response.json()
    readable = isinstance(body, dict)
    if not readable:
        del body
        raise TransportError(
            f"SMSAPI's answer to {what} cannot be read. See whether the "
            "base URL is right."
        )
    return response.mapping()


def rows_of(
    body: Mapping[str, object], name: str
) -> list[Mapping[str, object]]:
    """The rows of a list in an answer; empty if there are none."""
    listed = body.get(name)
    if not isinstance(listed, list):
        return []
    return [row for row in listed if isinstance(row, dict)]
