"""A progress bar for terminal and notebook; the only door of tqdm."""

from __future__ import annotations

import sys
import warnings
from types import TracebackType
from typing import Protocol, Self

from anonsms.errors import MissingExtraError


class _Bar(Protocol):
    """The little of tqdm that is used."""

    def update(self, n: float | None = 1) -> bool | None: ...

    def close(self) -> None: ...


class Progress:
    """
    A bar that is moved on by hand and closes itself.

    Attributes:
        total: How many steps there are.
        done: How many have been made.
    """

    __slots__ = ("_bar", "done", "total")

    def __init__(self, total: int, bar: _Bar | None) -> None:
        self.total = total
        self.done = 0
        self._bar = bar

    def advance(self, steps: int = 1) -> None:
        """
        Move on.

        Args:
            steps: How many steps were made since the last call.
        """
        self.done += steps
        if self._bar is not None:
            self._bar.update(steps)

    def close(self) -> None:
        """Leave the bar as it stands; closing twice does nothing."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Progress {self.done:,} of {self.total:,}>"


def progress(total: int, label: str, *, enabled: bool = True) -> Progress:
    """
    Show on stderr how far a long piece of work has come.

    >>> with progress(3, "sending", enabled=False) as bar:
    ...     bar.advance(2)
    ...     print(bar)
    <Progress 2 of 3>

    Args:
        total: How many steps there are.
        label: What is being done, in a word or two.
        enabled: Without it nothing is shown and tqdm is not needed.

    Raises:
        MissingExtraError: tqdm is not installed.
    """
    if not enabled:
        return Progress(total, None)
    try:
        with warnings.catch_warnings():
            # In a notebook without ipywidgets tqdm falls back to a line of
            # text, which is what we want, and warns, which is not.
            warnings.simplefilter("ignore")
            from tqdm.auto import tqdm  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtraError("A progress bar", extra="notebook") from None
    bar = tqdm(total=total, desc=label, unit="", file=sys.stderr)
    return Progress(total, bar)
