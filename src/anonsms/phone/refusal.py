"""Why a text is no number, and what to do about it."""

from __future__ import annotations

from typing import Final

from anonsms.errors import InvalidNumberError


MESSAGES: Final = {
    "empty": "There is no phone number here: the text is empty.",
    "not-a-number": (
        "The text cannot be read as a phone number: apart from digits, a "
        "leading +, spaces, dots, dashes, slashes and brackets it may hold "
        "nothing. Correct it, or split it where it holds several numbers."
    ),
    "no-region": (
        "The number is written without a calling code, so its country must "
        'be told. Pass region=, for example region="FR", or write the '
        "number with + and its calling code."
    ),
    "unknown-region": (
        "The number is written without a calling code, and the region given "
        "for it is not known. Pass the two capital letters of ISO 3166-1, "
        'for example region="FR".'
    ),
    "unknown-country-code": (
        "The number is written for calls from abroad, but no country has its "
        "calling code. Check the digits after the + or the prefix for calls "
        "abroad."
    ),
    "too-short": (
        "The number has too few digits for its country. Check for lost "
        "digits, such as a missing area code."
    ),
    "too-long": (
        "The number has too many digits for its country. Check for a "
        "repeated prefix, or for two numbers in one field."
    ),
    "not-valid": (
        "The number has a fitting length, but its country's numbering plan "
        "has no such range. Check the digits and the region."
    ),
}
"""What each reason of :class:`anonsms.InvalidNumberError` says."""


def refusal(reason: str) -> InvalidNumberError:
    """
    The error for a reason.

    Args:
        reason: One of the words that ``InvalidNumberError`` lists, but for
            ``"type"``.
    """
    return InvalidNumberError(MESSAGES[reason], reason=reason)


def type_refusal(kind: type) -> InvalidNumberError:
    """
    The error for a value that is no text; it names the type only.

    Args:
        kind: The type of what was given.
    """
    if kind is type(None):
        return InvalidNumberError(
            "There is no phone number here: the value is None.",
            reason="empty",
        )
    return InvalidNumberError(
        f"A phone number must be text (str), not {kind.__name__}. Read as "
        "numbers, phone numbers lose the + and their leading zeros, and "
        "empty cells become NaN: read the column as text, for example with "
        "dtype=str.",
        reason="type",
    )
