"""Looking through the events: each leaf, and the tree above them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from anonsms.consent import Wording
from anonsms.errors import LedgerError
from anonsms.ledger.checks.alikecheck import alike
from anonsms.ledger.checks.verification import Findings, windows
from anonsms.ledger.proofs.frontier import EMPTY_ROOT, Frontier, leaf_hash
from anonsms.ledger.proofs.leaf import details_hash, fact_lines, wording_line
from anonsms.ledger.store import Row, Store


_AT_ONCE: Final = 4_096  # events
_FEW: Final = 256  # so many are not looked at by halves any more

_WHOLE: Final = (int, type(None))

_EVENTS = """
SELECT anonsms_event.seq, leaf_index, leaf, anonsms_event.id, subject,
    anonsms_subject.id, number_sha256, sealed, sealed_sha256, kind, scope,
    purpose, at, recorded_at, source, wording, rule, expires_at, details
FROM anonsms_event
LEFT JOIN anonsms_subject ON anonsms_subject.seq = subject
WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index
"""

_ERASED = """
SELECT seq FROM anonsms_subject WHERE seq = ? AND number IS NULL
"""

# The place itself is not read: in its field there may be anything.
_STRAY = """
SELECT seq, leaf_index IS NULL FROM anonsms_event
WHERE leaf_index IS NULL OR leaf_index < 0 OR leaf_index >= ? ORDER BY seq
"""


class TreeCheck:
    """
    Reads every event once and computes the tree anew.

    Args:
        store: The database.
        findings: Where faults go.
        wordings: The wordings by row, for the leaves that name one.
    """

    def __init__(
        self, store: Store, findings: Findings, wordings: Mapping[int, Wording]
    ) -> None:
        self._store = store
        self._findings = findings
        self._lines = {
            row: wording_line(wording) for row, wording in wordings.items()
        }

    def run(
        self, size: int, roots: bytes, marks: Sequence[int]
    ) -> dict[int, bytes]:
        """
        Look through the tree.

        Args:
            size: How many leaves the tree says it has.
            roots: Its stored frontier.
            marks: Sizes at which the root is asked for.

        Returns:
            The roots at those sizes, and at the last.
        """
        [[placed]] = self._store.query(
            "SELECT count(*) FROM anonsms_event WHERE leaf_index IS NOT NULL"
        )
        if placed != size:
            self._findings.fault(
                "tree", f"it should have {size:,} events and has {placed:,}"
            )
            size = placed
        frontier = Frontier()
        found = {0: EMPTY_ROOT}
        stops = sorted({mark for mark in marks if 0 < mark < size} | {size})
        for start, stop in zip([0, *stops], stops, strict=False):
            for begin, end in windows(start, stop, _AT_ONCE):
                self._extend(frontier, begin, end)
            found[stop] = frontier.root()
        self._strays(size)
        if roots != frontier.roots:
            self._findings.fault(
                "tree",
                "its stored right edge is not what its leaves add up to: "
                "events of the last part were changed, added or removed",
            )
        return found

    def _extend(self, frontier: Frontier, start: int, stop: int) -> None:
        """Check the events at some places and let the tree grow by them."""
        self._nodes(frontier, self._leaves(start, stop))

    def _leaves(self, start: int, stop: int) -> list[bytes]:
        """The leaves at some places; those of one import all at once."""
        leaves = alike(self._store, start, stop, self._begin)
        if leaves is not None:
            self._findings.events += len(leaves)
            return leaves
        if stop - start <= _FEW:
            return self._each(start, stop)
        middle = (start + stop) // 2
        return self._leaves(start, middle) + self._leaves(middle, stop)

    def _each(self, start: int, stop: int) -> list[bytes]:
        """The leaves at some places, after a look at each of the events."""
        rows = self._rows(start, stop)
        self._findings.events += len(rows)
        if [row[1] for row in rows] != list(range(start, stop)):
            rows = self._complete(rows, start, stop)
        leaves = [row[2] for row in rows]
        for row, leaf in zip(rows, leaves, strict=True):
            try:
                same = self._leaf(row) == leaf
            except (AttributeError, TypeError, ValueError):
                same = False  # some field holds what never belongs there
            if not same:
                self._findings.fault(
                    f"event {row[1]:,}",
                    "what is recorded is not what was committed to",
                )
            if row[7] is not row[8]:  # both are NULL for most events
                self._evidence(row)
            if self._store.serial and row[0] != row[1] + 1:
                self._findings.fault(
                    f"event {row[1]:,}", "its row is not the one it came in"
                )
        return [
            leaf
            if isinstance(leaf, bytes) and len(leaf) == len(EMPTY_ROOT)
            else EMPTY_ROOT
            for leaf in leaves
        ]

    def _rows(self, start: int, stop: int) -> list[Row]:
        try:
            return self._store.query(_EVENTS, (start, stop))
        except LedgerError:  # some row holds what is no text
            if stop - start > 1:
                middle = (start + stop) // 2
                return self._rows(start, middle) + self._rows(middle, stop)
            self._findings.fault(f"event {start:,}", "it cannot be read")
            return []

    def _complete(
        self, rows: Sequence[Row], start: int, stop: int
    ) -> list[Row]:
        """The rows with one for each place, whatever was done to them."""
        by_place = {row[1]: row for row in reversed(rows)}
        if len(by_place) != len(rows):
            self._findings.fault(
                f"events {start:,} to {stop - 1:,}",
                "several events have the same place",
            )
        whole = []
        for place in range(start, stop):
            if place not in by_place:
                self._findings.fault(
                    f"event {place:,}", "it is missing, or cannot be read"
                )
            else:
                whole.append(by_place[place])
        return whole

    def _leaf(self, row: Row) -> bytes:
        _, _, _, event, subject, person, number, _, sealed, *facts = row
        if subject is None:
            who = ""
        elif person is None or number is None or type(subject) is not int:
            return b""
        else:
            who = f"{person.hex()} {number.hex()}"
        tail = "" if sealed is None else sealed.hex()
        return leaf_hash(
            f"{self._begin(*facts)}{tail}\n{event.hex()}\n{who}\n".encode()
        )

    def _evidence(self, row: Row) -> None:
        """Check that what is sealed is what its hash was made from."""
        _, place, _, _, subject, _, _, sealed, digest, *_ = row
        if isinstance(sealed, bytes):
            if digest == hashlib.sha256(sealed).digest():
                return
        elif (
            sealed is None
            and isinstance(digest, bytes)
            and len(digest) == len(EMPTY_ROOT)
            and self._store.query(_ERASED, (subject,))
        ):
            return
        self._findings.fault(
            f"event {place:,}", "its sealed evidence was changed or removed"
        )

    def _begin(  # noqa: PLR0913, PLR0917
        self,
        kind: str,
        scope: str,
        purpose: str,
        at: int,
        recorded_at: int,
        source: str,
        wording: int | None,
        rule: str,
        expires_at: int | None,
        details: str,
    ) -> str:
        """The lines of a leaf that events may share."""
        # A number is compared as one, and written in one way only.
        if (
            type(at) is not int
            or type(recorded_at) is not int
            or type(expires_at) not in _WHOLE
            or type(wording) not in _WHOLE
        ):
            raise TypeError
        return fact_lines(
            kind,
            scope,
            purpose,
            at,
            recorded_at,
            source,
            "" if wording is None else self._lines.get(wording, "gone"),
            rule,
            expires_at,
            details_hash(details),
        )

    def _nodes(self, frontier: Frontier, leaves: list[bytes]) -> None:
        """Compare the hashes above the leaves with the stored ones."""
        for level, place, computed in frontier.extend(leaves):
            rows = self._store.query(
                "SELECT hash FROM anonsms_node WHERE level = ? AND place = ?",
                (level, place),
            )
            if [row[0] for row in rows] != [computed]:
                span = 256**level
                self._findings.fault(
                    f"tree, level {level}",
                    f"the hash over the events {place * span:,} to "
                    f"{(place + 1) * span - 1:,} is not the stored one",
                )

    def _strays(self, size: int) -> None:
        """Events and hashes that have no place in the tree."""
        for seq, waiting in self._store.query(_STRAY, (size,)):
            if waiting and not self._store.serial:
                continue  # committed a moment ago; it gets its place later
            self._findings.fault(
                f"event row {seq:,}",
                "it was added without the tree"
                if waiting
                else "its place is outside the tree",
            )
        complete = 0
        level_size = size // 256
        while level_size:
            complete += level_size
            level_size //= 256
        [[nodes]] = self._store.query("SELECT count(*) FROM anonsms_node")
        if nodes != complete:
            self._findings.fault(
                "tree",
                f"it has {nodes:,} stored hashes above its leaves; {size:,} "
                f"leaves have {complete:,}",
            )
