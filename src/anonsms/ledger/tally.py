"""What became of an import."""

from __future__ import annotations

from attrs import define, frozen


@frozen
class ImportReport:
    """
    What became of an import; every number given is counted once.

    Attributes:
        recorded: New events.
        opted_out: Refused: the person said stop, or may have, or was erased.
        already_given: Nothing new: consent as young is there already, or
            the number stood in the import before.
    """

    recorded: int = 0
    opted_out: int = 0
    already_given: int = 0

    @property
    def total(self) -> int:
        """How many numbers were read."""
        return self.recorded + self.opted_out + self.already_given


@define
class Tally:
    """Counts while an import goes on; as :class:`ImportReport`."""

    recorded: int = 0
    opted_out: int = 0
    already_given: int = 0

    def report(self) -> ImportReport:
        """The counts, as a value."""
        return ImportReport(self.recorded, self.opted_out, self.already_given)
