"""
What consent is: purposes, wordings, events, and the state they add up to.

Events are facts and are only ever added. A state is never stored by hand:
it is the fold of the events that touch a person and a purpose, by the
:data:`TRANSITIONS` table.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from attrs import evolve, field, frozen


class Family(enum.StrEnum):
    """How texts of a purpose are judged."""

    SERVICE = "service"
    """Belongs to what the person ordered; needs no marketing consent."""
    MARKETING = "marketing"
    """Offers; needs explicit, unexpired consent (ePrivacy Art. 13(1))."""
    SECURITY = "security"
    """Codes the person asked for a moment ago."""


@frozen
class Purpose:
    """
    What consent is for.

    Attributes:
        name: As stored and shown, e.g. ``"marketing"``.
        family: How its texts are judged.
        valid_for: How long a grant counts; ``None`` means until withdrawn.
    """

    name: str
    family: Family = field(converter=Family)
    valid_for: timedelta | None = None


MARKETING: Final = Purpose(
    # Three years from the last contact by the person is what the French
    # regulator allows for prospects: the strictest figure known to us.
    "marketing",
    Family.MARKETING,
    valid_for=timedelta(days=3 * 365),
)
"""Offers of the shop; a grant counts for three years."""

SERVICE: Final = Purpose("service", Family.SERVICE)
"""Order and parcel news."""

SECURITY: Final = Purpose("security", Family.SECURITY)
"""Password and log-in codes."""


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


class EventKind(enum.StrEnum):
    """What can happen to a person's consent."""

    GRANT = "grant"
    IMPORTED = "imported"
    """A grant from elsewhere, with provenance and its original date."""
    WITHDRAWAL = "withdrawal"
    PAUSED = "paused"
    """Perhaps an opt-out: nothing is sent until somebody has decided."""
    RESUMED = "resumed"
    """Somebody decided that the pause was no opt-out."""
    REOPENED = "reopened"
    """The person wants to be texted again, but has granted nothing yet."""
    SUPPRESSED = "suppressed"
    """Never text this number, whatever the consent."""
    RELEASED = "released"
    """A suppression was lifted by staff."""

    @property
    def gives(self) -> bool:
        """Whether it is a grant of either kind."""
        return self in (EventKind.GRANT, EventKind.IMPORTED)


class Status(enum.StrEnum):
    """Where a person stands for a purpose."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    PAUSED = "paused"
    EXPIRED = "expired"
    """Reached by the clock alone: no event leads to it."""


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
        kind: What happened.
        scope: How far it reaches.
        purpose: The purpose's name; empty unless ``scope`` is PURPOSE.
        at: When it happened; aware, UTC. For an import, the original time.
        recorded_at: When the ledger wrote it down; aware, UTC.
        source: Where it came from.
        wording: The text agreed to; ``None`` for what is not a grant.
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


@frozen
class ConsentState:
    """
    Where one person stands for one purpose, at a moment.

    Attributes:
        status: The standing itself.
        since: When it was reached; ``None`` while unknown.
        expires_at: When a grant stops counting, if it does.
        suppressed: Why the number is never to be texted; empty if it may.
    """

    status: Status
    since: datetime | None = None
    expires_at: datetime | None = None
    suppressed: str = ""

    @property
    def given(self) -> bool:
        """Whether there is explicit, unexpired consent."""
        return self.status is Status.GIVEN

    def at(self, now: datetime) -> ConsentState:
        """The same standing with the clock moved on: grants may expire."""
        if (
            self.expires_at is not None
            and now >= self.expires_at
            and self.status in (Status.GIVEN, Status.PAUSED)
        ):
            return ConsentState(
                Status.EXPIRED,
                since=self.expires_at,
                suppressed=self.suppressed,
            )
        return self

    def after(self, event: ConsentEvent) -> ConsentState:
        """The standing once ``event`` has happened too."""
        if event.kind is EventKind.SUPPRESSED:
            reason = dict(event.details).get("reason") or "suppressed"
            return evolve(self, suppressed=reason)
        if event.kind is EventKind.RELEASED:
            return evolve(self, suppressed="")
        status = TRANSITIONS[self.status, event.kind]
        if event.kind.gives and status is Status.GIVEN:
            return ConsentState(
                status, event.at, event.expires_at, self.suppressed
            )
        if status is self.status:
            return self
        keeps_grant = status in (Status.GIVEN, Status.PAUSED)
        return ConsentState(
            status,
            event.at,
            self.expires_at if keeps_grant else None,
            self.suppressed,
        )


UNKNOWN_STATE: Final = ConsentState(Status.UNKNOWN)
"""Nothing was ever heard from this person."""


def _row(
    kind: EventKind, to: Status, *, only_from: Iterable[Status] = Status
) -> dict[tuple[Status, EventKind], Status]:
    """One event's column of the table; elsewhere it changes nothing."""
    moved = frozenset(only_from)
    return {
        (status, kind): to if status in moved else status for status in Status
    }


TRANSITIONS: Final[dict[tuple[Status, EventKind], Status]] = {
    **_row(EventKind.GRANT, Status.GIVEN),
    # An import never lifts an opt-out, nor what may be one: that takes the
    # person's own act, with a wording and a date of its own.
    **_row(
        EventKind.IMPORTED,
        Status.GIVEN,
        only_from=(Status.UNKNOWN, Status.GIVEN, Status.EXPIRED),
    ),
    **_row(EventKind.WITHDRAWAL, Status.WITHDRAWN),
    **_row(EventKind.PAUSED, Status.PAUSED, only_from=[Status.GIVEN]),
    **_row(EventKind.RESUMED, Status.GIVEN, only_from=[Status.PAUSED]),
    **_row(EventKind.REOPENED, Status.UNKNOWN, only_from=[Status.WITHDRAWN]),
    # Suppression is a mark beside the status, not a status: see `after`.
    **{
        (status, kind): status
        for status in Status
        for kind in (EventKind.SUPPRESSED, EventKind.RELEASED)
    },
}
"""What each event makes of each status; total."""


def in_order(events: Iterable[ConsentEvent]) -> list[ConsentEvent]:
    """
    Sort events as they count: by the time they happened.

    At the same instant a withdrawal, pause or suppression comes last, so
    that it wins: a re-grant needs evidence *newer* than the opt-out.
    """
    return sorted(events, key=_moment)


_RESTRICTIVE = frozenset(
    (EventKind.WITHDRAWAL, EventKind.PAUSED, EventKind.SUPPRESSED)
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
        event.kind is EventKind.WITHDRAWAL,
        event.kind,
        event.recorded_at,
        event.id,
    )


def fold(
    events: Iterable[ConsentEvent], purpose: Purpose, now: datetime
) -> ConsentState:
    """
    Add up one person's events to where they stand for ``purpose``.

    Total: any events in any order give a state, and the order in which they
    were written down does not matter, only when they happened.

    Args:
        events: Events of one person, in any order.
        purpose: What the state is asked for.
        now: Aware, UTC; decides whether a grant has expired.
    """
    state = UNKNOWN_STATE
    for event in in_order(e for e in events if e.touches(purpose)):
        state = state.after(event)
    return state.at(now)
