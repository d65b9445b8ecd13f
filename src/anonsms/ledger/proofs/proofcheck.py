"""Checking a proof: no database, no secret, no trust but in a public key."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping

from attrs import evolve, frozen

from anonsms.consent import ConsentEvent
from anonsms.errors import ProofError, SealError
from anonsms.keys import unseal
from anonsms.ledger.proofs.checkpoint import Checkpoint
from anonsms.ledger.proofs.frontier import leaf_hash
from anonsms.ledger.proofs.merkle import verify_inclusion
from anonsms.ledger.proofs.note import (
    Verifier,
    parse_note,
    trusted,
    verify_note,
)
from anonsms.ledger.proofs.proof import Disclosed, Proof
from anonsms.ledger.subjects import (
    evidence_place,
    number_place,
    opened_evidence,
    opened_number,
)
from anonsms.phone import PhoneNumber


@frozen
class Proven:
    """
    What a proof that holds has shown.

    Attributes:
        event: What happened, unchanged since the checkpoint was signed.
        checkpoint: The checkpoint that it is under.
        signers: Whose signatures on the checkpoint were checked.
        number: Whose event it is, if the proof discloses it.
        evidence: The evidence, if the proof discloses it; prints the names
            alone.
    """

    event: ConsentEvent
    checkpoint: Checkpoint
    signers: tuple[Verifier, ...]
    number: PhoneNumber | None = None
    evidence: Mapping[str, str] | None = None


def verify_proof(
    proof: Proof | str, verifiers: Verifier | str | Iterable[Verifier | str]
) -> Proven:
    """
    Check a proof; it takes no database and no secret.

    Args:
        proof: The proof, or the content of its file.
        verifiers: The keys that are trusted to sign the ledger's
            checkpoints, as the shop publishes them
            (``ledger.verifiers``). At least one has to have signed.

    Returns:
        What it shows.

    Raises:
        ProofError: It does not hold, and why.
    """
    checked = Proof.loads(proof) if isinstance(proof, str) else proof
    if not isinstance(checked, Proof):
        kind = type(proof).__name__
        del proof, checked
        raise ProofError(
            f"A proof is a Proof, or the text of its file; this was a {kind}. "
            "Read the file with Proof.load(path)."
        )
    del proof
    # The leaf of what is about nobody says nothing of a number, so that any
    # could be put beside it.
    if not checked.person and (checked.number_sha256 or checked.disclosed):
        raise ProofError(
            "The event is about nobody, but the proof names a number with "
            "it: something in the proof was changed."
        )
    checkpoint, signers = check_note(checked.checkpoint, verifiers)
    if not verify_inclusion(
        leaf_hash(checked.leaf.encode()),
        checked.index,
        checkpoint.size,
        checked.path,
        checkpoint.root,
    ):
        raise ProofError(
            "The event is not in the ledger that the checkpoint was signed "
            "for: something in the proof was changed."
        )
    proven = Proven(checked.event, checkpoint, signers)
    if checked.disclosed is None:
        return proven
    return _opened(proven, checked, checked.disclosed)


def check_note(
    note: str, verifiers: Verifier | str | Iterable[Verifier | str]
) -> tuple[Checkpoint, tuple[Verifier, ...]]:
    """
    Read a signed checkpoint, and tell who vouches for it.

    Raises:
        ProofError: It is no checkpoint, or none of the keys signed it.
    """
    known = trusted(verifiers)
    parsed = parse_note(note)
    checkpoint = Checkpoint.parse(parsed.text)
    signers = tuple(
        signer
        for signer in verify_note(parsed, known)
        if signer.name == checkpoint.origin
    )
    if not signers:
        raise ProofError(
            "The checkpoint is of another ledger than the key that signed "
            "it. Ask for it again."
        )
    return checkpoint, signers


def read_checkpoint(
    note: str, verifiers: Verifier | str | Iterable[Verifier | str]
) -> Checkpoint:
    """
    Check a signed checkpoint, and read it.

    Args:
        note: As ``ledger.checkpoint()`` gave it.
        verifiers: The public keys that are trusted.

    Raises:
        ProofError: It is no checkpoint, or none of the keys signed it.
    """
    return check_note(note, verifiers)[0]


def _opened(proven: Proven, proof: Proof, disclosed: Disclosed) -> Proven:
    """Open what is sealed, and check that it is what was committed to."""
    for blob, digest in (
        (disclosed.number, proof.number_sha256),
        (disclosed.evidence, proof.sealed_sha256),
    ):
        if (hashlib.sha256(blob).hexdigest() if blob else "") != digest:
            raise ProofError(
                "The sealed part is not the one that the ledger committed "
                "to. Ask for the proof again."
            )
    # No number, key or evidence in a variable: errors show those.
    try:
        person = bytes.fromhex(proof.person)
        place = evidence_place(person, bytes.fromhex(proof.event.id))
        return evolve(
            proven,
            number=opened_number(
                unseal(_key(disclosed), disclosed.number, number_place(person))
            ),
            evidence=(
                opened_evidence(
                    unseal(_key(disclosed), disclosed.evidence, place)
                )
                if disclosed.evidence
                else None
            ),
        )
    except (SealError, ValueError, TypeError, RecursionError):
        raise ProofError(
            "The sealed part does not open with the key in the proof. Ask "
            "for the proof again."
        ) from None


def _key(disclosed: Disclosed) -> bytes:
    return base64.b64decode(disclosed.key.reveal(), validate=True)
