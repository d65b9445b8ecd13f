"""From the rows of an export to an audience."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from anonsms.audience.audience import Audience
from anonsms.audience.columns import Columns, columns_of, folded
from anonsms.audience.intake import CHUNK, Intake
from anonsms.audience.rows import CsvRows
from anonsms.audience.sources import REPEATED, Source, Table, opened
from anonsms.errors import ContactsError


_REGION = re.compile(r"[A-Za-z]{2}")
_CANONICAL: Final = (
    "first_name",
    "last_name",
    "city",
    "country",
    "orders",
    "spent",
    "tags",
)


def read_contacts(  # noqa: PLR0913
    source: Source,
    *,
    region: str | None = None,
    columns: Columns | None = None,
    header: Sequence[str] | None = None,
    encoding: str | None = None,
    allow_fictional: bool = False,
) -> Audience:
    r"""
    Read the customers of a shop, each number once.

    No row stops the others: what cannot be used is in
    :attr:`Audience.refused`, with its line and reason. Rows with the same
    number become one contact: the first row counts, later ones of the same
    person fill its blanks, a ``no`` to consent on any of them wins.

    >>> import io
    >>> read_contacts(io.StringIO(
    ...     "Prénom;Téléphone\n"
    ...     "Zoé;06 39 98 12 34\n"
    ...     "Zoé;+33639981234\n"
    ...     "Léa;06 39\n"
    ... ), region="FR")
    <Audience 1 contacts, 1 rows refused, 1 merged>

    Args:
        source: The path of a CSV file; a stream of text or bytes; mappings
            by column (dictionaries, ``csv.DictReader``); or sequences of
            cells, with ``header``. Separator and encoding of CSV are found
            out.
        region: ISO code of the country that numbers without a country code
            belong to where the row names no country.
        columns: Which column says what. Without it, the exports of Shopify
            (:data:`SHOPIFY`) and usual names in English, French, German
            and Polish are recognised.
        header: Names of the columns, for sources that do not begin with
            them.
        encoding: Of a file or a stream of bytes; found out if not given.
        allow_fictional: Whether numbers reserved for films and examples
            pass; for tests and demonstrations.

    Raises:
        ContactsError: The source as a whole is of no use: empty, no CSV, in
            another encoding, without a column for the number; or it is
            nothing to read from, such as a ``str`` that names no file.
        OSError: The file of a ``pathlib.Path`` cannot be opened.
    """
    try:
        return _read(
            source,
            region,
            columns,
            header,
            encoding,
            allow_fictional=allow_fictional,
        )
    except ContactsError as error:
        # The frames it came through hold rows, and some tools print the
        # variables of frames: go on without them.
        fault = error.with_traceback(None)
    del source, region, header
    raise fault


def _read(  # noqa: PLR0913
    source: Source,
    region: str | None,
    columns: Columns | None,
    header: Sequence[str] | None,
    encoding: str | None,
    *,
    allow_fictional: bool,
) -> Audience:
    if region is not None and not _REGION.fullmatch(region):
        raise ContactsError(
            "A region is an ISO 3166-1 code of two letters, such as FR."
        )
    with opened(source, header, encoding) as table:
        return _audience_of(
            table,
            columns,
            region.upper() if region else None,
            allow_fictional=allow_fictional,
        )


def _audience_of(
    table: Table,
    columns: Columns | None,
    region: str | None,
    *,
    allow_fictional: bool,
) -> Audience:
    rows = table.rows
    names = table.header
    if names is None:
        ahead = list(itertools.islice(rows, CHUNK))
        if not ahead:
            return Audience(())
        names = _keys(row for _, row in ahead)
        rows = itertools.chain(ahead, rows)
        del ahead
    found = columns_of(filter(None, names), columns)
    intake = Intake(found, region, allow_fictional=allow_fictional)
    if table.header is None:
        intake.take_mappings(rows)
    elif table.in_memory:
        intake.take_sequences(rows, names)
    else:
        if isinstance(rows, CsvRows):
            rows.watch(names, found)
        intake.take_csv(rows, names)
    kept = [
        name
        for name in names
        if name
        and name not in found.phone
        and (table.header is None or not name.endswith(REPEATED))
    ]
    canonical = [name for name in _CANONICAL if getattr(found, name)]
    return Audience(
        intake.gathering.contacts,
        refused=tuple(intake.refused),
        merged=intake.gathering.merged,
        rows=intake.rows,
        shared_numbers=intake.gathering.shared_numbers,
        columns=tuple(dict.fromkeys((*kept, *canonical))),
        notes=(*table.notes, *_notes(names, found)),
    )


def _notes(names: Iterable[str], found: Columns) -> tuple[str, ...]:
    """What may have been overlooked."""
    if found.consent:
        return ()
    # Places, not names: a file without a header has a customer there.
    places = [
        str(place)
        for place, name in enumerate(names, 1)
        if "sms" in folded(name) and name not in found.phone
    ]
    if not places:
        return ()
    note = (
        "No column was taken for consent, so nobody claims it; yet “SMS” is "
        f"in the name of column {', '.join(places)}. If it says yes or no, "
        "pass columns=Columns(phone=..., consent=...)."
    )
    return (note,)


def _keys(rows: Iterable[object]) -> tuple[str, ...]:
    """Every column that one of the mappings has."""
    return tuple(
        dict.fromkeys(
            name
            for row in rows
            if isinstance(row, Mapping)
            for name in row
            if isinstance(name, str)
        )
    )
