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
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from attrs import field, frozen

from anonsms.consent import ConsentEvent, EventKind, Scope, Source, Wording
from anonsms.errors import ProofError
from anonsms.ledger.moments import aware, micros
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
_PARTS: Final = {
    "anonsms",
    "version",
    "event",
    "person",
    "number_sha256",
    "sealed_sha256",
    "index",
    "path",
    "checkpoint",
    "disclosed",
}
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
                "expires_at": (
                    None
                    if event.expires_at is None
                    else event.expires_at.isoformat()
                ),
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
            data = json.loads(text)
            if (data["anonsms"], data["version"]) != (_FORMAT, _VERSION):
                return None
            if not data.keys() <= _PARTS:
                return None  # a part of that name would go unseen
            opened = data.get("disclosed")
            return cls(
                event=_event(data["event"]),
                person=_text(data["person"]),
                number_sha256=_text(data["number_sha256"]),
                sealed_sha256=_text(data["sealed_sha256"]),
                index=_whole(data["index"]),
                path=tuple(map(_bytes, data["path"])),
                checkpoint=_text(data["checkpoint"]),
                disclosed=(
                    None
                    if opened is None
                    else Disclosed(
                        Secret(_text(opened["key"])),
                        _bytes(opened["number"]),
                        _bytes(opened["evidence"]),
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
        Write the proof to a file that only its owner can read.

        Raises:
            ProofError: It cannot be written.
        """
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        try:
            with os.fdopen(os.open(path, flags, 0o600), "w") as file:
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


def _event(data: dict[str, object]) -> ConsentEvent:
    expires = data["expires_at"]
    wording = data["wording"]
    details = _mapping(data["details"])
    return ConsentEvent(
        id=_hex(data["id"]),
        token="",
        kind=EventKind(_text(data["kind"])),
        scope=Scope(_text(data["scope"])),
        purpose=_text(data["purpose"]),
        at=_moment(data["at"]),
        recorded_at=_moment(data["recorded_at"]),
        source=Source(_text(data["source"])),
        wording=(
            None
            if wording is None
            else Wording(
                *(
                    _text(_mapping(wording)[name])
                    for name in ("id", "version", "language", "text")
                )
            )
        ),
        rule=_text(data["rule"]),
        expires_at=None if expires is None else _moment(expires),
        details=tuple(
            (_text(name), _text(value))
            for name, value in sorted(details.items())
        ),
    )


def _moment(value: object) -> datetime:
    return aware(datetime.fromisoformat(_text(value)))


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _hex(value: object) -> str:
    return bytes.fromhex(_text(value)).hex()


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _bytes(value: object) -> bytes:
    return base64.b64decode(_text(value), validate=True)
