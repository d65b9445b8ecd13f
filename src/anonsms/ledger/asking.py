"""Asking where people stand, and what happened to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from anonsms.consent import ConsentEvent, ConsentState, Purpose, Status
from anonsms.ledger.book import Book
from anonsms.ledger.counting import counts
from anonsms.ledger.door import of_people, of_person
from anonsms.ledger.moments import aware
from anonsms.phone import PhoneNumber


class Asking(Book):
    """The part of :class:`Ledger` that answers; it takes the index key."""

    @of_person
    def state(
        self,
        number: PhoneNumber,
        purpose: str | Purpose,
        at: datetime | None = None,
    ) -> ConsentState:
        """
        Where a person stands for a purpose.

        Args:
            number: Who.
            purpose: What for.
            at: The moment by which grants are held to have expired, if not
                now. What was recorded since counts all the same.

        Raises:
            UnknownPurposeError: Nobody declared the purpose.
            InvalidNumberError: ``number`` is no :class:`PhoneNumber`.
        """
        return self._journal.standings.one(
            self._keys.tokens((number.reveal(),))[0],
            self._purposes.find(purpose),
            self.clock() if at is None else aware(at),
        )

    @of_people
    def states(
        self,
        numbers: Sequence[PhoneNumber],
        purpose: str | Purpose,
        at: datetime | None = None,
    ) -> list[ConsentState]:
        """Where many people stand, in their order. As :meth:`state`."""
        return self.standings(self.tokens(numbers), purpose, at)

    def standings(
        self,
        tokens: Sequence[bytes],
        purpose: str | Purpose,
        at: datetime | None = None,
    ) -> list[ConsentState]:
        """:meth:`states` for who has the tokens already."""
        return self._journal.standings.many(
            tokens,
            self._purposes.find(purpose),
            self.clock() if at is None else aware(at),
        )

    @of_person
    def history(self, number: PhoneNumber) -> list[ConsentEvent]:
        """All that happened to a person, oldest first."""
        return self._journal.history(self.token(number))

    def counts(self, purpose: str | Purpose) -> dict[Status, int]:
        """How many people of the ledger stand where for a purpose."""
        return counts(self.store, self._purposes.find(purpose), self.clock())
