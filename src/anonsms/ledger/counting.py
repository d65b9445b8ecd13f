"""How many people stand where; shows no one."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from anonsms.consent import Purpose, Status
from anonsms.ledger.moments import micros
from anonsms.ledger.standings import scopes, status_of
from anonsms.ledger.store import Store


_ELSEWHERE: Final = 3  # rows of other purposes, in the statement below

_COUNTS = """
SELECT place, status, expires_at IS NOT NULL AND expires_at <= ?, count(*)
FROM (
    SELECT status, expires_at, place, row_number() OVER (
        PARTITION BY token ORDER BY place
    ) AS rank
    FROM (
        SELECT token, status, expires_at, CASE scope
            WHEN ? THEN 0 WHEN ? THEN 1 WHEN ? THEN 2 ELSE 3
        END AS place
        FROM anonsms_standing
    ) AS placed
) AS ranked
WHERE rank = 1 GROUP BY 1, 2, 3
"""


def counts(store: Store, purpose: Purpose, now: datetime) -> dict[Status, int]:
    """How many people stand where for a purpose, by status."""
    found = dict.fromkeys(Status, 0)
    rows = store.query(_COUNTS, (micros(now), *scopes(purpose)))
    for place, text, ended, count in rows:
        status = status_of(text)
        if place == _ELSEWHERE:
            status = Status.UNKNOWN
        elif ended and status is Status.GIVEN:
            status = Status.EXPIRED
        found[status] += count
    return found


def people(store: Store) -> int:
    """How many people are on record."""
    [[found]] = store.query(
        "SELECT count(DISTINCT token) FROM anonsms_standing"
    )
    return int(found)
