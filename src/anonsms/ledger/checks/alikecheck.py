"""Looking through events that came together, all in one statement."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from anonsms.errors import LedgerError
from anonsms.ledger.proofs.leaf import leaves_of
from anonsms.ledger.store import Row, Store


_SHARED: Final = (
    "kind",
    "scope",
    "purpose",
    "at",
    "recorded_at",
    "source",
    "wording",
    "rule",
    "expires_at",
    "details",
)

_ENDS: Final = f"""
SELECT {", ".join(_SHARED)} FROM anonsms_event
WHERE leaf_index = ? OR leaf_index = ?
"""  # noqa: S608  # a constant

_ALIKE: Final = """
SELECT leaf_index, leaf, anonsms_event.id, anonsms_subject.id, number_sha256
FROM anonsms_event JOIN anonsms_subject ON anonsms_subject.seq = subject
WHERE leaf_index >= ? AND leaf_index < ?
    AND sealed IS NULL AND sealed_sha256 IS NULL
"""


def alike(
    store: Store, start: int, stop: int, lines: Callable[..., str]
) -> list[bytes] | None:
    """
    The leaves at some places, if the same was said there and all is well.

    The events of one import differ in a few columns. The database compares
    the others, which takes half the time of reading them. Nothing is told
    apart here.

    Args:
        store: The database.
        start: The first place.
        stop: The place after the last.
        lines: Makes the lines that events share of their columns.

    Returns:
        Their hashes; ``None`` to have each event looked at.
    """
    try:
        ends = store.query(_ENDS, (start, stop - 1))
        if len(set(ends)) != 1:
            return None
        [shared, *_] = ends
        begin = lines(*shared)
        given = [value for value in shared if value is not None]
        rows = store.query(_statement(store, shared), (start, stop, *given))
        places, leaves, events, ids, numbers = map(
            list, zip(*rows, strict=True)
        )
        found = leaves_of(begin, events, zip(ids, numbers, strict=True))
    except (LedgerError, AttributeError, TypeError, ValueError):
        return None  # some field holds what never belongs there
    whole = found == leaves and places == list(range(start, stop))
    return found if whole else None


def _statement(store: Store, shared: Row) -> str:
    """Reads the events in whose columns there is the same."""
    same = [
        f"{name} IS NULL" if value is None else f"{name} = ?"
        for name, value in zip(_SHARED, shared, strict=True)
    ]
    if store.serial:
        same.append("anonsms_event.seq = leaf_index + 1")
    if store.kind == "sqlite":  # 5.0 equals 5, and reads another way
        whole = [
            name
            for name, value in zip(_SHARED, shared, strict=True)
            if isinstance(value, int)
        ]
        same += [f"typeof({name}) = 'integer'" for name in (*whole, "subject")]
    return f"{_ALIKE} AND {' AND '.join(same)} ORDER BY leaf_index"
