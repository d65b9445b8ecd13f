"""Somebody has another number now."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar, cast

from anonsms.consent import ConsentEvent, Source
from anonsms.errors import ConsentError, UnknownPersonError
from anonsms.ledger.book import Book
from anonsms.ledger.door import Evidence, no_number, odd_one, of_person
from anonsms.ledger.journal import renumbered
from anonsms.ledger.lastword import newest
from anonsms.ledger.rights.carrying import Rows, kept, lost
from anonsms.ledger.store import Hold
from anonsms.ledger.subjects import seal_evidence
from anonsms.ledger.texts import source_of
from anonsms.phone import PhoneNumber


_Method = TypeVar("_Method", bound=Callable[..., object])

# What a campaign sent to the old number, it does not send again to the new.
_SENT: Final = """
UPDATE anonsms_outbox SET token = ? WHERE token = ? AND campaign NOT IN (
    SELECT campaign FROM anonsms_outbox WHERE token = ?
)
"""

_ABOUT: Final = {"carried": "renumbered"}


def of_two(method: _Method) -> _Method:
    """
    Guard a method that begins with two numbers; as ``of_person`` else.

    Raises:
        InvalidNumberError: One of them came as something else.
        ConsentError: The evidence cannot be sealed.
    """
    inner = of_person(method)

    @functools.wraps(method)
    def door(
        self: object, number: object, new_number: object, **said: object
    ) -> object:
        if odd := odd_one((number, new_number)):
            del number, new_number, said
            raise no_number(odd)
        if said.get("evidence") is not None:
            given = said.pop("evidence")
            # What is no mapping is refused further in, and not shown here.
            masked = Evidence(given) if isinstance(given, Mapping) else ()
            said["evidence"] = masked
            del given
        return inner(self, number, new_number, **said)

    return cast("_Method", door)


class Rectifying(Book):
    """The part of :class:`Ledger` that corrects numbers."""

    @of_two
    def rectify(
        self,
        number: PhoneNumber,
        new_number: PhoneNumber,
        *,
        source: str | Source,
        evidence: Mapping[str, str] | None = None,
    ) -> ConsentEvent:
        """
        Record that somebody has another number (GDPR Art. 16).

        The history goes along, and with it where the person stands. Is the
        new number on record already, both histories become one, and the
        stricter side wins: a stop, pause or suppression of either stays.
        What the person had said no to stays with the old number as well,
        for it may be given to somebody else. So do its sealed form and what
        was sealed with it, until the person is erased.

        Args:
            number: The number on record.
            new_number: The one that is right now.
            source: Who says so, e.g. ``"account"``.
            evidence: Further facts by name; sealed.

        Returns:
            What was put on record with the new number.

        Raises:
            UnknownPersonError: The old number is unknown, or was erased.
            ConsentError: Both are the same, the source is unknown, or the
                evidence cannot be sealed.
            InvalidNumberError: One of them is no :class:`PhoneNumber`.
        """
        from_ = source_of(source)
        old, new = self.tokens((number, new_number))
        if old == new:
            raise ConsentError(
                "Both numbers are the same: there is nothing to correct."
            )
        now = self.clock()
        with self.store.transaction():
            for token in sorted((old, new)):
                self.store.hold(Hold.PERSON, token)
            event = self._renumber(
                (old, new),
                new_number,
                from_,
                now,
                cast("Evidence | None", evidence),
            )
        self._journal.tree.integrate_if_due()
        return event

    def _renumber(
        self,
        tokens: tuple[bytes, bytes],
        new_number: PhoneNumber,
        source: Source,
        now: datetime,
        evidence: Evidence | None,
    ) -> ConsentEvent:
        journal, (old, new) = self._journal, tokens
        sides = journal.standings.of(old), journal.standings.of(new)
        before = journal.row(sides[0])
        if before is None or before.wrapped is None:
            raise UnknownPersonError(
                "Nobody is on record with the old number, or nothing but a "
                "no was kept of them. Record what the person says now, with "
                "the new number."
            )
        told = journal.history(old)
        if sides[1]:
            told += journal.history(new)
        person, key = journal.living(
            new, new_number, journal.row(sides[1]), source, now
        )
        comes = renumbered({"from": before.id.hex()}, source, now)
        event = comes.event(self._pseudonym(new), now)
        sealed = None
        if evidence:
            sealed = seal_evidence(
                key or journal.subjects.key(person),
                person,
                bytes.fromhex(event.id),
                evidence,
            )
        del key  # errors show variables
        leaves = renumbered({"to": person.id.hex()}, source, now)
        journal.note(before, leaves, old, now)
        journal.subjects.follow(before.row, person.row)
        journal.events.add(person, event, sealed)
        at = max(newest(side, now) for side in sides)
        while no := lost(journal.standings, told, sides):
            draft = no.draft(source, at, _ABOUT)
            told.append(journal.note(person, draft, new, now))
        journal.standings.refold(new, person.row, told)
        self.store.execute(_SENT, (new, old, new))
        self._keep_noes(old, sides[0], source, now)
        return event

    def _keep_noes(
        self, token: bytes, rows: Rows, source: Source, now: datetime
    ) -> None:
        """Leave with the old number what was refused with it."""
        journal = self._journal
        journal.standings.remove(token)
        noes = kept(rows, self._purposes.find, objects=False)
        if not noes:
            return
        person = journal.subjects.enrol_keyless(token)
        at = newest(rows, now)
        said = [
            journal.note(person, no.draft(source, at, _ABOUT), token, now)
            for no in noes
        ]
        journal.standings.refold(token, person.row, said)
