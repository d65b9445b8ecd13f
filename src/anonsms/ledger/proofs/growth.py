"""What shows that a ledger only grew between two checkpoints."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Final, Self

from attrs import frozen

from anonsms.errors import ProofError
from anonsms.ledger.proofs import proofread
from anonsms.ledger.proofs.checkpoint import Checkpoint
from anonsms.ledger.proofs.merkle import verify_consistency
from anonsms.ledger.proofs.note import Verifier, trusted
from anonsms.ledger.proofs.proofcheck import check_note


_FORMAT: Final = "growth"
_VERSION: Final = 1
_LARGEST: Final = 1 << 20  # characters; real ones have some thousands
_PARTS: Final = {"anonsms", "version", "path", "checkpoint"}


@frozen(repr=False)
class Growth:
    """
    What shows that a ledger continues an older checkpoint of its own.

    Attributes:
        path: The hashes between the two roots (RFC 9162 §2.1.4), 32 bytes
            each.
        checkpoint: The newer signed note.
    """

    path: tuple[bytes, ...]
    checkpoint: str

    def dumps(self) -> str:
        """The proof as JSON; it holds nothing about anybody."""
        data = {
            "anonsms": _FORMAT,
            "version": _VERSION,
            "path": [base64.b64encode(each).decode() for each in self.path],
            "checkpoint": self.checkpoint,
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def loads(cls, text: str) -> Self:
        """
        Read what :meth:`dumps` wrote; nothing is checked yet.

        Raises:
            ProofError: It is no such proof.
        """
        found = cls._loaded(text) if len(text) <= _LARGEST else None
        if found is None:
            raise ProofError(
                "This does not show how a ledger grew, or it was cut off. "
                "Ask for it again, as ledger.prove_growth() made it."
            )
        return found

    @classmethod
    def _loaded(cls, text: str) -> Self | None:
        try:
            data = json.loads(text, object_pairs_hook=proofread.once)
            if (
                data.keys() != _PARTS
                or data["anonsms"] != _FORMAT
                or proofread.whole(data["version"]) != _VERSION
            ):
                return None
            return cls(
                tuple(map(proofread.octets, data["path"])),
                proofread.text(data["checkpoint"]),
            )
        except (TypeError, ValueError, AttributeError, RecursionError):
            return None

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {len(self.path)} hashes>"


def verify_growth(
    growth: Growth | str,
    since: str,
    verifiers: Verifier | str | Iterable[Verifier | str],
) -> Checkpoint:
    """
    Check that a ledger only grew since a checkpoint; it takes no database.

    Args:
        growth: From ``ledger.prove_growth(since)``, or its text.
        since: The older signed note, which the reader kept.
        verifiers: The public keys that are trusted.

    Returns:
        The newer checkpoint: all that the older one covers is in it, in the
        same order and unchanged.

    Raises:
        ProofError: It does not hold, one of the notes was signed by nobody
            who is trusted, or they are of two ledgers.
    """
    known = trusted(verifiers)
    shown = Growth.loads(growth) if isinstance(growth, str) else growth
    old, _ = check_note(since, known)
    new, _ = check_note(shown.checkpoint, known)
    if old.origin != new.origin or not verify_consistency(
        old.size, old.root, new.size, new.root, shown.path
    ):
        raise ProofError(
            "The ledger does not continue this checkpoint, as far as this "
            "proof shows: something before it was changed, or the proof is "
            "for another one. Ask for a proof since the note that you have."
        )
    return new
