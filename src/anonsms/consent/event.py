"""What can happen to a person's consent; what happened is never changed."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable
from datetime import datetime

from attrs import frozen

from anonsms.consent.purpose import Family, Purpose


@frozen
class Wording:
    """
    The exact text a person agreed to, in one language and version.

    Attributes:
        id: Stable name of the text, e.g. ``"checkout-sms"``.
        version: Grows with every change, e.g. ``"2026-03"``.
        language: BCP 47 tag of the text, e.g. ``"fr"``.
        text: What stood beside the box, to the letter.
    """

    id: str
    version: str
    language: str
    text: str

    @property
    def sha256(self) -> str:
        """Hash of the text as UTF-8, in hexadecimal."""
        return hashlib.sha256(self.text.encode()).hexdigest()


class Source(enum.StrEnum):
    """Where an event came from: a closed list, so that it can be counted."""

    WEB_FORM = "web form"
    CHECKOUT = "checkout"
    ACCOUNT = "account"
    POINT_OF_SALE = "point of sale"
    SMS = "sms"
    LINK = "link"
    IMPORT = "import"
    STAFF = "staff"
    PROVIDER = "provider"

    @property
    def form(self) -> bool:
        """Whether there is a box to tick."""
        return self in _FORMS


class EventKind(enum.StrEnum):
    """What can happen to a person's consent, and to the ledger itself."""

    ASKED = "asked"
    """Ticked on a page; the answer from the phone itself is awaited."""
    CONFIRMED = "confirmed"
    """The phone answered: the second half of a double opt-in."""
    GRANT = "grant"
    RENEWAL = "renewal"
    """Said again by somebody whose consent counts, or did until it expired."""
    IMPORTED = "imported"
    """A grant from elsewhere, with provenance and its original date."""
    SOFT_OPT_IN = "soft opt-in"
    """Bought, and did not refuse offers (2002/58/EC Art. 13(2))."""
    EXPIRY = "expiry"
    """A grant had run out, and somebody looked."""
    WITHDRAWAL = "withdrawal"
    OBJECTION = "objection"
    """To marketing that needs no consent (GDPR Art. 21(2)); counts alike."""
    PAUSED = "paused"
    """Perhaps an opt-out: nothing is sent until somebody has decided."""
    RESUMED = "resumed"
    """The pause was no opt-out: what stood before it stands again."""
    REOPENED = "reopened"
    """The person wants to be texted again, but has granted nothing yet."""
    SUPPRESSED = "suppressed"
    """Never text this number, whatever the consent."""
    RELEASED = "released"
    """A suppression was lifted by staff."""
    RENUMBERED = "renumbered"
    """The person has another number now (GDPR Art. 16)."""
    REVEALED = "revealed"
    """Somebody read what is sealed about a person, and why."""
    ERASED = "erased"
    """The person's key was destroyed (GDPR Art. 17)."""
    PUBLISHED = "published"
    """A wording; it is about no person."""
    DECLARED = "declared"
    """A purpose; it is about no person."""

    @property
    def gives(self) -> bool:
        """Whether it is a grant of any kind."""
        return self in _GIVING

    @property
    def withdraws(self) -> bool:
        """Whether it is a no of either kind."""
        return self in _WITHDRAWING

    @property
    def counts(self) -> bool:
        """Whether it says anything about where a person stands."""
        return self not in _NOTED

    @property
    def restricts(self) -> bool:
        """Whether it holds texts back."""
        return self in _RESTRICTIVE


class Scope(enum.StrEnum):
    """How far an event reaches."""

    PURPOSE = "purpose"
    """The one purpose that it names."""
    MARKETING = "marketing"
    """Every purpose of the marketing family, also later ones."""
    ALL = "all"
    """Every text of this shop."""


@frozen
class ConsentEvent:
    """
    One thing that happened.

    Attributes:
        id: Random, 32 hexadecimal digits.
        token: Keyed stand-in of the number; pseudonymous, not anonymous.
            Empty where it is about no person.
        kind: What happened.
        scope: How far it reaches.
        purpose: The purpose's name; empty unless ``scope`` is PURPOSE.
        at: When it happened; aware, UTC. For an import, the original time.
        recorded_at: When the ledger wrote it down; aware, UTC.
        source: Where it came from.
        wording: The text agreed to, or published; else ``None``.
        rule: For opt-outs by reply, the id of the rule that matched.
        expires_at: When a grant stops counting.
        details: Further facts, none of them personal, in stable order.
    """

    id: str
    token: str
    kind: EventKind
    scope: Scope
    purpose: str
    at: datetime
    recorded_at: datetime
    source: Source
    wording: Wording | None = None
    rule: str = ""
    expires_at: datetime | None = None
    details: tuple[tuple[str, str], ...] = ()

    def touches(self, purpose: Purpose) -> bool:
        """Whether the event says anything about this purpose."""
        if self.scope is Scope.ALL:
            return True
        if self.scope is Scope.MARKETING:
            return purpose.family is Family.MARKETING
        return self.purpose == purpose.name


def in_order(events: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """
    Sort events as they count: by the time they happened.

    At the same instant a withdrawal, pause or suppression comes last, so
    that it wins: a re-grant needs evidence *newer* than the opt-out.
    """
    return sorted(events, key=_moment)


_FORMS = frozenset((Source.WEB_FORM, Source.CHECKOUT, Source.ACCOUNT))
_GIVING = frozenset(
    (
        EventKind.GRANT,
        EventKind.CONFIRMED,
        EventKind.RENEWAL,
        EventKind.IMPORTED,
        EventKind.SOFT_OPT_IN,
    )
)
_WITHDRAWING = frozenset((EventKind.WITHDRAWAL, EventKind.OBJECTION))
_RESTRICTIVE = _WITHDRAWING | {EventKind.PAUSED, EventKind.SUPPRESSED}
_NOTED = frozenset(
    (
        EventKind.RENUMBERED,
        EventKind.REVEALED,
        EventKind.ERASED,
        EventKind.PUBLISHED,
        EventKind.DECLARED,
    )
)


def _moment(
    event: ConsentEvent,
) -> tuple[datetime, bool, bool, EventKind, datetime, str]:
    # A withdrawal after a pause of the same instant, and never the reverse:
    # the outcome must not hang on the order in which they come here. For
    # the same reason the rest breaks the last ties.
    return (
        event.at,
        event.kind in _RESTRICTIVE,
        event.kind in _WITHDRAWING,
        event.kind,
        event.recorded_at,
        event.id,
    )
