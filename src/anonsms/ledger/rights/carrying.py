"""
The noes of a person, that are carried over to another row.

A no outlives the number that it was said with: when the person is erased,
and when a number goes to somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Self

from attrs import field, frozen

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Family,
    Purpose,
    Scope,
    Source,
    Status,
)
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.standings import (
    ALL_BASE,
    MARKETING_BASE,
    Standing,
    Standings,
)


Rows = Mapping[str, Standing]

_STRICTNESS: Final = {Status.WITHDRAWN: 2, Status.PAUSED: 1}
_SAID: Final = {
    Status.WITHDRAWN: EventKind.WITHDRAWAL,
    Status.PAUSED: EventKind.PAUSED,
}
_BASES: Final = {ALL_BASE: Scope.ALL, MARKETING_BASE: Scope.MARKETING}


@frozen
class No:
    """
    One no.

    Attributes:
        kind: A withdrawal, pause or suppression.
        scope: How far it reaches.
        purpose: The purpose's name, if it is about one.
        reason: Of a suppression.
    """

    kind: EventKind
    scope: Scope
    purpose: str = field(default="", kw_only=True)
    reason: str = field(default="", kw_only=True)

    @classmethod
    def on(cls, scope: str, kind: EventKind) -> Self:
        """A no that reaches as far as a row of the standings."""
        if scope in _BASES:
            return cls(kind, _BASES[scope])
        return cls(kind, Scope.PURPOSE, purpose=scope)

    @classmethod
    def never(cls, reason: str) -> Self:
        """The suppression of a number."""
        return cls(EventKind.SUPPRESSED, Scope.ALL, reason=reason)

    def draft(
        self, source: Source, at: datetime, told: Mapping[str, str]
    ) -> Draft:
        """The no as something that happens, with further facts."""
        return Draft(
            kind=self.kind,
            scope=self.scope,
            purpose=self.purpose,
            at=at,
            source=source,
            details=facts({**told, "reason": self.reason}),
        )


def kept(
    rows: Rows, purpose: Callable[[str], Purpose], *, objects: bool
) -> list[No]:
    """
    The noes that stay when nothing else of a person does.

    A pause counts as a stop, for nobody is left to decide what it was.

    Args:
        rows: Where the person stands, by scope.
        purpose: Finds a purpose by its name.
        objects: Whether the person objects to marketing by this very act
            (GDPR Art. 21(2)).
    """
    stopped = {
        scope for scope, row in rows.items() if row.state.status in _STRICTNESS
    }
    if objects:
        stopped.add(MARKETING_BASE)
    if ALL_BASE in stopped:
        stopped = {ALL_BASE}
    elif MARKETING_BASE in stopped:
        stopped = {MARKETING_BASE} | {
            scope
            for scope in stopped - {MARKETING_BASE}
            if purpose(scope).family is not Family.MARKETING
        }
    noes = [No.on(scope, EventKind.WITHDRAWAL) for scope in sorted(stopped)]
    reasons = [row.state.suppressed for row in rows.values()]
    return noes + [No.never(reason) for reason in filter(None, reasons)][:1]


def lost(
    standings: Standings, events: Sequence[ConsentEvent], sides: Iterable[Rows]
) -> No | None:
    """
    A no of either side that the sum of all events does not say.

    Args:
        standings: Knows what events add up to.
        events: Of both sides together, with what was carried over so far.
        sides: Where each side stood.

    Returns:
        The widest; ``None`` if the sum is as strict as both of them.
    """
    sides = list(sides)
    added = {
        scope: Standing(state, last_at, 0)
        for scope, (state, last_at) in standings.expected(events).items()
    }
    scopes = {scope for side in sides for scope in side} - set(_BASES)
    for scope in (*_BASES, *sorted(scopes)):
        stands = standings.answering(scope, added)
        before = [
            found.state
            for side in sides
            if (found := standings.answering(scope, side)) is not None
        ]
        for state in before:
            if state.suppressed and not (stands and stands.state.suppressed):
                return No.never(state.suppressed)
        wanted = max(
            (state.status for state in before),
            key=lambda status: _STRICTNESS.get(status, 0),
            default=Status.UNKNOWN,
        )
        reached = Status.UNKNOWN if stands is None else stands.state.status
        if _STRICTNESS.get(wanted, 0) > _STRICTNESS.get(reached, 0):
            return No.on(scope, _SAID[wanted])
    return None
