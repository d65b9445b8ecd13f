"""Row by row: values taken out, numbers parsed together, contacts made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from anonsms.audience.cells import (
    answer_in,
    cells_by_name,
    count_in,
    country_in,
    language_among,
    language_in,
    money_in,
    tags_in,
    values_by_name,
)
from anonsms.audience.columns import Columns
from anonsms.audience.contact import Contact, RefusedRow
from anonsms.audience.faults import (
    NO_ROW,
    NOWHERE,
    RAGGED,
    UNREADABLE,
    fault_of,
)
from anonsms.audience.merging import Gathering
from anonsms.audience.sources import REPEATED
from anonsms.phone import PhoneNumber


CHUNK: Final = 4096
"""Rows whose numbers are parsed together."""

_Waiting = tuple[
    int,
    dict[str, object],
    PhoneNumber | None,
    str | None,
    str | None,
    bool | None,
    bool,
    bool,
]
"""
A row whose number is yet to be parsed: line, values, number if known,
country, language, claim, whether the claim is unclear, whether it has a
country that is not known.
"""


class Intake:
    """
    What has been taken in from a source so far.

    Args:
        columns: The columns as the header writes them.
        region: Where numbers without a country code belong by default.
        allow_fictional: Whether numbers reserved for examples pass.

    Attributes:
        gathering: The contacts.
        rows: How many rows came.
    """

    def __init__(
        self, columns: Columns, region: str | None, *, allow_fictional: bool
    ) -> None:
        self.gathering = Gathering()
        self.rows = 0
        self._refused: list[RefusedRow] = []
        self._columns = columns
        self._region = region
        self._allow_fictional = allow_fictional
        self._waiting: list[_Waiting] = []
        self._texts: list[str] = []
        self._regions: list[str | None] = []
        self._messages: dict[str, str] = {}
        self._repeated: tuple[str, ...] = ()
        self._settled = tuple(
            (canonical, names[0], names[1:], convert)
            for canonical, names, convert in (
                ("first_name", columns.first_name, None),
                ("last_name", columns.last_name, None),
                ("city", columns.city, None),
                ("orders", columns.orders, count_in),
                ("spent", columns.spent, money_in),
                ("tags", columns.tags, tags_in),
            )
            if names
        )

    @property
    def refused(self) -> tuple[RefusedRow, ...]:
        """The rows that became no contact, by line."""
        return tuple(sorted(self._refused, key=lambda row: row.line))

    def take_csv(
        self, rows: Iterable[tuple[int, object]], names: Sequence[str]
    ) -> None:
        """
        Take in rows as ``csv.reader`` makes them.

        Args:
            rows: Line and row: a list of ``str``, or ``UNREADABLE``.
            names: One for each cell; cells below ``""`` are left out.
        """
        width = len(names)
        self._repeated = _repeated(names)
        nameless = "" in names
        for line, row in rows:
            self.rows += 1
            if not isinstance(row, list):
                self._refuse(line, *UNREADABLE)
            elif len(row) != width and not _blank_beyond(row, width):
                self._refuse(line, *RAGGED)
            else:
                values = cells_by_name(names, row)
                if nameless:
                    values.pop("", None)
                self._take(line, values)
        self._parse()

    def take_sequences(
        self, rows: Iterable[tuple[int, object]], names: Sequence[str]
    ) -> None:
        """
        Take in rows in memory that are sequences of cells.

        Args:
            rows: Position and row.
            names: One for each cell; cells below ``""`` are left out.
        """
        width = len(names)
        self._repeated = _repeated(names)
        for line, row in rows:
            self.rows += 1
            if not isinstance(row, Sequence) or isinstance(row, str | bytes):
                self._refuse(line, *NO_ROW)
            elif len(row) != width and not _blank_beyond(row, width):
                self._refuse(line, *RAGGED)
            else:
                values = values_by_name(zip(names, row, strict=False))
                values.pop("", None)
                self._take(line, values)
        self._parse()

    def take_mappings(self, rows: Iterable[tuple[int, object]]) -> None:
        """
        Take in rows in memory that are mappings by column.

        Args:
            rows: Position and row.
        """
        for line, row in rows:
            self.rows += 1
            if not isinstance(row, Mapping):
                self._refuse(line, *NO_ROW)
            elif None in row:
                # Where csv.DictReader puts the cells that were too many.
                self._refuse(line, *RAGGED)
            else:
                self._take(line, values_by_name(row.items()))
        self._parse()

    def _take(self, line: int, values: dict[str, object]) -> None:
        """Make out what the row says; its number is parsed later."""
        phone: object = None
        for name in self._columns.phone:
            cell = values.pop(name, None)
            if phone is None:
                phone = cell
        fault = fault_of(phone)
        if fault is not None:
            self._refuse(line, *fault)
            return
        country = None
        lost = False
        for name in self._columns.country:
            cell = values.get(name)
            if cell is not None:
                country = country_in(str(cell))
                lost = country is None
                break
        if isinstance(phone, str):
            self._texts.append(phone)
            # A number as it is written in a country that is not known may
            # well be somebody else's in the default one.
            self._regions.append(None if lost else country or self._region)
        self._settle(values)
        if country is not None:
            values["country"] = country
        language = self._language(values)
        claim, unclear = self._claim(values)
        for name in self._repeated:
            values.pop(name, None)
        known = phone if isinstance(phone, PhoneNumber) else None
        self._waiting.append(
            (line, values, known, country, language, claim, unclear, lost)
        )
        if len(self._waiting) >= CHUNK:
            self._parse()

    def _settle(self, values: dict[str, object]) -> None:
        """Add the values under their canonical names."""
        for canonical, column, others, convert in self._settled:
            cell = values.get(column)
            if cell is None:
                if not others:
                    continue
                cell = _first(values, others)
                if cell is None:
                    continue
            if convert is not None:
                cell = convert(cell)
                if cell is None:
                    # Rules count on what is there: no text for a number.
                    values.pop(canonical, None)
                    continue
            values[canonical] = cell

    def _claim(self, values: Mapping[str, object]) -> tuple[bool | None, bool]:
        """What the consent columns say, and whether one is not understood."""
        claims = {
            answer_in(str(cell))
            for name in self._columns.consent
            if (cell := values.get(name)) is not None
        }
        if False in claims:
            return False, False
        if None in claims:
            return None, True
        return True in claims or None, False

    def _language(self, values: Mapping[str, object]) -> str | None:
        columns = self._columns
        if columns.language:
            cell = _first(values, columns.language)
            if cell is not None:
                return language_in(str(cell))
        if columns.tags and columns.language_tag:
            tags = values.get("tags")
            if isinstance(tags, tuple):
                return language_among(tags, columns.language_tag)
        return None

    def _parse(self) -> None:
        """Parse the numbers that wait and make contacts of their rows."""
        parsed = iter(
            PhoneNumber.parse_many(
                self._texts,
                self._regions,
                allow_fictional=self._allow_fictional,
            )
        )
        add = self.gathering.add
        for (
            line,
            values,
            known,
            country,
            language,
            claim,
            unclear,
            lost,
        ) in self._waiting:
            number = known if known is not None else next(parsed)
            if isinstance(number, PhoneNumber):
                add(
                    Contact(number, values, country, language, claim, line),
                    unclear=unclear,
                )
            elif lost and number.reason == "no-region":
                self._refuse(line, *NOWHERE)
            else:
                self._refuse(line, number.reason, str(number))
        self._waiting.clear()
        self._texts.clear()
        self._regions.clear()

    def _refuse(self, line: int, reason: str, message: str) -> None:
        # One text for all rows with it: there may be a million.
        message = self._messages.setdefault(message, message)
        self._refused.append(RefusedRow(line, reason, message))


def _first(values: Mapping[str, object], names: Iterable[str]) -> object:
    """The first cell that is not blank, or ``None``."""
    for name in names:
        cell = values.get(name)
        if cell is not None:
            return cell
    return None


def _repeated(names: Iterable[str]) -> tuple[str, ...]:
    """Columns that are looked at but, for their name, are no values."""
    return tuple(name for name in names if name.endswith(REPEATED))


def _blank_beyond(row: Sequence[object], width: int) -> bool:
    """Whether the row only has blank cells more than the header."""
    return len(row) > width and not any(
        str(cell).strip() for cell in row[width:] if cell is not None
    )
