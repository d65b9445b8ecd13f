"""Who read what is sealed, and why: on record before it is seen."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from anonsms.consent import ConsentEvent, EventKind, Scope, Source
from anonsms.errors import (
    LedgerError,
    SealError,
    UnknownPersonError,
)
from anonsms.keys import TOKEN_SIZE, read_token
from anonsms.ledger.book import Book
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.store import Hold
from anonsms.ledger.subjects import CHAIN, Person


# The first is quick: a person has few events. The second reads all events,
# for one whose token is of an older number.
_OF_PERSON: Final = f"""
{CHAIN} SELECT seq, subject FROM anonsms_event
WHERE id = ? AND subject IN (SELECT people.seq FROM people)
"""  # noqa: S608  # a constant
_OF_SHOP: Final = """
SELECT seq, subject FROM anonsms_event WHERE subject IS NULL AND id = ?
"""
_ANY: Final = "SELECT seq, subject FROM anonsms_event WHERE id = ?"

_PRESENT: Final = """
WITH RECURSIVE after (seq, successor) AS (
    SELECT seq, successor FROM anonsms_subject WHERE seq = ?
    UNION
    SELECT anonsms_subject.seq, anonsms_subject.successor
    FROM anonsms_subject JOIN after ON anonsms_subject.seq = after.successor
)
SELECT token FROM anonsms_standing
JOIN after ON after.seq = anonsms_standing.subject LIMIT 1
"""


class Auditing(Book):
    """What the parts of :class:`Ledger` share that open a seal."""

    def _may_open(self) -> None:
        """
        Refuse to open anything that could not stay on record.

        Raises:
            ConfigurationError: The key ring cannot open seals.
            LedgerError: Somebody's transaction is open, and could be undone
                after they have read.
        """
        self._keys.wrap([], [])
        if self.store.in_transaction:
            raise LedgerError(
                "Who reads what is sealed must stay on record, and a "
                "transaction that is open can be undone. Read before it, or "
                "after it was committed."
            )

    def _note_reading(
        self,
        token: bytes,
        person: Person,
        now: datetime,
        **told: str,
    ) -> None:
        """Put on record that somebody reads, in an open transaction."""
        draft = Draft(
            kind=EventKind.REVEALED,
            scope=Scope.ALL,
            at=now,
            source=Source.STAFF,
            details=facts(told),
        )
        self._journal.note(person, draft, token, now)

    def _held(self, token: bytes) -> Person:
        """
        Somebody's present row, held until the open transaction ends.

        Raises:
            UnknownPersonError: Nobody has that token.
        """
        self.store.hold(Hold.PERSON, token)
        person = self._journal.row(self._journal.standings.of(token))
        if person is None:
            raise UnknownPersonError(
                "Nobody of that token is on record. Take it from this "
                "ledger: ledger.pseudonym(number), or an event's token."
            )
        return person

    def _token_of(self, whom: object) -> bytes | None:
        """
        A token, from its bytes or its text; ``None`` if it is neither.

        Raises:
            ConfigurationError: It is of a newer index key than the ring's.
        """
        if isinstance(whom, bytes) and len(whom) == TOKEN_SIZE:
            return whom
        found = read_token(whom) if isinstance(whom, str) else None
        del whom  # it may be a number
        if found is None:
            return None
        version, token = found
        if version == self._keys.index_version:
            return token
        return self._keys.renew_tokens([token], version)[0]

    def _place(self, event: ConsentEvent) -> tuple[int, int | None]:
        """
        Where an event is stored, and whose it is.

        Returns:
            Its row; and the person's, ``None`` if it is about nobody.

        Raises:
            LedgerError: There is no such event in this ledger.
        """
        id_ = bytes.fromhex(event.id)
        token = self._token_of(event.token)
        rows = (
            self.store.query(_OF_PERSON, (token, id_))
            if token
            else self.store.query(_OF_SHOP, (id_,))
        ) or self.store.query(_ANY, (id_,))
        if not rows:
            raise LedgerError(
                "The event is not in this ledger. Take it from "
                "ledger.history()."
            )
        [(seq, subject)] = rows
        return int(seq), subject

    def _whose(self, subject: int) -> bytes:
        """
        The token of somebody now, by one of their rows.

        Raises:
            SealError: They were erased.
        """
        for [token] in self.store.query(_PRESENT, (subject,)):
            return bytes(token)
        raise SealError(
            "What was sealed cannot be read: the person was erased, and the "
            "key destroyed."
        )
