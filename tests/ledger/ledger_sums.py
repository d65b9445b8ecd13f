"""
What one person's events add up to, for the model; nothing of the library.

Each kind of event by what it does, in the order in which they count.
"""

from datetime import timedelta


YES = ("grant", "confirmed", "renewal", "imported", "soft opt-in")
NO = ("withdrawal", "objection")
HOLDS_BACK = (*NO, "paused", "suppressed")
NOTED = ("renumbered", "revealed", "erased")
"""Kinds that are on record and change nothing."""

LIFTS = {
    "grant": ("unknown", "given", "withdrawn", "paused", "expired"),
    "confirmed": ("unknown", "given", "withdrawn", "paused", "expired"),
    "renewal": ("given", "expired"),
    "imported": ("unknown", "given", "expired"),
    "soft opt-in": ("unknown", "given", "expired"),
}
"""From where each kind of yes leads to consent."""

STRICT = {"withdrawn": "withdrawal", "paused": "paused"}
"""Standings that hold back, the strictest first, and what is said there."""

TICK = timedelta(microseconds=1)
SKEW = timedelta(minutes=5)
ANSWER_WITHIN = timedelta(days=14)


def counting(events):
    """Events that say where somebody stands."""
    return [event for event in events if event["kind"] not in NOTED]


def strictness(status):
    """How much a standing holds back."""
    return [*STRICT][::-1].index(status) + 1 if status in STRICT else 0


def order(event):
    """The later the more it counts; at one instant, what holds back."""
    kind = event["kind"]
    written, id_ = event["written"], event["id"]
    return event["at"], kind in HOLDS_BACK, kind in NO, kind, written, id_


def closes(event, asked):
    """Whether a question needs no answer any more."""
    if event["kind"] in (*NO, "paused"):
        return event["at"] >= asked["at"]
    return event["kind"] == "confirmed" and (
        event["at"] > asked["at"] or event.get("answers") == asked["id"]
    )


def add_up(events):
    """Status, since, until, why suppressed; the clock left out."""
    status, since, until, why, held = "unknown", None, None, "", "unknown"
    for event in events:
        kind, at = event["kind"], event["at"]
        if kind in YES and status in LIFTS[kind]:
            status, since, until = "given", at, event["until"]
        elif kind in NO and status != "withdrawn":
            status, since, until = "withdrawn", at, None
        elif kind == "paused" and status in ("unknown", "given", "expired"):
            status, since, held = "paused", at, status
        elif kind == "resumed" and status == "paused":
            status, since = held, at
        elif kind == "reopened" and status == "withdrawn":
            status, since = "unknown", at
        elif kind in ("suppressed", "released"):
            why = event["why"] if kind == "suppressed" else ""
        elif kind == "expiry":
            status, since, until, why = clocked(
                (status, since, until, why), at
            )
    return status, since, until, why


def clocked(state, now):
    """A consent that has run out is no consent."""
    status, since, until, why = state
    if status == "given" and until is not None and now >= until:
        return "expired", until, None, why
    return status, since, until, why
