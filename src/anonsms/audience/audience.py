"""The contacts of a campaign, and an account of the rows behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from attrs import field, frozen

from anonsms.audience.contact import Contact, RefusedRow
from anonsms.audience.merging import Gathering
from anonsms.display import Html, html_table
from anonsms.errors import ContactsError


def _in_order(contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    return tuple(contacts)


def _no_contact(other: str) -> ContactsError:
    return ContactsError(
        f"An audience is made of contacts, and this is {other}. Make each a "
        "Contact(PhoneNumber.parse(...)), or read rows by read_contacts(...)."
    )


@frozen(repr=False)
class Audience(Sequence[Contact]):
    """
    Contacts, each number once; and what became of every row.

    Every row that was read is accounted for:
    ``rows == len(contacts) + merged + len(refused)``.

    Made by :func:`anonsms.read_contacts`, or from contacts by :meth:`of`.
    A slice is an audience of its own, without the refused rows.

    Attributes:
        contacts: In the order of their first rows.
        refused: Rows that became no contact, by line.
        merged: Rows with a number that an earlier row had.
        rows: Rows read, without the header and blank lines.
        shared_numbers: Contacts whose number another person's row had too.
        columns: Names that the values of a contact may have.
        notes: What the reader should know about the source, in sentences.
    """

    contacts: tuple[Contact, ...] = field(converter=_in_order)
    refused: tuple[RefusedRow, ...] = field(default=(), kw_only=True)
    merged: int = field(default=0, kw_only=True)
    rows: int = field(kw_only=True)
    shared_numbers: int = field(default=0, kw_only=True)
    columns: tuple[str, ...] = field(default=(), kw_only=True)
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    @rows.default
    def _all_rows(self) -> int:
        return len(self.contacts) + self.merged + len(self.refused)

    @classmethod
    def of(cls, contacts: Iterable[Contact]) -> Audience:
        """
        Make an audience of contacts that the shop has already.

        Contacts with the same number are merged, as :func:`read_contacts`
        merges rows.

        Args:
            contacts: In the order in which they are to be texted.

        Raises:
            ContactsError: Something among them is no :class:`Contact`.
        """
        if not isinstance(contacts, Iterable):
            other = type(contacts).__name__
            del contacts
            raise _no_contact(other)
        gathering = Gathering()
        names: dict[str, None] = {}
        for contact in contacts:
            if not isinstance(contact, Contact):
                other = type(contact).__name__
                del contact, contacts, gathering, names
                raise _no_contact(other)
            gathering.add(contact)
            names.update(dict.fromkeys(contact.values))
        return cls(
            gathering.contacts,
            merged=gathering.merged,
            shared_numbers=gathering.shared_numbers,
            columns=tuple(names),
        )

    @property
    def claiming_consent(self) -> Audience:
        """
        Those whom the export's consent column calls consenting.

        This is what an import into the ledger starts from. Until it is
        imported there, with its provenance, it is a hint and no consent.
        """
        return self._only(c for c in self.contacts if c.claims_consent)

    def _only(self, contacts: Iterable[Contact]) -> Audience:
        # Numbers are unique in here already: nothing to merge.
        return Audience(contacts, columns=self.columns)

    def __len__(self) -> int:
        return len(self.contacts)

    def __iter__(self) -> Iterator[Contact]:
        return iter(self.contacts)

    @overload
    def __getitem__(self, index: int) -> Contact: ...
    @overload
    def __getitem__(self, index: slice) -> Audience: ...
    def __getitem__(self, index: int | slice) -> Contact | Audience:
        if isinstance(index, slice):
            return self._only(self.contacts[index])
        return self.contacts[index]

    def __repr__(self) -> str:
        return (
            f"<Audience {len(self.contacts):,} contacts, "
            f"{len(self.refused):,} rows refused, {self.merged:,} merged>"
        )

    def _repr_html_(self) -> Html:
        reasons = Counter(row.reason for row in self.refused)
        lines = [
            ("rows read", self.rows),
            ("contacts", len(self.contacts)),
            ("merged", self.merged),
            *(
                (f"refused: {reason}", number)
                for reason, number in reasons.most_common()
            ),
        ]
        return html_table(lines, header=("audience", "number"))
