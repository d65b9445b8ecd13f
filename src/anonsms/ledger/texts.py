"""Texts that come in, and what they must be to stay on record."""

from __future__ import annotations

from anonsms.consent import Source
from anonsms.errors import ConsentError
from anonsms.masking import storable


def plain(text: object, name: str) -> str:
    """
    A text that can be stored.

    Raises:
        ConsentError: It is no text, or has a character in it that a
            database refuses.
    """
    if isinstance(text, str) and storable(text) and "\0" not in text:
        return text
    raise ConsentError(
        f"The {name} must be text that can be written as UTF-8, without "
        "zero characters and halves of characters (lone surrogates). Pass "
        "it as a str."
    )


def one_line(text: object, name: str) -> str:
    """
    A text that can be stored and has no line ends: proofs go by lines.

    Raises:
        ConsentError: It cannot be stored, or has several lines.
    """
    if len(plain(text, name).splitlines()) > 1 or "\n" in str(text):
        raise ConsentError(
            f"The {name} must be one line: it is a short id, not a text. "
            "Put longer facts into evidence."
        )
    return str(text)


def said(text: str, name: str) -> str:
    """
    A text that must say something.

    Raises:
        ConsentError: It is empty, or cannot be stored.
    """
    if not plain(text, name).strip():
        raise ConsentError(
            f"The {name} is empty. Say in a few words where this comes from, "
            "so that it can be shown later."
        )
    return text.strip()


def source_of(source: str | Source) -> Source:
    """
    One of the closed list of sources, from its name in any case.

    >>> source_of("Point of sale")
    <Source.POINT_OF_SALE: 'point of sale'>

    Raises:
        ConsentError: It is not on the list.
    """
    plain = " ".join(str(source).casefold().replace("_", " ").split())
    try:
        return Source(plain)
    except ValueError:
        known = ", ".join(known.value for known in Source)
        raise ConsentError(
            "The source is not on the list, which is closed so that sources "
            f"can be counted: {known}. Put finer facts into evidence."
        ) from None
