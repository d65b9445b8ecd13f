"""Handing a person all that is held about them."""

from __future__ import annotations

from typing import Final

from anonsms.ledger.door import Evidence, audited
from anonsms.ledger.moments import moment
from anonsms.ledger.rights.auditing import Auditing
from anonsms.ledger.rights.personal import (
    Holdings,
    PersonalData,
    SentText,
    personal_data,
)
from anonsms.ledger.store import Hold
from anonsms.ledger.subjects import CHAIN, Person
from anonsms.phone import PhoneNumber


_SEALED: Final = f"""
{CHAIN} SELECT id, subject, sealed FROM anonsms_event
WHERE sealed IS NOT NULL AND subject IN (SELECT people.seq FROM people)
"""  # noqa: S608  # a constant

_SENT: Final = """
SELECT campaign, state, parts, updated_at FROM anonsms_outbox
WHERE token = ? ORDER BY updated_at, campaign
"""

_PURPOSES: Final = "SELECT name FROM anonsms_purpose ORDER BY name"


class Exporting(Auditing):
    """The part of :class:`Ledger` that answers access requests."""

    @audited("by", "why")
    def export(
        self,
        number: PhoneNumber,
        *,
        by: str,
        why: str = "access request (Art. 15)",
    ) -> PersonalData:
        """
        All that is held on a person (GDPR Art. 15, 20), and nobody else.

        That it was read is put on record with the person, and in the
        document. Of somebody unknown the document says that nothing is held,
        and nothing is put on record.

        Make sure first that whoever asks is the person: the number alone
        shows it to anybody who knows it.

        Args:
            number: Whose.
            by: Who answers: an account such as ``"staff-17"``, not a name.
            why: What for.

        Returns:
            A document in JSON, which is masked until its ``dumps()``.

        Raises:
            ConfigurationError: The key ring was restricted.
            SealError: Something that was sealed does not open.
            ConsentError: ``by`` or ``why`` is missing, or holds what may be
                a phone number.
            LedgerError: A transaction is open.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        self._may_open()
        token = self.token(number)
        now = self.clock()
        with self.store.transaction():
            self.store.hold(Hold.PERSON, token)
            person = self._journal.row(self._journal.standings.of(token))
            if person is not None and person.wrapped is not None:
                self._note_reading(
                    token, person, now, by=by, why=why, what="export"
                )
            held = self._holdings(token, number, person)
        self._journal.tree.integrate_if_due()
        return personal_data(held, self._settings.controller, now)

    def _holdings(
        self, token: bytes, number: PhoneNumber, person: Person | None
    ) -> Holdings:
        subjects = self._journal.subjects
        older: list[PhoneNumber] = []
        if person is not None:
            people = map(subjects.known, subjects.chain(token))
            older = [
                subjects.number(each)
                for each in people
                if each.row != person.row and each.wrapped is not None
            ]
        return Holdings(
            number=number,
            older=older,
            pseudonym=self._pseudonym(token),
            standings=[
                (purpose, state)
                for [name] in self.store.query(_PURPOSES)
                for purpose in [self._purposes.find(name)]
                for state in [
                    self._journal.standings.one(token, purpose, self.clock())
                ]
            ],
            events=self._journal.history(token) if person else [],
            evidence=self._evidence(token),
            texts=self._texts(token),
        )

    def _evidence(self, token: bytes) -> dict[str, Evidence]:
        """What was sealed with somebody's events, by the events' ids."""
        subjects = self._journal.subjects
        return {
            id_.hex(): subjects.evidence(subjects.known(row), id_, sealed)
            for id_, row, sealed in self.store.query(_SEALED, (token,))
        }

    def _texts(self, token: bytes) -> list[SentText]:
        # Those to earlier numbers came along when the number was corrected.
        # What is there since went to whoever has that number now.
        return [
            SentText(campaign, state, parts, moment(at))
            for campaign, state, parts, at in self.store.query(_SENT, (token,))
        ]
