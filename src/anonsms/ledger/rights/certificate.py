"""What a person gets who asked to be forgotten: a dated certificate."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final

from attrs import frozen

from anonsms.ledger.moments import iso


_HISTORY_STAYS: Final = (
    "What was recorded, when and for what purpose, under a random id: it is "
    "the proof of what was done, and nothing sealed with it can be read."
)
_NO_STAYS: Final = (
    "A keyed stand-in of the number, with the no, so that no list brings the "
    "number back. It is a pseudonym, not anonymous data."
)


@frozen(kw_only=True)
class ErasureCertificate:
    """
    What was erased, when, and by when the last copy is unreadable.

    It holds neither number nor name, nor anything made from them.

    Attributes:
        ledger: The ledger's name, as in checkpoints and proofs.
        events: Ids of the events that put the erasure on record; empty if
            nothing was held. The first one names it.
        index: The first event's place in the tree of proofs; ``None`` if
            nothing was held.
        erased_at: When the key was destroyed and the objection recorded;
            aware, UTC.
        wiped_at: When the bytes had left the database's own files. ``None``
            if nothing was held, or that is still to be done.
        epochs: The seal keys that open copies in backups and logs.
        copies_until: By when they are destroyed at the latest. ``None`` if
            nothing was held.
        copies_gone: Whether they were destroyed when this was made.
        made_at: When this was made; aware, UTC.
    """

    ledger: str
    events: tuple[str, ...]
    index: int | None
    erased_at: datetime
    wiped_at: datetime | None
    epochs: tuple[int, ...]
    copies_until: datetime | None
    copies_gone: bool
    made_at: datetime

    @property
    def held(self) -> bool:
        """Whether there was anything to erase."""
        return bool(self.events)

    def dumps(self) -> str:
        """The certificate as JSON, for a file or a letter."""
        data = {
            "what": "Certificate of erasure (GDPR Art. 17)",
            "ledger": self.ledger,
            "anything was held": self.held,
            "erased at": self.erased_at.isoformat(),
            "gone from the database's files at": iso(self.wiped_at),
            "copies in backups and logs": {
                "unreadable at the latest": iso(self.copies_until),
                "unreadable now": self.copies_gone,
                "opened only by the keys of these epochs": list(self.epochs),
            },
            "what stays": [*[_HISTORY_STAYS] * self.held, _NO_STAYS],
            "events": list(self.events),
            "place in the tree of proofs": self.index,
            "made at": self.made_at.isoformat(),
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
