"""
Proofs of one event: a small file, checked without any database.

A proof shows the event, the text that the person agreed to, and the hashes
that lead from it to a signed checkpoint. Of other people it shows hashes of
random data only.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Final, Self

from attrs import field, frozen

from anonsms.consent import ConsentEvent
from anonsms.errors import ProofError
from anonsms.ledger.moments import iso, micros
from anonsms.ledger.proofs import proofread
from anonsms.ledger.proofs.leaf import (
    Facts,
    details_hash,
    leaf_text,
    wording_line,
)
from anonsms.ledger.subjects import canonical
from anonsms.masking import Secret


_FORMAT: Final = "proof"
_VERSION: Final = 1
_LARGEST: Final = 1 << 20  # characters; a true one has a few thousand


@frozen(repr=False)
class Disclosed:
    """
    What opens the sealed parts of a proof; only for who may see them.

    Attributes:
        key: The person's own data key. It opens whatever is sealed for
            this person, and nothing of anybody else.
        number: The sealed number.
        evidence: The sealed evidence; empty if there is none.
    """

    key: Secret
    number: bytes
    evidence: bytes = b""

    def __repr__(self) -> str:
        sealed = "number and evidence" if self.evidence else "number"
        return f"<{type(self).__name__} {sealed}>"


@frozen
class Proof:
    """
    One event, and what shows that it is in the ledger unchanged.

    Attributes:
        event: What happened. Its ``token`` is empty: it is keyed, so nobody
            could check it.
        person: The person's random id, in hexadecimal; empty if the event
            is about nobody.
        number_sha256: Hash of the sealed number, in hexadecimal.
        sealed_sha256: Hash of the sealed evidence, in hexadecimal.
        index: The event's place in the tree.
        path: The hashes from the event to the root, 32 bytes each.
        checkpoint: The signed note with the root.
        disclosed: What opens the sealed parts, if they were asked for.
    """

    event: ConsentEvent
    person: str
    number_sha256: str
    sealed_sha256: str
    index: int
    path: tuple[bytes, ...] = field(repr=False)
    checkpoint: str = field(repr=False)
    disclosed: Disclosed | None = field(default=None, repr=False)

    @property
    def leaf(self) -> str:
        """The text that the tree commits to."""
        event = self.event
        return leaf_text(
            Facts(
                kind=event.kind.value,
                scope=event.scope.value,
                purpose=event.purpose,
                at=micros(event.at),
                recorded_at=micros(event.recorded_at),
                source=event.source.value,
                wording=wording_line(event.wording),
                rule=event.rule,
                expires_at=(
                    None
                    if event.expires_at is None
                    else micros(event.expires_at)
                ),
                details=details_hash(canonical(dict(event.details))),
            ),
            sealed=self.sealed_sha256,
            event=event.id,
            person=(
                f"{self.person} {self.number_sha256}" if self.person else ""
            ),
        )

    def dumps(self) -> str:
        """The proof as JSON, for a file."""
        event = self.event
        wording = event.wording
        data: dict[str, object] = {
            "anonsms": _FORMAT,
            "version": _VERSION,
            "event": {
                "id": event.id,
                "kind": event.kind.value,
                "scope": event.scope.value,
                "purpose": event.purpose,
                "at": event.at.isoformat(),
                "recorded_at": event.recorded_at.isoformat(),
                "source": event.source.value,
                "rule": event.rule,
                "expires_at": iso(event.expires_at),
                "details": dict(event.details),
                "wording": (
                    None
                    if wording is None
                    else {
                        "id": wording.id,
                        "version": wording.version,
                        "language": wording.language,
                        "text": wording.text,
                    }
                ),
            },
            "person": self.person,
            "number_sha256": self.number_sha256,
            "sealed_sha256": self.sealed_sha256,
            "index": self.index,
            "path": [base64.b64encode(step).decode() for step in self.path],
            "checkpoint": self.checkpoint,
        }
        if self.disclosed is not None:
            data["disclosed"] = {
                "key": self.disclosed.key.reveal(),
                "number": base64.b64encode(self.disclosed.number).decode(),
                "evidence": base64.b64encode(self.disclosed.evidence).decode(),
            }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def loads(cls, text: str) -> Self:
        """
        Read what :meth:`dumps` wrote; nothing is checked yet.

        Raises:
            ProofError: It is no proof.
        """
        # Raised where no variable holds a key or a number.
        found = cls._loaded(text) if len(text) <= _LARGEST else None
        del text
        if found is None:
            raise ProofError(
                "This is not a proof of anonsms, or it was cut off. Ask for "
                "the file again, as ledger.prove() made it."
            )
        return found

    @classmethod
    def _loaded(cls, text: str) -> Self | None:
        try:
            data = json.loads(text, object_pairs_hook=proofread.once)
            if (data["anonsms"], data["version"]) != (_FORMAT, _VERSION):
                return None
            if type(data["version"]) is not int or not proofread.known(data):
                return None  # something in it would go unseen
            opened = data.get("disclosed")
            return cls(
                event=proofread.event(data["event"]),
                person=proofread.text(data["person"]),
                number_sha256=proofread.text(data["number_sha256"]),
                sealed_sha256=proofread.text(data["sealed_sha256"]),
                index=proofread.whole(data["index"]),
                path=tuple(map(proofread.octets, data["path"])),
                checkpoint=proofread.text(data["checkpoint"]),
                disclosed=(
                    None
                    if opened is None
                    else Disclosed(
                        Secret(proofread.text(opened["key"])),
                        proofread.octets(opened["number"]),
                        proofread.octets(opened["evidence"]),
                    )
                ),
            )
        except (
            KeyError,
            TypeError,
            ValueError,
            AttributeError,
            OverflowError,
            RecursionError,
        ):
            return None

    def save(self, path: str | os.PathLike[str]) -> None:
        """
        Write the proof to a new file that only its owner can read.

        Raises:
            ProofError: There is a file already, or it cannot be written.
        """
        # A new one: an old file may be read by others, or lead elsewhere.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        try:
            with os.fdopen(
                os.open(path, flags, 0o600), "w", encoding="utf-8"
            ) as file:
                file.write(self.dumps())
        except OSError as error:
            raise ProofError(
                f"The proof cannot be written: {error.strerror}. Choose "
                "another path."
            ) from None

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """
        Read a proof from a file; nothing is checked yet.

        Raises:
            ProofError: It cannot be read, or is no proof.
        """
        try:
            return cls.loads(Path(path).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            raise ProofError(
                "The proof cannot be read. Check the path, and that the file "
                "is the one that ledger.prove() made."
            ) from None
