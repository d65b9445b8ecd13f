"""All that is held on one person, as a document that they can read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from attrs import asdict, frozen

from anonsms.consent import (
    ConsentEvent,
    ConsentState,
    Controller,
    EventKind,
    Purpose,
    Scope,
)
from anonsms.ledger.door import Evidence
from anonsms.ledger.moments import iso
from anonsms.masking import Masked
from anonsms.phone import PhoneNumber


_TOLD: Final = {
    EventKind.ASKED: "You were asked to confirm from your phone.",
    EventKind.CONFIRMED: "You confirmed from your phone.",
    EventKind.GRANT: "You agreed.",
    EventKind.RENEWAL: "You agreed once more.",
    EventKind.IMPORTED: "That you had agreed was taken over from elsewhere.",
    EventKind.SOFT_OPT_IN: "You bought something and did not refuse offers.",
    EventKind.EXPIRY: "Your consent had run out.",
    EventKind.WITHDRAWAL: "You said stop.",
    EventKind.OBJECTION: "You objected.",
    EventKind.PAUSED: "Texts were held back: perhaps you had said stop.",
    EventKind.RESUMED: "Texts were no longer held back.",
    EventKind.REOPENED: "You asked to hear from us again.",
    EventKind.SUPPRESSED: "Your number was marked as never to be texted.",
    EventKind.RELEASED: "That mark was removed.",
    EventKind.RENUMBERED: "Your number was corrected.",
    EventKind.ERASED: "Your data were erased.",
}
_READ: Final = {
    "number": "your number",
    "evidence": "what was sealed with an event",
    "proof": "your number and what was sealed with an event, for a proof",
    "export": "everything, for this document or one like it",
}
_REACH: Final = {
    Scope.MARKETING: "all offers",
    Scope.ALL: "all texts",
}
_SINGLE: Final = "~"  # begins the ids of texts that belong to no campaign

_KEPT: Final = {
    "your number": (
        "Sealed, to text you if you agreed, and to answer requests like "
        "this one. Until you ask for erasure."
    ),
    "what happened": (
        "To show that you agreed, or that you refused (GDPR Art. 7(1)). "
        "After an erasure it stays under a random id, without your number "
        "and without what was sealed, for legal claims (Art. 17(3)(e))."
    ),
    "where you stand": (
        "Under a keyed stand-in of your number, to look up before each text "
        "whether you agreed. After an erasure the refusal stays, so that "
        "you are not texted again."
    ),
    "texts sent to you": (
        "That they were sent and what became of them, not what they said: "
        "so that none is sent twice, and for the accounts."
    ),
    "who read your sealed data": "So that nobody reads it unnoticed.",
}
_RIGHTS: Final = (
    "You may have your number corrected (Art. 16), your data erased (Art. "
    "17), take them elsewhere in this form (Art. 20), withdraw your consent "
    "(Art. 7(3)) and object to offers (Art. 21), at any time and free of "
    "charge, and complain to the data protection authority (Art. 77)."
)


class PersonalData(Masked):
    """
    The answer to an access request: JSON text that shows itself on demand.

    It prints how much it holds, and nothing of it.
    """

    __slots__ = ("_held",)

    def __init__(self, hidden: str, held: int) -> None:
        super().__init__(hidden)
        self._held = held

    @property
    def masked(self) -> str:
        """How much is held."""
        return f"{self._held:,} events"

    @property
    def held(self) -> bool:
        """Whether anything is held on the person."""
        return self._held > 0

    def dumps(self) -> str:
        """The document as JSON, for a file: the same as :meth:`reveal`."""
        return self.reveal()


@frozen
class SentText:
    """
    A text that was sent, or refused, or is in doubt.

    Attributes:
        campaign: Its id.
        state: What became of it.
        parts: Parts on the air.
        at: When that was last heard of; aware, UTC.
    """

    campaign: str
    state: str
    parts: int
    at: datetime


@frozen(kw_only=True)
class Holdings:
    """
    What is held on one person; prints nothing personal.

    Attributes:
        number: Their number.
        older: The numbers that they had before.
        pseudonym: The stand-in of the number.
        standings: Where they stand for each purpose.
        events: All that happened to them, oldest first.
        evidence: What was sealed with events, by their ids.
        texts: What was sent to them.
    """

    number: PhoneNumber
    older: Sequence[PhoneNumber] = ()
    pseudonym: str
    standings: Sequence[tuple[Purpose, ConsentState]] = ()
    events: Sequence[ConsentEvent] = ()
    evidence: Mapping[str, Evidence]
    texts: Sequence[SentText] = ()


def personal_data(
    held: Holdings, controller: Controller | None, now: datetime
) -> PersonalData:
    """
    Write down all that is held on a person.

    Args:
        held: What that is.
        controller: Who holds it.
        now: When; aware, UTC.
    """
    happened = [e for e in held.events if e.kind is not EventKind.REVEALED]
    reading = [e for e in held.events if e.kind is EventKind.REVEALED]
    data: dict[str, object] = {
        "what this is": (
            "All that is held about this number in the ledger of consent "
            "(GDPR Art. 15 and 20)."
            if held.events
            else "Nothing is held about this number in the ledger of consent."
        ),
        "made at": now.isoformat(),
        "held by": _party(controller),
        "your number": held.number.reveal(),
    }
    if held.events:
        data |= {
            "your earlier numbers": [each.reveal() for each in held.older],
            "stand-in of your number": held.pseudonym,
            "where you stand": [_standing(*each) for each in held.standings],
            "what happened": [
                _event(each, held.evidence.get(each.id)) for each in happened
            ],
            "texts sent to you": [_text(each) for each in held.texts],
            "who read your sealed data": [_reading(each) for each in reading],
            "what is kept, what for and how long": _KEPT,
        }
    data["your rights"] = _RIGHTS
    return PersonalData(
        json.dumps(data, ensure_ascii=False, indent=2) + "\n",
        len(held.events),
    )


def _party(controller: Controller | None) -> dict[str, str] | None:
    if controller is None:
        return None
    return {name: text for name, text in asdict(controller).items() if text}


def _standing(purpose: Purpose, state: ConsentState) -> dict[str, object]:
    return {
        "for": purpose.name,
        "kind of texts": purpose.family.value,
        "you are": state.status.value,
        "since": iso(state.since),
        "until": iso(state.expires_at),
        "never to be texted, because": state.suppressed or None,
    }


def _event(event: ConsentEvent, sealed: Evidence | None) -> dict[str, object]:
    wording = event.wording
    return {
        "what": _TOLD[event.kind],
        "kind": event.kind.value,
        "about": event.purpose or _REACH.get(event.scope, ""),
        "when": event.at.isoformat(),
        "recorded at": event.recorded_at.isoformat(),
        "came from": event.source.value,
        "text that was shown": (
            None
            if wording is None
            else {
                "name": wording.id,
                "version": wording.version,
                "language": wording.language,
                "text": wording.text,
            }
        ),
        "rule that read your reply": event.rule or None,
        "counts until": iso(event.expires_at),
        "further facts": dict(event.details),
        "sealed facts": dict(sealed or {}),
        "id": event.id,
    }


def _reading(event: ConsentEvent) -> dict[str, object]:
    told = dict(event.details)
    return {
        "when": event.recorded_at.isoformat(),
        "account": told.get("by"),
        "why": told.get("why"),
        "what": _READ.get(told.get("what", ""), told.get("what")),
        "event": told.get("event"),
    }


def _text(text: SentText) -> dict[str, object]:
    single = text.campaign.startswith(_SINGLE)
    return {
        "campaign": "a single message" if single else text.campaign,
        "state": text.state,
        "parts": text.parts,
        "last heard of": text.at.isoformat(),
    }
