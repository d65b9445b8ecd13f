"""Putting on record that grants have run out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from anonsms.consent import EventKind, Purpose, Scope, Source, Status
from anonsms.ledger.events import Draft
from anonsms.ledger.journal import Journal
from anonsms.ledger.moments import micros
from anonsms.ledger.standings import Standing
from anonsms.ledger.store import Hold, Store


_BATCH: Final = 1_000  # events a transaction
_MOMENT: Final = timedelta(microseconds=1)

_ENDED: Final = (
    "SELECT token, scope FROM anonsms_standing "
    "WHERE (token, scope) > (?, ?) AND status = ? AND expires_at <= ? "
)


def expire(
    store: Store, journal: Journal, purpose: Purpose | None, now: datetime
) -> int:
    """
    Record the end of each grant that has run out and has none on record.

    One pass over the people, 1,000 events in a transaction. Looking for them
    keeps nobody from writing.

    Args:
        store: The database.
        journal: Writes them down; no key is used.
        purpose: The only one to look at, if not all.
        now: Aware, UTC.

    Returns:
        How many were recorded.
    """
    done = 0
    for page in _pages(store, purpose, now):
        tokens = sorted({token for token, _ in page})
        with store.transaction():
            store.hold(Hold.PEOPLE)
            # Somebody may have said yes again while we were looking.
            known = journal.standings.of_each(tokens)
            ends = _ends(page, known, now)
            journal.append_known(ends, known, now)
        journal.tree.integrate_if_due()
        done += len(ends)
    return done


def _pages(
    store: Store, purpose: Purpose | None, now: datetime
) -> Iterator[Sequence[tuple[bytes, str]]]:
    """Rows whose grant has run out, as far as can be seen from here."""
    last: tuple[bytes, str] = (b"", "")
    only = () if purpose is None else (purpose.name,)
    sql = (
        f"{_ENDED}{'AND scope = ? ' if only else ''}"
        "ORDER BY token, scope LIMIT ?"
    )
    fixed = (Status.GIVEN.value, micros(now), *only, _BATCH)
    while rows := store.query(sql, (*last, *fixed)):
        page = [(bytes(token), str(scope)) for token, scope in rows]
        last = page[-1]
        yield page


def _ends(
    page: Sequence[tuple[bytes, str]],
    known: Mapping[bytes, Mapping[str, Standing]],
    now: datetime,
) -> list[tuple[bytes, Draft]]:
    """The events that are due."""
    found = []
    for token, scope in page:
        standing = known.get(token, {}).get(scope)
        when = None if standing is None else _ended(standing, now)
        if when is not None:
            draft = Draft(
                kind=EventKind.EXPIRY,
                scope=Scope.PURPOSE,
                purpose=scope,
                at=when,
                source=Source.STAFF,
            )
            found.append((token, draft))
    return found


def _ended(standing: Standing, now: datetime) -> datetime | None:
    """When a grant ended, if it did and nothing says so yet."""
    state = standing.state
    if (
        state.status is not Status.GIVEN
        or state.since is None
        or state.expires_at is None
    ):
        return None
    # One that a pause held while it ran out ends once it is resumed.
    when = max(state.expires_at, state.since + _MOMENT)
    return when if when <= now else None
