"""Reading what is sealed about one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from anonsms.consent import ConsentEvent
from anonsms.errors import ConsentError, SealError, UnknownPersonError
from anonsms.ledger.door import Evidence, fault_in
from anonsms.ledger.rights.auditing import Auditing
from anonsms.phone import PhoneNumber


_SEALED: Final = """
SELECT sealed, sealed_sha256 FROM anonsms_event WHERE seq = ?
"""


class Revealing(Auditing):
    """The part of :class:`Ledger` that opens seals."""

    def reveal(
        self, whom: bytes | str | ConsentEvent, *, by: str, why: str
    ) -> PhoneNumber:
        """
        The number of somebody, once it is on record who asked.

        Args:
            whom: A token, as bytes or as text (``"a1:..."``), or an event
                of theirs.
            by: Who asks: an account such as ``"staff-17"``, not a name.
            why: What for, in a few words. Both stay on record for ever, and
                are shown to the person who asks for access.

        Returns:
            The present number, which is masked until its own ``reveal()``.

        Raises:
            ConfigurationError: The key ring was restricted.
            UnknownPersonError: Nobody has that token.
            SealError: The person was erased.
            ConsentError: ``by`` or ``why`` is missing, or holds what may be
                a phone number.
            LedgerError: The event is not in this ledger, or a transaction
                is open.
        """
        if fault := fault_in({"by": by, "why": why}):
            del whom, by, why
            raise ConsentError(fault)
        self._may_open()
        if isinstance(whom, ConsentEvent):
            token = self._whose(_somebody(self._place(whom)[1]))
        else:
            found = self._token_of(whom)
            if found is None:
                kind = type(whom).__name__
                del whom  # it may be a number
                raise UnknownPersonError(
                    "A person is named by a token of 16 bytes, by its text "
                    f"(a1:...) or by an event. This {kind} is neither."
                )
            token = found
        with self.store.transaction():
            person = self._held(token)
            self._note_reading(
                token, person, self.clock(), by=by, why=why, what="number"
            )
            number = self._journal.subjects.number(person)
        self._journal.tree.integrate_if_due()
        return number

    def evidence(
        self, event: ConsentEvent, *, by: str, why: str
    ) -> Mapping[str, str]:
        """
        What was sealed with an event, once it is on record who asked.

        Args:
            event: From :meth:`history`, or as it was returned once.
            by: Who asks, as for :meth:`reveal`.
            why: What for.

        Returns:
            Facts by name. It prints the names alone. Nothing if nothing was
            sealed, and then nothing is put on record.

        Raises:
            ConfigurationError: The key ring was restricted.
            SealError: The person was erased, or the evidence does not open.
            ConsentError: As for :meth:`reveal`.
            LedgerError: As for :meth:`reveal`.
        """
        if fault := fault_in({"by": by, "why": why}):
            del by, why
            raise ConsentError(fault)
        self._may_open()
        seq, subject = self._place(event)
        row = _somebody(subject)
        [(_, digest)] = self.store.query(_SEALED, (seq,))
        if digest is None:
            return Evidence({})
        token = self._whose(row)
        with self.store.transaction():
            present = self._held(token)
            [(sealed, _)] = self.store.query(_SEALED, (seq,))
            if sealed is None:
                raise SealError(
                    "The evidence cannot be read: it is gone, though the "
                    "person was not erased. Run verify()."
                )
            self._note_reading(
                token,
                present,
                self.clock(),
                by=by,
                why=why,
                what="evidence",
                event=event.id,
            )
            found = self._journal.subjects.evidence(
                self._journal.subjects.known(row),
                bytes.fromhex(event.id),
                sealed,
            )
        self._journal.tree.integrate_if_due()
        return found


def _somebody(subject: int | None) -> int:
    if subject is None:
        raise ConsentError(
            "The event is about the shop, not about a person: nothing is "
            "sealed with it."
        )
    return subject
