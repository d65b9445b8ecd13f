"""What looking through a whole ledger found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import Factory, define, frozen


_MOST: Final = 1_000  # faults that are kept; the rest are only counted


@frozen
class Fault:
    """
    Something that is not as it was written down.

    Attributes:
        where: What it is about, e.g. ``"event 12"``; no personal data.
        what: What is wrong with it.
    """

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@frozen
class Verification:
    """
    What :meth:`Ledger.verify` found.

    Attributes:
        origin: The ledger's name.
        size: How many events the tree holds.
        root: The root over them, as it was computed anew; 32 bytes.
        events: How many events were read.
        people: How many people were looked at; 0 if that was not asked for.
        checkpoints: How many checkpoints agree with the ledger.
        faults: What is wrong, at most 1,000 of them.
        more_faults: How many there are beside those.
        skipped: What could not be looked at with this key ring.
    """

    origin: str
    size: int
    root: bytes
    events: int
    people: int
    checkpoints: int
    faults: tuple[Fault, ...]
    more_faults: int
    skipped: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def __str__(self) -> str:
        lines = [
            f"{self.origin}: {self.size:,} events, root {self.root.hex()}",
            f"{self.people:,} people looked at.",
            f"{self.checkpoints:,} checkpoints agree.",
            *(f"Not looked at: {what}" for what in self.skipped),
            *map(str, self.faults),
        ]
        if self.more_faults:
            lines.append(f"... and {self.more_faults:,} more.")
        found = len(self.faults) + self.more_faults
        lines.append(f"{found:,} faults." if found else "No fault was found.")
        return "\n".join(lines)


@define
class Findings:
    """Collects while a ledger is looked through."""

    events: int = 0
    people: int = 0
    checkpoints: int = 0
    faults: list[Fault] = Factory(list)
    more_faults: int = 0
    skipped: list[str] = Factory(list)

    def fault(self, where: str, what: str) -> None:
        """Note a fault."""
        if len(self.faults) < _MOST:
            self.faults.append(Fault(where, what))
        else:
            self.more_faults += 1

    def result(self, origin: str, size: int, root: bytes) -> Verification:
        """All of it, as a value."""
        return Verification(
            origin=origin,
            size=size,
            root=root,
            events=self.events,
            people=self.people,
            checkpoints=self.checkpoints,
            faults=tuple(self.faults),
            more_faults=self.more_faults,
            skipped=tuple(self.skipped),
        )


def windows(start: int, stop: int, size: int) -> Iterator[tuple[int, int]]:
    """
    A range in pieces.

    >>> list(windows(0, 5, 2))
    [(0, 2), (2, 4), (4, 5)]
    """
    for begin in range(start, stop, size):
        yield begin, min(begin + size, stop)
