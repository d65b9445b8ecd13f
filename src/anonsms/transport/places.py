"""The limits of one account, and the book that has their places."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import field, frozen

from anonsms.errors import LedgerError, NeverLeftError
from anonsms.transport.brake import EVERYBODY
from anonsms.transport.limit import Cost, Limit
from anonsms.transport.pacebook import PaceBook


ONLY_ASKING: Final = -1.0
"""As the longest wait: no place is ever taken."""

_log = logging.getLogger("anonsms.transport")


@frozen
class Due:
    """
    What one limit wants of one request.

    Attributes:
        key: Of the limit, in the book.
        cost: Seconds of the limit that the request uses up.
        burst: Seconds that may be used up at once.
    """

    key: str
    cost: float
    burst: float


@frozen(eq=False, repr=False)
class Places:
    """
    Where requests take their places, one for each limit that holds.

    Attributes:
        account: The shop's name for it.
        book: Where the places are.
        of_account: Requests and parts of the whole account.
        of_originator: The same of one originator.
    """

    account: str
    book: PaceBook
    of_account: Sequence[Limit | None]
    of_originator: Sequence[Mapping[str, Limit] | Limit | None]
    # By originator; a shop has a few.
    _known: dict[str, list[tuple[str, Limit, bool]]] = field(
        init=False, factory=dict
    )

    def due(self, cost: Cost, whose: str) -> list[Due]:
        """What the limits of its originator, or of everybody, want."""
        return [
            Due(key, rate.seconds(units), rate.seconds(rate.burst))
            for key, rate, of_parts in self._limits(whose)
            if (units := cost.parts if of_parts else cost.requests)
        ]

    def reserve(
        self, due: Due, now: float, longest: float = math.inf
    ) -> float:
        """
        Take a place, if its wait is not too long; the seconds to wait.

        Raises:
            NeverLeftError: The book could not be written.
        """
        try:
            return self.book.reserve(
                due.key, due.cost, due.burst, now, longest
            )
        except LedgerError as error:
            why = str(error)
        raise NeverLeftError(f"no place in the queue could be taken: {why}")

    def at_hand(self, due: Due, now: float) -> bool:
        """Whether :meth:`reserve` would wait for no disk and no network."""
        return self.book.at_hand(due.key, due.cost, now)

    def hold(self, whose: str, until: float) -> None:
        """Tell others with the same book to wait, through its limits."""
        for key, rate, _ in self._limits(whose):
            # One unit then leaves at that moment, and no burst.
            backlog = rate.seconds(rate.burst - 1)
            try:
                self.book.hold(key, until + backlog)
            except LedgerError as error:
                # The answer that asked for it counts for more than the
                # pause; this process pauses all the same.
                _log.warning("The pause is not shared: %s", error)

    def _limits(self, whose: str) -> list[tuple[str, Limit, bool]]:
        """Those that hold: key, rate, and whether it is of parts."""
        found = self._known.get(whose)
        if found is None:
            limits = (
                self.of_account if whose == EVERYBODY else self.of_originator
            )
            found = self._known[whose] = [
                (self._key(kind, whose), rate, kind == "parts")
                for kind, limit in zip(
                    ("requests", "parts"), limits, strict=True
                )
                if (
                    rate := limit.get(whose)
                    if isinstance(limit, Mapping)
                    else limit
                )
            ]
        return found

    def _key(self, kind: str, originator: str) -> str:
        """An originator may be a number: only a hash of it is written."""
        whose = f"anonsms/pace\0{kind}\0{self.account}\0{originator}"
        return hashlib.sha256(whose.encode()).hexdigest()
