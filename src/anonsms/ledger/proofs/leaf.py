"""
What the tree of proofs commits to: an event as text, line by line.

Nothing in it is made from the number. The person appears by a random id and
by the hash of the sealed number, the evidence by the hash of the sealed
evidence, free text by its hash: all of it can be destroyed later, and the
proof still holds.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable

from attrs import frozen

from anonsms.consent import Wording
from anonsms.ledger.proofs.frontier import leaf_hash


HEAD = "anonsms event v1"


@frozen
class Facts:
    """
    The lines of an event that tell what happened, and not to whom.

    Attributes:
        kind: As stored, e.g. ``"grant"``.
        scope: How far it reaches.
        purpose: Its name, or empty.
        at: When it happened, in microseconds since 1970 UTC.
        recorded_at: When it was written down, likewise.
        source: Where it came from.
        wording: From :func:`wording_line`, or empty.
        rule: Id of the rule that read a reply, or empty.
        expires_at: When a grant stops counting, or ``None``.
        details: SHA-256 of the further facts in hexadecimal.
    """

    kind: str
    scope: str
    purpose: str
    at: int
    recorded_at: int
    source: str
    wording: str
    rule: str
    expires_at: int | None
    details: str

    @property
    def lines(self) -> str:
        """The first part of the leaf, with a line end after each line."""
        return fact_lines(
            self.kind,
            self.scope,
            self.purpose,
            self.at,
            self.recorded_at,
            self.source,
            self.wording,
            self.rule,
            self.expires_at,
            self.details,
        )


def fact_lines(  # noqa: PLR0913, PLR0917
    kind: str,
    scope: str,
    purpose: str,
    at: int,
    recorded_at: int,
    source: str,
    wording: str,
    rule: str,
    expires_at: int | None,
    details: str,
) -> str:
    """:attr:`Facts.lines`, for who has a million of them to compare."""
    expires = "" if expires_at is None else expires_at
    return (
        f"{HEAD}\n{kind}\n{scope}\n{purpose}\n{at}\n{recorded_at}\n{source}\n"
        f"{wording}\n{rule}\n{expires}\n{details}\n"
    )


def leaf_text(facts: Facts, *, sealed: str, event: str, person: str) -> str:
    """
    The whole text of a leaf.

    Args:
        facts: What happened.
        sealed: SHA-256 of the sealed evidence in hexadecimal, or empty.
        event: The event's random id, in hexadecimal.
        person: The subject's random id, a space, and the SHA-256 of the
            sealed number, in hexadecimal; empty where it is about nobody.
    """
    return f"{facts.lines}{sealed}\n{event}\n{person}\n"


def leaf_of(
    facts: Facts,
    event: bytes,
    person: tuple[bytes, bytes] | None,
    sealed: bytes | None = None,
) -> bytes:
    """
    The leaf's hash, as the tree holds it (RFC 6962 §2.1).

    Args:
        facts: What happened.
        event: The event's id.
        person: The subject's id and the hash of the sealed number.
        sealed: The hash of the sealed evidence.
    """
    text = leaf_text(
        facts,
        sealed="" if sealed is None else sealed.hex(),
        event=event.hex(),
        person=""
        if person is None
        else f"{person[0].hex()} {person[1].hex()}",
    )
    return leaf_hash(text.encode())


def leaves_of(
    lines: str,
    events: Iterable[bytes],
    people: Iterable[tuple[bytes, bytes]],
) -> list[bytes]:
    """
    :func:`leaf_of` for many people to whom the same happened.

    Args:
        lines: Theirs, as :attr:`Facts.lines` has them.
        events: The ids of the events.
        people: The subjects' ids and the hashes of their sealed numbers.
    """
    # What all leaves begin with is hashed once.
    begin = hashlib.sha256(b"\x00" + f"{lines}\n".encode()).copy
    found = []
    for event, (id_, number) in zip(events, people, strict=True):
        hashed = begin()
        hashed.update(f"{event.hex()}\n{id_.hex()} {number.hex()}\n".encode())
        found.append(hashed.digest())
    return found


@functools.lru_cache(maxsize=1024)
def wording_line(wording: Wording | None) -> str:
    """
    A wording's id, version, language and SHA-256 of its text, as JSON.

    >>> wording_line(Wording("box", "1", "fr", "Oui"))[:20]
    '["box","1","fr","0a9'
    """
    if wording is None:
        return ""
    return json.dumps(
        [wording.id, wording.version, wording.language, wording.sha256],
        ensure_ascii=False,
        separators=(",", ":"),
    )


@functools.lru_cache(maxsize=1024)  # few differ: they are about the form
def details_hash(details: str) -> str:
    """SHA-256 of the further facts, in hexadecimal."""
    return hashlib.sha256(details.encode()).hexdigest()
