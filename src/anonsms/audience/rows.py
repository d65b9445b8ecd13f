"""
Rows of CSV; and the way back where a stray quote ran over some of them.

A quote that is never closed makes one cell of all that follows, up to the
next quote: the customers in there would be lost, and the one above would
get another one's number. So a row that cannot be CSV is refused alone, and
reading goes on with the line below its first.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from anonsms.audience.columns import Columns


UNREADABLE: Final = object()
"""Stands for a row that the CSV reader could not take apart."""

_NUMBER = re.compile(r"\s*[\"']*[+(]?[0-9](?:[\s().\u00a0/'-]*[0-9]){5,}\D*")
_BREAK = re.compile(r"\r\n|\r|\n")  # splitlines() knows more
_WIDE = 8  # columns, from which no note has as many separators


class _Reader(Protocol):
    """What ``csv.reader`` returns."""

    @property
    def line_num(self) -> int: ...
    def __next__(self) -> list[str]: ...


class Lines:
    """
    Lines of a source, of which those of the last row can be read again.

    Args:
        lines: The lines.
        before: How many lines came before them.

    Attributes:
        number: How many lines have been read.
    """

    def __init__(self, lines: Iterable[str], before: int = 0) -> None:
        self.number = before
        self._lines = iter(lines)
        self._again: deque[str] = deque()
        self._row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self._row.append(line)
        self.number += 1
        return line

    def end_row(self) -> None:
        """Forget the lines of a row that is in order."""
        self._row.clear()

    def back_to_second(self) -> None:
        """Go back to where only the first line of the row is read."""
        self.number -= len(self._row[1:])
        self._again.extendleft(reversed(self._row[1:]))
        self._row.clear()


class CsvRows:
    """
    The rows that are not blank, each with the line on which it begins.

    Args:
        reader: What takes the lines apart.
        delimiter: What parts its cells.
        lines: Where the reader has its lines from. ``None`` if it is a
            caller's: the lines below a stray quote are then out of reach,
            and refused one by one.
    """

    def __init__(
        self, reader: _Reader, delimiter: str, lines: Lines | None = None
    ) -> None:
        self._reader = reader
        self._delimiter = delimiter
        self._lines = lines
        self._rows = self._read()
        self._width = 0
        self._phones: frozenset[int] = frozenset()
        self._known: frozenset[int] = frozenset()

    def watch(self, names: Sequence[str], columns: Columns) -> None:
        """
        Look from now on for cells that are made of whole rows.

        Args:
            names: The names of the columns.
            columns: What they say, as the header writes them.
        """
        known = {
            *columns.first_name,
            *columns.last_name,
            *columns.country,
            *columns.consent,
            *columns.phone,
        }
        self._width = len(names)
        self._phones = frozenset(
            place for place, n in enumerate(names) if n in columns.phone
        )
        self._known = frozenset(
            place for place, n in enumerate(names) if n in known
        )

    def __iter__(self) -> Iterator[tuple[int, object]]:
        return self._rows

    def __next__(self) -> tuple[int, object]:
        return next(self._rows)

    def _read(self) -> Iterator[tuple[int, object]]:
        reader = self._reader
        lines = self._lines
        end = self._end()
        while True:
            start = end + 1
            try:
                row = next(reader, None)
            except csv.Error:
                broken = True
            else:
                if row is None:
                    return
                end = self._end()
                broken = end > start and self._runs_over(row)
            if broken:
                if lines is not None:
                    lines.back_to_second()
                end = self._end()
                for line in range(start, end + 1):
                    yield line, UNREADABLE
                continue
            if lines is not None:
                lines.end_row()
            if row:
                yield start, row

    def _end(self) -> int:
        """The last line that was read."""
        lines = self._lines
        return self._reader.line_num if lines is None else lines.number

    def _runs_over(self, row: Sequence[str]) -> bool:
        return any(
            self._holds_rows(place, cell, len(row))
            for place, cell in enumerate(row)
            if "\n" in cell or "\r" in cell
        )

    def _holds_rows(self, place: int, cell: str, cells: int) -> bool:
        """
        Whether a cell is the end of one row and the beginning of another.

        The first line then has the separators that its row still lacks, the
        last one those of the row that ends behind the cell. That may be so
        of a note in a narrow table too, so there must be more: a number
        where a number stands, a name or the like with separators in it, or
        too many separators for a note.
        """
        ends_at = place + self._width - cells
        texts = _BREAK.split(cell.rstrip("\r\n"))
        counts = [text.count(self._delimiter) for text in texts]
        if (
            len(texts) <= 1
            or counts[0] < self._width - 1 - place
            or counts[-1] < ends_at
        ):
            return False
        if self._width >= _WIDE or (self._width > 1 and place in self._known):
            return True
        return any(
            _NUMBER.fullmatch(part)
            for offset, text in zip(
                (place, *[0] * len(texts)), texts, strict=False
            )
            for at, part in enumerate(text.split(self._delimiter), offset)
            if at in self._phones and (text is not texts[0] or at > place)
        )
