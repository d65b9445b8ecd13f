"""Where a person stands: what the events add up to."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from attrs import evolve, field, frozen

from anonsms.consent.event import ConsentEvent, EventKind, in_order
from anonsms.consent.purpose import Purpose


class Status(enum.StrEnum):
    """Where a person stands for a purpose."""

    UNKNOWN = "unknown"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    PAUSED = "paused"
    EXPIRED = "expired"
    """Reached by the clock; an event may say so afterwards."""


@frozen
class ConsentState:
    """
    Where one person stands for one purpose, at a moment.

    Attributes:
        status: The standing itself.
        since: When it was reached; ``None`` when nothing led to it.
        expires_at: When a grant stops counting, if it does; kept through a
            pause.
        suppressed: Why the number is never to be texted; empty if it may.
        paused_from: What a pause holds back, and a resumption goes back to.
    """

    status: Status
    since: datetime | None = None
    expires_at: datetime | None = None
    suppressed: str = ""
    paused_from: Status = field(default=Status.UNKNOWN, kw_only=True)

    @property
    def given(self) -> bool:
        """Whether there is explicit, unexpired consent."""
        return self.status is Status.GIVEN

    def at(self, now: datetime) -> ConsentState:
        """
        The same standing with the clock moved on: grants may expire.

        A pause stays a pause, for nobody has decided yet; the grant that it
        holds back has expired once it is resumed.
        """
        if (
            self.status is Status.GIVEN
            and self.expires_at is not None
            and now >= self.expires_at
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
        if event.kind is EventKind.EXPIRY:
            # It ends the grant that had run out by then, not a later one.
            return self.at(event.at)
        status = TRANSITIONS[self.status, event.kind] or self.paused_from
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
            paused_from=(
                self.status if status is Status.PAUSED else Status.UNKNOWN
            ),
        )


UNKNOWN_STATE: Final = ConsentState(Status.UNKNOWN)
"""Nothing was ever heard from this person."""


def _row(
    kind: EventKind, to: Status | None, *, only_from: Iterable[Status] = Status
) -> dict[tuple[Status, EventKind], Status | None]:
    """One event's column of the table; elsewhere it changes nothing."""
    moved = frozenset(only_from)
    return {
        (status, kind): to if status in moved else status for status in Status
    }


TRANSITIONS: Final[dict[tuple[Status, EventKind], Status | None]] = {
    **_row(EventKind.GRANT, Status.GIVEN),
    **_row(EventKind.CONFIRMED, Status.GIVEN),
    # To say it again presupposes that it was said.
    **_row(
        EventKind.RENEWAL,
        Status.GIVEN,
        only_from=(Status.GIVEN, Status.EXPIRED),
    ),
    # An import never lifts an opt-out, nor what may be one: that takes the
    # person's own act, with a wording and a date of its own.
    **_row(
        EventKind.IMPORTED,
        Status.GIVEN,
        only_from=(Status.UNKNOWN, Status.GIVEN, Status.EXPIRED),
    ),
    # Nor does a purchase. Where consent counts already its term begins anew,
    # for the person was in touch.
    **_row(
        EventKind.SOFT_OPT_IN,
        Status.GIVEN,
        only_from=(Status.UNKNOWN, Status.EXPIRED),
    ),
    **_row(EventKind.WITHDRAWAL, Status.WITHDRAWN),
    **_row(EventKind.OBJECTION, Status.WITHDRAWN),
    # Also of people who never granted anything: they may be about to stop
    # all texts, parcel news too.
    **_row(
        EventKind.PAUSED,
        Status.PAUSED,
        only_from=(Status.UNKNOWN, Status.GIVEN, Status.EXPIRED),
    ),
    **_row(EventKind.RESUMED, None, only_from=[Status.PAUSED]),
    **_row(EventKind.REOPENED, Status.UNKNOWN, only_from=[Status.WITHDRAWN]),
    # Suppression is a mark beside the status, not a status, and expiry hangs
    # on the grant's own time: see `after` for both. The rest is only noted.
    **{
        (status, kind): status
        for status in Status
        for kind in EventKind
        if kind
        in (
            EventKind.SUPPRESSED,
            EventKind.RELEASED,
            EventKind.EXPIRY,
            EventKind.ASKED,
        )
        or not kind.counts
    },
}
"""
What each event makes of each status; total.

``None`` means back to what the pause holds, ``ConsentState.paused_from``.
"""


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
