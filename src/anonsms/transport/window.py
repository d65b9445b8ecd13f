"""How many requests may be under way: what the provider bears."""

from __future__ import annotations

from attrs import define, field


@define
class Window:
    """
    One more after each window of good answers, half of it on a complaint.

    Additive increase, multiplicative decrease (Chiu and Jain, 1989). All
    requests that were under way when it was halved may complain of the same
    thing, so that as many answers must come before it is halved again.

    Attributes:
        ceiling: Most of them, and how many it begins with.
    """

    ceiling: int
    _size: int = field(init=False)
    _good: int = field(init=False, default=0)
    _of_before: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        self._size = self.ceiling

    @property
    def size(self) -> int:
        """How many requests may be under way; at least 1."""
        return self._size

    def answered(self) -> None:
        """Grow by one, if this good answer was the last of a window."""
        if self._of_before:
            self._of_before -= 1
            return
        self._good += 1
        if self._good >= self._size:
            self._good = 0
            self._size = min(self._size + 1, self.ceiling)

    def complained(self) -> None:
        """Halve, unless the request left before that was done last."""
        self._good = 0
        if self._of_before:
            self._of_before -= 1
            return
        self._of_before = self._size - 1
        self._size = max(self._size // 2, 1)
