"""The ledger: who said yes to what, who said stop, and the proof of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Self

from anonsms.consent import ConsentEvent, ConsentState, Purpose, Status
from anonsms.keys import KeyProvider, Power, token_text
from anonsms.ledger.door import no_number, odd_one, of_people, of_person
from anonsms.ledger.importing import Importing
from anonsms.ledger.journal import Journal
from anonsms.ledger.moments import aware
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.store import Store
from anonsms.phone import PhoneNumber


class Ledger(Importing):
    """
    Consent on record, in a database of the shop's own.

    Made by :func:`open_ledger`. What a method returned from survives a
    power cut. Threads may share one ledger; processes open their own.

    Attributes:
        store: The database, for what belongs into the same transaction.
    """

    def __init__(
        self,
        store: Store,
        keys: KeyProvider,
        purposes: Purposes,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(Journal(store, keys, purposes), purposes, clock)
        self.store = store
        self._keys = keys

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
            self._now() if at is None else aware(at),
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
            self._now() if at is None else aware(at),
        )

    @of_person
    def history(self, number: PhoneNumber) -> list[ConsentEvent]:
        """All that happened to a person, oldest first."""
        return self._journal.events.history(self.token(number))

    def evidence(self, event: ConsentEvent) -> dict[str, str]:
        """
        What was sealed with an event; needs a ring that can unseal.

        Raises:
            ConfigurationError: The key ring was restricted.
            SealError: The evidence does not open.
        """
        token = bytes.fromhex(event.token.partition(":")[2])
        return self._journal.subjects.unseal(token, bytes.fromhex(event.id))

    def counts(self, purpose: str | Purpose) -> dict[Status, int]:
        """How many people of the ledger stand where for a purpose."""
        return self._journal.standings.counts(
            self._purposes.find(purpose), self._now()
        )

    def purpose(self, name: str | Purpose) -> Purpose:
        """
        The purpose of that name, as it was declared.

        Raises:
            UnknownPurposeError: Nobody declared it.
        """
        return self._purposes.find(name)

    @of_person
    def token(self, number: PhoneNumber) -> bytes:
        """The keyed stand-in of a number: 16 bytes, pseudonymous."""
        return self._keys.tokens((number.reveal(),))[0]

    def stand_in(self, text: str) -> str:
        """A keyed stand-in of any text, for names that must not be kept."""
        [token] = self._keys.tokens([f"anonsms/stand-in/{text}"])
        return token.hex()

    @of_person
    def pseudonym(self, number: PhoneNumber) -> str:
        """The stand-in of a number as text, as messages and events show it."""
        return token_text(self.token(number), self._keys.index_version)

    @of_people
    def tokens(self, numbers: Iterable[PhoneNumber]) -> list[bytes]:
        """The stand-ins of many numbers, in their order."""
        people = list(numbers)
        if odd := odd_one(people):
            del people
            raise no_number(odd)
        return self._keys.tokens([number.reveal() for number in people])

    @property
    def may_record(self) -> bool:
        """Whether the key ring is whole enough to record events."""
        return Power.SEAL in self._keys.powers

    @property
    def clock(self) -> Callable[[], datetime]:
        """Tells the time by which things are recorded."""
        return self._clock

    def close(self) -> None:
        """Give the database back. Closing twice is harmless."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        if self.store.closed:
            return f"<{type(self).__name__} {self.store.kind}, closed>"
        [[people]] = self.store.query(
            "SELECT coalesce(max(seq), 0) FROM subject"
        )
        return f"<{type(self).__name__} {self.store.kind} {people:,} people>"
