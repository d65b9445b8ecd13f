"""Importing lists of people from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from anonsms.consent import EventKind, Purpose, Scope, Source, Wording
from anonsms.ledger.door import of_people
from anonsms.ledger.entries.capture import agreed, refuse_bought
from anonsms.ledger.entries.recording import Recording, expiry
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.moments import past
from anonsms.ledger.tally import ImportReport
from anonsms.ledger.texts import said, source_of
from anonsms.phone import PhoneNumber


class Importing(Recording):
    """The part of :class:`Ledger` that takes over lists."""

    @of_people
    def import_grants(  # noqa: PLR0913
        self,
        numbers: Iterable[PhoneNumber],
        purpose: str | Purpose,
        *,
        wording: Wording,
        provenance: str,
        obtained_at: datetime,
        source: str | Source = Source.IMPORT,
        bought: bool = False,
    ) -> ImportReport:
        """
        Take over consent that was given elsewhere.

        Never lifts an opt-out, whatever the dates. Running it again records
        nothing twice. 1,000 people are committed at a time.

        Args:
            numbers: Whose; read a part at a time.
            purpose: What for.
            wording: The text that they agreed to, back then.
            provenance: Where the list comes from, e.g. ``"old shop"``.
            obtained_at: When consent was given; it expires counted from
                then.
            source: ``"import"``, or where it was given.
            bought: Whether the list was bought: then it is refused.

        Raises:
            BoughtListError: ``bought`` is true.
            UnknownPurposeError: Nobody declared the purpose.
            ConsentError: Wording or provenance is missing, the time is
                naive or in the future, or a text cannot be stored.
            InvalidNumberError: Something is no :class:`PhoneNumber`.
        """
        refuse_bought(bought=bought)
        known = self._purposes.find(purpose)
        now = self.clock()
        when = past(obtained_at, now)
        draft = Draft(
            kind=EventKind.IMPORTED,
            scope=Scope.PURPOSE,
            purpose=known.name,
            at=when,
            source=source_of(source),
            wording=agreed(wording),
            expires_at=expiry(known, when),
            details=facts(
                {
                    "controller": self._controller(),
                    "provenance": said(provenance, "provenance"),
                }
            ),
        )
        return self._journal.append_each(numbers, draft, now)

    @of_people
    def import_withdrawals(
        self,
        numbers: Iterable[PhoneNumber],
        *,
        provenance: str,
        at: datetime | None = None,
    ) -> ImportReport:
        """
        Take over a list of people who want no marketing.

        Args:
            numbers: Whose; read a part at a time.
            provenance: Where the list comes from.
            at: When they said so, if not now.

        Raises:
            ConsentError: The provenance is missing or cannot be stored, or
                the time is naive or in the future.
            InvalidNumberError: Something is no :class:`PhoneNumber`.
        """
        now = self.clock()
        draft = Draft(
            kind=EventKind.WITHDRAWAL,
            scope=Scope.MARKETING,
            at=now if at is None else past(at, now),
            source=Source.IMPORT,
            details=facts({"provenance": said(provenance, "provenance")}),
        )
        return self._journal.append_each(numbers, draft, now)
