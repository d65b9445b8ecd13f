"""Checkpoints, proofs, and looking through the whole ledger."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from typing import Final

from anonsms.consent import ConsentEvent
from anonsms.errors import ConsentError, LedgerError, ProofError
from anonsms.ledger.checks.ledgercheck import check_ledger
from anonsms.ledger.checks.verification import Verification
from anonsms.ledger.door import fault_in
from anonsms.ledger.events import READ, event_of
from anonsms.ledger.proofs.checkpoint import Checkpoint
from anonsms.ledger.proofs.growth import Growth
from anonsms.ledger.proofs.note import (
    Verifier,
    parse_note,
    sign_note,
    trusted,
    verify_note,
)
from anonsms.ledger.proofs.proof import Disclosed, Proof
from anonsms.ledger.rights.auditing import Auditing
from anonsms.masking import Secret


_PLACED: Final = """
SELECT leaf_index, sealed, sealed_sha256 FROM anonsms_event WHERE seq = ?
"""


class Proving(Auditing):
    """The part of :class:`Ledger` that convinces others."""

    @property
    def origin(self) -> str:
        """The ledger's name in checkpoints and proofs."""
        return self._journal.tree.origin

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        """
        The public keys that checkpoints of this ledger are checked with.

        Publish them, as ``str(verifier)``, before anybody asks. The newest
        comes first; there are none without the power to sign.
        """
        return tuple(
            Verifier(self.origin, public) for public in self._keys.public_keys
        )

    def checkpoint(self) -> str:
        """
        Sign how long the ledger is and which root it has.

        The note goes to all sinks. Who keeps it can tell later whether
        anything before it was changed. Signing the same ledger again gives
        the same note.

        Returns:
            A C2SP checkpoint; see :class:`Checkpoint`.

        Raises:
            ConfigurationError: The key ring cannot sign.
            ProofError: The ledger does not continue the last checkpoint:
                something was changed. Nothing is signed then; see
                :meth:`verify`.
            LedgerError: A sink failed, after the others had the note.
        """
        if self.store.in_transaction:
            raise LedgerError(
                "What is signed cannot be rolled back: call checkpoint() and "
                "prove() after the transaction, not inside it."
            )
        self._journal.tree.integrate()
        with self.store.transaction():
            frontier = self._journal.tree.frontier()
            note = self._signed(frontier.size)
            if note is None:
                checkpoint = Checkpoint(
                    self.origin, frontier.size, frontier.root(), self.clock()
                )
                self._check_continued(checkpoint)
                note = sign_note(
                    checkpoint.body,
                    checkpoint.origin,
                    self._keys.signatures(checkpoint.body.encode()),
                )
                self.store.execute(
                    "INSERT INTO anonsms_checkpoint (size, note) "
                    "VALUES (?, ?) "
                    "ON CONFLICT (size) DO UPDATE SET note = excluded.note",
                    (checkpoint.size, note),
                )
        self._hand_out(note)
        return note

    def prove(
        self,
        event: ConsentEvent,
        *,
        disclose: bool = False,
        by: str = "",
        why: str = "",
    ) -> Proof:
        """
        Prove that an event is in the ledger as it was recorded.

        Args:
            event: From :meth:`history`, or as it was returned once.
            disclose: Also show the number and the evidence, by the person's
                own key. It is put on record that they were read.
            by: Who discloses them: an account, not a name.
            why: What for; both as for :meth:`reveal`.

        Returns:
            A small file for :func:`verify_proof`; it shows nobody else.

        Raises:
            LedgerError: There is no such event in this ledger.
            ConfigurationError: The key ring cannot sign a checkpoint, or
                not open what shall be disclosed.
            SealError: The person was erased; nothing can be disclosed.
            ConsentError: ``by`` or ``why`` is missing where something is
                disclosed, or holds what may be a phone number.
        """
        fault = fault_in({"by": by, "why": why}) if disclose else ""
        if fault:
            del by, why
            raise ConsentError(fault)
        self._journal.tree.integrate()
        seq, row = self._place(event)
        opened = None
        if disclose and row is not None:
            opened = self._disclosed(event, seq, row, by, why)
        index, digest = self._placed(seq)
        note = self._covering(index)
        checkpoint = Checkpoint.parse(parse_note(note).text)
        person = None if row is None else self._journal.subjects.known(row)
        [stored] = self.store.query(
            f"{READ} WHERE anonsms_event.seq = ?", (seq,)
        )
        return Proof(
            event=event_of("", stored),
            person="" if person is None else person.id.hex(),
            number_sha256=(
                "" if person is None else person.number_sha256.hex()
            ),
            sealed_sha256="" if digest is None else digest.hex(),
            index=index,
            path=tuple(self._journal.tree.inclusion(index, checkpoint.size)),
            checkpoint=note,
            disclosed=opened,
        )

    def prove_growth(self, since: str) -> Growth:
        """
        Prove that everything up to a checkpoint is still there, unchanged.

        Args:
            since: A checkpoint of this ledger that somebody kept.

        Returns:
            Some hashes and the newest checkpoint, for
            :func:`verify_growth`; it shows nobody.

        Raises:
            ProofError: The ledger does not continue that checkpoint, or the
                note is none.
            ConfigurationError: The key ring cannot sign a checkpoint.
            LedgerError: A transaction is open.
        """
        old = Checkpoint.parse(parse_note(since).text)
        note = self.checkpoint()
        new = Checkpoint.parse(parse_note(note).text)
        tree = self._journal.tree
        if (
            old.origin != new.origin
            or old.size > new.size
            or tree.root(old.size) != old.root
        ):
            raise ProofError(
                "The ledger does not continue this checkpoint: it is of "
                "another ledger, or events before it were changed or "
                "removed. Run verify(against=[...]) to see where."
            )
        return Growth(tuple(tree.consistency(old.size, new.size)), note)

    def verify(
        self,
        against: str | Iterable[str] = (),
        *,
        verifiers: Verifier | str | Iterable[Verifier | str] = (),
        people: bool = True,
    ) -> Verification:
        """
        Look through the whole ledger for anything that was changed.

        Every event is read and the tree over them is computed anew, then
        compared with the stored tree and with all signed checkpoints.

        Args:
            against: Checkpoints that were kept outside the database. What
                was rewritten by somebody who also holds the sign key shows
                by those alone.
            verifiers: Further public keys, e.g. of a sign key that was
                retired.
            people: Whether also to add up anew where each person stands,
                and to open what is sealed, if the key ring can.

        Returns:
            What was found; ``.ok`` if nothing is wrong.
        """
        return check_ledger(
            self.store,
            self._keys,
            self._journal,
            against=[against] if isinstance(against, str) else list(against),
            verifiers=trusted(verifiers),
            people=people,
        )

    def _placed(self, seq: int) -> tuple[int, bytes | None]:
        """The place in the tree, and the hash of the evidence."""
        [(index, _, digest)] = self.store.query(_PLACED, (seq,))
        if index is None:
            raise LedgerError(
                "The event has no place in the tree yet. Prove it outside "
                "of a transaction."
            )
        return index, digest

    def _disclosed(
        self, event: ConsentEvent, seq: int, row: int, by: str, why: str
    ) -> Disclosed:
        """What opens the sealed parts, once it is on record who asked."""
        self._may_open()
        token = self._whose(row)
        with self.store.transaction():
            present = self._held(token)
            self._note_reading(
                token,
                present,
                self.clock(),
                by=by,
                why=why,
                what="proof",
                event=event.id,
            )
            [(_, sealed, _)] = self.store.query(_PLACED, (seq,))
            person = self._journal.subjects.known(row)
            opened = Disclosed(
                Secret(
                    base64.b64encode(
                        self._journal.subjects.key(person)
                    ).decode()
                ),
                person.number or b"",
                sealed or b"",
            )
        self._journal.tree.integrate()
        return opened

    def _covering(self, index: int) -> str:
        """The newest note of ours over an event; a new one if none is."""
        rows = self.store.query(
            "SELECT note FROM anonsms_checkpoint WHERE size > ? "
            "ORDER BY size DESC LIMIT 1",
            (index,),
        )
        if rows and self._vouches(rows[0][0]):
            return str(rows[0][0])
        return self.checkpoint()

    def _signed(self, size: int) -> str | None:
        """The note of a size, if our keys signed it."""
        rows = self.store.query(
            "SELECT note FROM anonsms_checkpoint WHERE size = ?", (size,)
        )
        return str(rows[0][0]) if rows and self._vouches(rows[0][0]) else None

    def _vouches(self, note: str) -> bool:
        """Whether our keys signed a note; without any we cannot tell."""
        known = self.verifiers
        try:
            return not known or bool(verify_note(parse_note(note), known))
        except ProofError:
            return False

    def _check_continued(self, checkpoint: Checkpoint) -> None:
        """Refuse to sign what does not continue what was signed before."""
        rows = self.store.query(
            "SELECT note FROM anonsms_checkpoint ORDER BY size DESC LIMIT 1"
        )
        if not rows:
            return
        last = Checkpoint.parse(parse_note(rows[0][0]).text)
        if (
            last.origin != checkpoint.origin
            or last.size > checkpoint.size
            or self._journal.tree.root(last.size) != last.root
        ):
            raise ProofError(
                "The ledger does not continue its last checkpoint: events "
                "before it were changed or removed. Nothing was signed; run "
                "verify() to see where."
            )

    def _hand_out(self, note: str) -> None:
        failed = []
        for sink in self._settings.sinks:
            try:
                sink(note)
            except Exception as error:  # noqa: BLE001  # a sink is anybody's
                failed.append(type(error).__name__)
        if failed:
            raise LedgerError(
                "The checkpoint was signed, but not every sink took it "
                f"({', '.join(failed)}). Call checkpoint() again to hand it "
                "out once more."
            )
