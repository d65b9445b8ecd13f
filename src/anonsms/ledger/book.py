"""What all parts of a ledger share: its database, its keys, its people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from anonsms.consent import Purpose
from anonsms.keys import KeyProvider, Power, token_text
from anonsms.ledger.door import no_number, odd_one, of_people, of_person
from anonsms.ledger.journal import Journal
from anonsms.ledger.moments import aware
from anonsms.ledger.pacing import StorePaceBook
from anonsms.ledger.purposes import Purposes
from anonsms.ledger.settings import Settings
from anonsms.ledger.store import Store
from anonsms.phone import PhoneNumber


class Book:
    """
    The ledger's own ground: who is who, and what time it is.

    Attributes:
        store: The database, for what belongs into the same transaction.
        pace_book: Places in the queue to a provider, which all processes of
            this ledger share: ``Pace(..., book=ledger.pace_book)``.
    """

    def __init__(
        self,
        store: Store,
        keys: KeyProvider,
        purposes: Purposes,
        settings: Settings,
    ) -> None:
        self.store = store
        self._keys = keys
        self._purposes = purposes
        self._settings = settings
        self._journal = Journal(store, keys, purposes)
        self.pace_book = StorePaceBook(store)

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

    @of_people
    def tokens(self, numbers: Iterable[PhoneNumber]) -> list[bytes]:
        """The stand-ins of many numbers, in their order."""
        people = list(numbers)
        if odd := odd_one(people):
            del people
            raise no_number(odd)
        return self._keys.tokens([number.reveal() for number in people])

    @of_person
    def pseudonym(self, number: PhoneNumber) -> str:
        """The stand-in of a number as text, as messages and events show it."""
        return self._pseudonym(self.token(number))

    def stand_in(self, text: str) -> str:
        """A keyed stand-in of any text, for names that must not be kept."""
        [token] = self._keys.tokens([f"anonsms/stand-in/{text}"])
        return token.hex()

    @property
    def may_record(self) -> bool:
        """Whether the key ring is whole enough to record events."""
        return Power.SEAL in self._keys.powers

    def clock(self) -> datetime:
        """The time by which things are recorded; aware, UTC."""
        return aware(self._settings.clock())

    def _pseudonym(self, token: bytes) -> str:
        return token_text(token, self._keys.index_version)
