"""What can be wrong with a row, as reason and message; never its content."""

from __future__ import annotations

import re
from typing import Final

from anonsms.phone import PhoneNumber


_SPOILT = re.compile(
    # 33639981234.0 and 3.36E+10, which a spreadsheet or a frame wrote.
    r"(?P<decimal>\+?[0-9]{5,}[.,]0+|[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+)"
    # Dates have digits enough for some countries: 0202 is Wuppertal.
    r"|(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]+)?"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./](?:19|20)[0-9]{2}"
)

_EMPTY: Final = "empty", "The row has no number."
RAGGED: Final = (
    "ragged",
    (
        "The row has more or fewer cells than the header, so they may stand "
        "in wrong columns. A separator or a line break inside a cell needs "
        "quotes around the cell."
    ),
)
UNREADABLE: Final = (
    "unreadable",
    (
        "The row cannot be read as CSV, most often because a quote is opened "
        "and never closed. Export the source again or mend the line."
    ),
)
NO_ROW: Final = (
    "type",
    (
        "The row is neither a mapping by column nor, with header=, a sequence "
        "of cells."
    ),
)
_NO_TEXT: Final = (
    "type",
    (
        "The number is not a text but a number of a spreadsheet or a frame, "
        "which loses the + and leading zeros. Read that column as text."
    ),
)
_DECIMAL: Final = (
    "spreadsheet",
    (
        "A spreadsheet has turned the phone number into a decimal number, so "
        "digits may be lost or added. Export that column as text."
    ),
)
_DAY: Final = (
    "not-a-number",
    (
        "There is a date where the number should be. Check which column is "
        "which, and what a spreadsheet made of that column."
    ),
)
NOWHERE: Final = (
    "unknown-country",
    (
        "The country of the row is not known by this name and the number "
        "has no country code. Write an ISO code, such as FR, or the number "
        "with + and country code."
    ),
)


def fault_of(phone: object) -> tuple[str, str] | None:
    """Why a cell cannot even be tried as a number: reason and message."""
    if phone is None:
        return _EMPTY
    if isinstance(phone, str):
        spoilt = _SPOILT.fullmatch(phone)
        if spoilt is None:
            return None
        return _DECIMAL if spoilt["decimal"] else _DAY
    return None if isinstance(phone, PhoneNumber) else _NO_TEXT
