"""Whose word is the last: what is said now, against what is on record."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import evolve

from anonsms.consent import EventKind, Status
from anonsms.ledger.events import Draft
from anonsms.ledger.moments import micros, moment
from anonsms.ledger.standings import Standing
from anonsms.ledger.subjects import Person


def newest(rows: Mapping[str, Standing], now: datetime) -> datetime:
    """The latest moment on record, or now if that is later."""
    return max([now, *(moment(row.last_at) for row in rows.values())])


def last_word(
    draft: Draft, now: datetime, rows: Mapping[str, Standing]
) -> Draft:
    """
    The draft, not older than what is on record when it is said now.

    Clocks differ and step back, and who writes first may have looked at
    the clock last. Of what is on record, all was said before: so a stop
    that is said now counts as late as the newest of it, and wins the tie.
    What lifts a stop has no such right.
    """
    if not rows or draft.at != now or not draft.kind.restricts:
        return draft
    return evolve(draft, at=newest(rows, now))


def says_yes(draft: Draft) -> bool:
    """Whether it needs to be newer than a stop."""
    # Who said stop is not even asked for an answer, but by a newer yes.
    return draft.kind.gives or draft.kind is EventKind.ASKED


def beyond(draft: Draft, rows: Mapping[str, Standing]) -> bool:
    """Whether it is newer than all that is on record."""
    return all(micros(draft.at) > row.last_at for row in rows.values())


def stopped(row: Standing | None) -> bool:
    """Whether there is an opt-out that an import must not lift."""
    return row is not None and row.state.status in (
        Status.WITHDRAWN,
        Status.PAUSED,
    )


def only_a_no(before: Person | None) -> bool:
    """Whether nothing but a no is kept of somebody."""
    return before is not None and before.wrapped is None


def given(row: Standing | None, draft: Draft) -> bool:
    """Whether consent as young as the draft's is there already."""
    return (
        row is not None
        and row.state.status is Status.GIVEN
        and row.state.since is not None
        and row.state.since >= draft.at
    )


def stale_words(rows: Mapping[str, Standing], now: datetime) -> str:
    """What to tell who brings a yes that is older than a no."""
    if micros(now) < max(row.last_at for row in rows.values()):
        return (
            "The withdrawal on record is of a time that is still to come: "
            "the clock was ahead when it was written. Opt-out wins, so no "
            "grant counts before then. Check the clock of this machine too."
        )
    return (
        "The person withdrew at that time or later, and opt-out wins (GDPR "
        "Art. 7(3)). Only a grant that is newer than the withdrawal counts; "
        "pass its own time as at=."
    )
