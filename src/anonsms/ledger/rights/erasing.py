"""Forgetting a person, but for the no that outlives them."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from anonsms.consent import ConsentEvent, EventKind, Scope, Source
from anonsms.errors import ConsentError, LedgerError, SealError
from anonsms.ledger.door import audited
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.keycheck import refuse_reader
from anonsms.ledger.lastword import newest
from anonsms.ledger.rights.carrying import No, kept
from anonsms.ledger.rights.certificate import ErasureCertificate
from anonsms.ledger.rights.certifying import (
    ERASURE,
    FILES,
    LAST_DAY,
    NOTHING,
    PART,
    Certifying,
)
from anonsms.ledger.store import Hold
from anonsms.ledger.subjects import Person
from anonsms.ledger.texts import source_of
from anonsms.phone import PhoneNumber


WITHIN: Final = timedelta(days=30)
"""By when copies are to be unreadable: a month, as GDPR Art. 12(3) has it."""

_LONGEST: Final = timedelta(days=366)

# The provider's id of a message leads to the number, at the provider.
_UNTIE: Final = "UPDATE anonsms_outbox SET provider_id = NULL WHERE token = ?"


class Erasing(Certifying):
    """The part of :class:`Ledger` that forgets people."""

    @audited(optional=("reason", "by"))
    def erase(
        self,
        number: PhoneNumber,
        *,
        source: str | Source,
        reason: str = "",
        by: str = "",
        within: timedelta = WITHIN,
    ) -> ErasureCertificate:
        """
        Forget a person (GDPR Art. 17), and never text the number again.

        The person's key, number and all that is sealed are gone at once,
        from the database's own files too. Copies in backups and logs become
        unreadable when the key of the epoch is destroyed, see
        :meth:`rotate`. What stays is the bare history under a random id, for
        the proofs, and a no under the number's token: to marketing, for who
        wants to be erased objects to it (Art. 17(1)(c), 21(3)), and to
        whatever the person had said no to. Only a newer grant of their own
        lifts it.

        Erasing again wipes again, and gives the certificate of the first
        time. Of somebody unknown the objection is recorded all the same.

        Args:
            number: Whose.
            source: Where the request came from, e.g. ``"account"``.
            reason: Why, in a word, e.g. ``"request"``; not personal.
            by: Who did it: an account, not a name.
            within: How long copies may stay readable, at most.

        Raises:
            LedgerError: A transaction is open: bytes cannot be gone before
                it is committed. Or the person was erased, but old bytes
                could not be wiped yet: call it again for the certificate.
            ConfigurationError: The key ring was restricted.
            ConsentError: The source is unknown, ``within`` is no length of
                time, or a text is unfit to be kept.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        if self.store.in_transaction:
            raise LedgerError(
                "Bytes cannot be gone before they are committed: call "
                "erase() outside of your transaction."
            )
        refuse_reader(self._keys)
        if not (
            isinstance(within, timedelta) and timedelta() < within <= _LONGEST
        ):
            raise ConsentError(
                "Copies are to be unreadable within some days, a year at "
                "most. Pass a length of time: within=timedelta(days=30)."
            )
        now = self.clock()
        told = {
            LAST_DAY: (now + within).isoformat(),
            "reason": reason,
            "by": by,
        }
        with self.store.transaction():
            no = self._forget(self.token(number), source_of(source), now, told)
        self._journal.tree.integrate()
        first = dict(no.details)[ERASURE]
        return self._never_held(no) if first == NOTHING else self._wipe(first)

    def _forget(
        self, token: bytes, source: Source, now: datetime, told: dict[str, str]
    ) -> ConsentEvent:
        """Erase in an open transaction; the no that stays."""
        # All of them: the person may have had other numbers.
        self.store.hold(Hold.PEOPLE)
        journal = self._journal
        rows = journal.standings.of(token)
        head = journal.row(rows)
        if head is None or head.wrapped is None:
            return self._object(token, head, source, now)
        noes = kept(rows, self._purposes.find, objects=True)
        older = self._older_tokens(token, head)
        self.store.execute(_UNTIE, (token,))
        first = self._destroy(token, head, source, now, told)
        journal.standings.remove(token)
        for each in older:  # no old list brings them back by those either
            other = journal.row(journal.standings.of(each))
            if other is None or other.wrapped is None:
                self._keep(each, other, noes, first, source, newest(rows, now))
        return self._keep(token, None, noes, first, source, newest(rows, now))

    def _object(
        self,
        token: bytes,
        head: Person | None,
        source: Source,
        now: datetime,
    ) -> ConsentEvent:
        """The no of somebody of whom nothing else is held."""
        before = [] if head is None else self._journal.history(token)
        for event in before:
            if ERASURE in dict(event.details):
                return event  # it was done before
        noes = kept({}, self._purposes.find, objects=True)
        return self._keep(token, head, noes, NOTHING, source, now)

    def _keep(  # noqa: PLR0913, PLR0917
        self,
        token: bytes,
        head: Person | None,
        noes: Sequence[No],
        first: str,
        source: Source,
        at: datetime,
    ) -> ConsentEvent:
        """Keep noes under a token, and nothing else; the first of them."""
        journal = self._journal
        now = self.clock()
        before: list[ConsentEvent] = []
        if head is not None:
            before = journal.history(token)
            at = max([at, *(event.at for event in before)])
        head = head or journal.subjects.enrol_keyless(token)
        about = {"carried": "erasure", ERASURE: first}
        said = [
            journal.note(head, no.draft(source, at, about), token, now)
            for no in noes
        ]
        journal.standings.refold(token, head.row, [*before, *said])
        return said[0]

    def _destroy(
        self,
        token: bytes,
        head: Person,
        source: Source,
        now: datetime,
        told: dict[str, str],
    ) -> str:
        """Destroy what is held of somebody; the id of the first event."""
        subjects = self._journal.subjects
        epochs = self._living_epochs()
        before = [row for row in subjects.chain(token) if row != head.row]
        first = ""
        for person in (head, *map(subjects.known, before)):
            if person.number is None:
                continue  # the check of an older index key, gone with it
            # Copies from before it was wrapped anew have older epochs.
            opened_by = [e for e in epochs if e <= (person.epoch or 0)]
            draft = Draft(
                kind=EventKind.ERASED,
                scope=Scope.ALL,
                at=now,
                source=source,
                details=facts(
                    {
                        **({PART: first} if first else told),
                        "epoch": " ".join(map(str, sorted(opened_by))),
                    }
                ),
            )
            event = self._journal.note(person, draft, b"", now)
            first = first or event.id
            subjects.erase(person.row)
        return first

    def _older_tokens(self, token: bytes, head: Person) -> list[bytes]:
        """The tokens of the numbers that somebody had before."""
        subjects = self._journal.subjects
        numbers = []
        for row in subjects.chain(token):
            if row != head.row:
                # What is damaged is erased all the same.
                with contextlib.suppress(SealError):
                    numbers.append(subjects.number(subjects.known(row)))
        return [each for each in self.tokens(numbers) if each != token]

    def _wipe(self, first: str) -> ErasureCertificate:
        """See that no bytes are left, and put that on record."""
        try:
            self.store.wipe()
        except LedgerError as error:
            raise LedgerError(
                "The person was erased, and that stands. But old bytes are "
                f"in the database's files still ({error}) Call erase() once "
                "more for the certificate."
            ) from None
        row = self._head(first)
        if self._certificate(row).wiped_at is None:
            now = self.clock()
            draft = Draft(
                kind=EventKind.ERASED,
                scope=Scope.ALL,
                at=now,
                source=Source.STAFF,
                details=facts({FILES: "wiped"}),
            )
            with self.store.transaction():
                person = self._journal.subjects.known(row)
                self._journal.note(person, draft, b"", now)
            self._journal.tree.integrate()
        return self._certificate(row)
