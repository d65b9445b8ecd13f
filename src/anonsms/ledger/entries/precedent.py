"""
What must have happened before, for some events to count.

Pure: a draft and a person's history come in, and the draft goes out
completed, or is refused. The journal asks while it holds the person, so that
nothing comes in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from attrs import evolve

from anonsms.consent import (
    ConsentEvent,
    EventKind,
    Purpose,
    Status,
    Wording,
    fold,
)
from anonsms.errors import ConsentError
from anonsms.ledger.entries.recording import expiry
from anonsms.ledger.events import Draft, facts
from anonsms.ledger.moments import SKEW


_EXPLICIT = frozenset((EventKind.GRANT, EventKind.CONFIRMED))


def confirmed(
    draft: Draft,
    history: Sequence[ConsentEvent],
    *,
    purpose: Purpose,
    within: timedelta,
) -> Draft:
    """
    The answer to the newest question that is open.

    Args:
        draft: The answer. It gets the wording that was asked about, and
            names the question in ``asked``.
        history: The person's events, oldest first.
        purpose: What was asked about.
        within: How long a question stays open.

    Raises:
        ConsentError: No question is open.
    """
    asked = [
        event
        for event in history
        if event.kind is EventKind.ASKED
        and event.touches(purpose)
        # The page and the receiver of texts have a clock each.
        and event.at <= draft.at + SKEW
    ]
    if not asked:
        raise ConsentError(
            "This person was not asked about this purpose, so an answer "
            "confirms nothing. Record the ticked box first, ledger.ask(...), "
            "or record a grant with the text that the person answered to."
        )
    open_ = [each for each in asked if not _closed(each, history, purpose)]
    if not open_:
        raise ConsentError(_closed(asked[-1], history, purpose))
    question = open_[-1]
    if draft.at - question.at > within:
        raise ConsentError(
            "The answer came later than the question allows, see within=. "
            "Ask again: who ticked the box may not be who has the phone now."
        )
    when = max(draft.at, question.at)
    told = dict(question.details)
    return evolve(
        draft,
        at=when,
        wording=question.wording,
        expires_at=expiry(purpose, when),
        details=facts(
            {
                **dict(draft.details),
                "asked": question.id,
                "controller": told.get("controller", ""),
            }
        ),
    )


def renewed(
    draft: Draft,
    history: Sequence[ConsentEvent],
    *,
    purpose: Purpose,
    wording: Wording | None,
) -> Draft:
    """
    The renewal of the yes that is there, or was until it expired.

    Args:
        draft: The renewal. It names the yes in ``renews``.
        history: The person's events, oldest first.
        purpose: What for.
        wording: The text that was agreed to now; that of the yes if none.

    Raises:
        ConsentError: There is no yes to renew.
    """
    before = [
        event
        for event in history
        if event.at <= draft.at and event.touches(purpose)
    ]
    stood = fold(before, purpose, draft.at).status
    if stood not in (Status.GIVEN, Status.EXPIRED):
        raise ConsentError(
            f"There is no consent to renew, for the person stood {stood}, "
            "and a renewal lifts no stop. If they said yes again, record a "
            "grant with the text that they agreed to."
        )
    stops = [i for i, each in enumerate(before) if each.kind.withdraws]
    since = before[stops[-1] + 1 :] if stops else before
    said = [
        event
        for event in since
        if event.kind.gives and event.kind is not EventKind.SOFT_OPT_IN
    ]
    if not said:
        raise ConsentError(
            "This person bought something and agreed to nothing, so there "
            "is no consent to renew. Record a grant, or the next purchase: "
            "ledger.soft_opt_in(...)."
        )
    return evolve(
        draft,
        wording=wording or said[-1].wording,
        details=facts({**dict(draft.details), "renews": said[-1].id}),
    )


def bought(
    draft: Draft, history: Sequence[ConsentEvent], *, purpose: Purpose
) -> Draft:
    """
    The soft opt-in of somebody who never refused.

    Args:
        draft: The soft opt-in.
        history: The person's events, oldest first.
        purpose: What for.

    Raises:
        ConsentError: They did, and said no explicit yes since.
    """
    refused = [e.at for e in history if _refuses(e) and e.touches(purpose)]
    agreed = [
        event.at
        for event in history
        if event.kind in _EXPLICIT and event.touches(purpose)
    ]
    if refused and not (agreed and agreed[-1] > refused[-1]):
        raise ConsentError(
            "This person refused before, or may have, and a purchase does "
            "not take that back (2002/58/EC Art. 13(2)). Only an explicit "
            "yes does: record a grant."
        )
    return draft


def _refuses(event: ConsentEvent) -> bool:
    return event.kind.withdraws or event.kind is EventKind.PAUSED


def _closed(
    question: ConsentEvent, history: Sequence[ConsentEvent], purpose: Purpose
) -> str:
    """Why a question needs no answer any more; empty if it does."""
    about = [event for event in history if event.touches(purpose)]
    # A no first: it is what counts, whatever was answered before it.
    if any(_refuses(each) and each.at >= question.at for each in about):
        return (
            "The person said stop since they were asked, or may have, "
            "and opt-out wins. Ask again when they tick the box again."
        )
    if any(
        each.kind is EventKind.CONFIRMED
        and (
            each.at > question.at
            or dict(each.details).get("asked") == question.id
        )
        for each in about
    ):
        return (
            "This was confirmed before, and one answer is enough. Where "
            "consent is said again later, record a renewal."
        )
    return ""
