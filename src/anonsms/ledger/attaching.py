"""Evidence and its event: sealed for the person, if that can be."""

from __future__ import annotations

from attrs import evolve

from anonsms.consent import ConsentEvent
from anonsms.errors import SealError
from anonsms.ledger.door import Evidence
from anonsms.ledger.subjects import Person, Subjects, seal_evidence


def attach(
    subjects: Subjects,
    person: Person,
    key: bytes | None,
    event: ConsentEvent,
    evidence: Evidence | None,
) -> tuple[ConsentEvent, bytes | None]:
    """
    Seal what comes with an event.

    A no counts whether or not we can keep what came with it: with a ring
    that lacks the person's epoch, it goes without.

    Args:
        subjects: Knows the person's key.
        person: Whose.
        key: Theirs, if it is at hand.
        event: What happened.
        evidence: What to seal.

    Returns:
        The event, with a note if the evidence was not kept, and what is
        sealed.

    Raises:
        SealError: The key is gone or does not open, and it is no no.
    """
    if not evidence:
        del key
        return event, None
    try:
        key = key or subjects.key(person)
    except SealError:
        if not event.kind.restricts:
            raise
        told = {**dict(event.details), "evidence": "not kept: no key"}
        return evolve(event, details=tuple(sorted(told.items()))), None
    sealed = seal_evidence(key, person, bytes.fromhex(event.id), evidence)
    del key  # errors show variables
    return event, sealed
