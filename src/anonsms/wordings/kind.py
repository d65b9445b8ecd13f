"""Where a consent text stands, which decides what it has to say."""

from __future__ import annotations

import enum

from anonsms.errors import ConsentError


class WordingKind(enum.StrEnum):
    """Kinds of consent texts: a closed list."""

    MARKETING = "marketing"
    """The label of an unticked box, short."""
    LONG = "marketing, long"
    """The same, with the person's rights spelt out."""
    DOUBLE_OPT_IN = "double opt-in"
    """A question by SMS, after a box was ticked; fits one part."""
    KEYWORD = "keyword"
    """Tells people which word to text to which number to subscribe."""
    REFUSAL = "refusal"
    """A box to refuse offers at a purchase (2002/58/EC Art. 13(2))."""
    PAPER = "paper"
    """A form at the till, with lines to fill in."""


def kind_named(kind: WordingKind | str) -> WordingKind:
    """
    The kind of that name.

    Raises:
        ConsentError: There is none.
    """
    try:
        return WordingKind(kind)
    except ValueError:
        known = ", ".join(f'"{known}"' for known in WordingKind)
        raise ConsentError(
            f"There is no such kind of wording. The kinds are {known}."
        ) from None
