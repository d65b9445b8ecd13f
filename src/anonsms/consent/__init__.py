"""
What consent is: purposes, wordings, events, and the state they add up to.

Events are facts and are only ever added. A state is never stored by hand:
it is the fold of the events that touch a person and a purpose, by the
:data:`TRANSITIONS` table.
"""

from __future__ import annotations

from anonsms.consent.controller import Controller
from anonsms.consent.event import (
    ConsentEvent,
    EventKind,
    Scope,
    Source,
    Wording,
    in_order,
)
from anonsms.consent.purpose import (
    MARKETING,
    SECURITY,
    SERVICE,
    Family,
    Purpose,
)
from anonsms.consent.state import (
    TRANSITIONS,
    UNKNOWN_STATE,
    ConsentState,
    Status,
    fold,
)


__all__ = [
    "MARKETING",
    "SECURITY",
    "SERVICE",
    "TRANSITIONS",
    "UNKNOWN_STATE",
    "ConsentEvent",
    "ConsentState",
    "Controller",
    "EventKind",
    "Family",
    "Purpose",
    "Scope",
    "Source",
    "Status",
    "Wording",
    "fold",
    "in_order",
]
