"""One customer, and one row that could not become one."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from anonsms.phone import PhoneNumber


_NAMES_SHOWN = 8


@frozen(repr=False)
class Contact:
    """
    One customer: a number, and what may be said to them.

    The values are in plain, because they are what a text is made of; so
    treat them as the personal data that they are. The number is not among
    them: it shows only through ``number.reveal()``.

    >>> from anonsms.phone import PhoneNumber
    >>> zoe = PhoneNumber.parse("06 39 98 12 34", region="FR")
    >>> Contact(zoe, {"first_name": "Zoé", "orders": 3})
    <Contact +33 •••••••34, values: first_name, orders>

    Attributes:
        number: Whom to text.
        values: Merge values by tag name: the columns of the export under
            their own names and ``first_name``, ``last_name``, ``city``,
            ``country``, ``orders`` (``int``), ``spent`` (``Decimal``) and
            ``tags`` (tuple of ``str``). A blank cell has no entry.
        country: Where the export says they live, ISO 3166-1 alpha-2;
            ``None`` if it does not say. Where the number belongs is
            ``number.region``.
        language: BCP 47 tag, e.g. ``"fr"``; ``None`` if unknown.
        claims_consent: What the export's consent column says; ``None`` if
            nothing, or if one of the rows has a word that is neither a yes
            nor a no. A hint, not consent: only the ledger knows consent.
        line: Line of the file on which the first row of this contact
            begins, counted from 1; for rows in memory, the position of the
            row. ``None`` if made by hand.
    """

    number: PhoneNumber
    # A dictionary has no hash; equal contacts still hash alike.
    values: Mapping[str, object] = field(factory=dict, hash=False)
    country: str | None = None
    language: str | None = None
    claims_consent: bool | None = None
    line: int | None = None

    def __repr__(self) -> str:
        # Canonical names, which are small letters, before the export's own.
        names = sorted(
            self.values, key=lambda name: (name.lower() != name, name)
        )
        shown = ", ".join(names[:_NAMES_SHOWN]) or "none"
        if len(names) > _NAMES_SHOWN:
            shown += f" and {len(names) - _NAMES_SHOWN} more"
        return f"<Contact {self.number.masked}, values: {shown}>"


@frozen
class RefusedRow:
    """
    A row without a number that can be used; it stopped nothing.

    Attributes:
        line: Line of the file on which the row begins, counted from 1; for
            rows in memory, the position of the row.
        reason: A short, stable word: those of
            :class:`anonsms.InvalidNumberError`, and ``"ragged"``
            (too few or too many cells), ``"spreadsheet"`` (a spreadsheet
            spoilt the number), ``"unknown-country"``, ``"unreadable"``.
        message: What is wrong and what to do; without anything of the row.
    """

    line: int
    reason: str
    message: str
