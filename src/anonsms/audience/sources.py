"""
Rows, wherever they come from: a file, an open stream, a list in memory.

A row is a list of cells or a mapping by column. It comes with the line on
which it begins, so that a refusal can be found in the file again.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from attrs import frozen

from anonsms.audience.cells import unguarded
from anonsms.audience.rows import CsvRows, Lines
from anonsms.errors import ContactsError


Source = (
    str
    | os.PathLike[str]
    | TextIO
    | BinaryIO
    | Iterable[Mapping[str, object]]
    | Iterable[Sequence[object]]
)
"""What contacts can be read from."""

REPEATED = " "
"""What the name of a column ends in that has the name of another."""

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"?')
_SEP_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_BLOCK = 1 << 20

_WINDOWS_NOTE = (
    "The file is not UTF-8 and was read as Windows-1252. If letters of names "
    'look wrong, pass encoding="cp1250" (Poland) or what the shop exports.'
)


@frozen
class Table:
    """
    A source that has been opened.

    Attributes:
        header: Names of the columns; ``None`` where each row has its own.
        rows: Line and row. The row is a sequence of cells, a mapping,
            ``UNREADABLE``, or whatever a caller's list contains.
        notes: What the reader should know about the source.
        in_memory: Whether cells may be anything; else they are ``str``.
    """

    header: tuple[str, ...] | None
    rows: Iterator[tuple[int, object]]
    notes: tuple[str, ...] = ()
    in_memory: bool = False


@contextmanager
def opened(
    source: Source, header: Sequence[str] | None, encoding: str | None
) -> Iterator[Table]:
    """
    Open a source; close what was opened here and nothing else.

    Raises:
        ContactsError: It is empty, no CSV, or in another encoding.
        OSError: The file cannot be opened.
    """
    if isinstance(source, str | os.PathLike):
        with (
            _file(source) as stream,
            _decoded(stream, header, encoding) as table,
        ):
            yield table
    elif isinstance(source, csv.DictReader):
        yield _dict_table(source, header)
    elif isinstance(source, bytes | bytearray | memoryview):
        raise ContactsError(
            f"Contacts are not read from {type(source).__name__} as such. "
            "Pass them as io.BytesIO(data)."
        )
    elif not hasattr(source, "read"):
        if not isinstance(source, Iterable):
            raise ContactsError(
                f"Contacts cannot be read from {type(source).__name__}. Pass "
                "the path of a CSV file, an open file, or rows: a list of "
                "dictionaries."
            )
        yield _memory_table(cast("Iterable[object]", source), header)
    elif isinstance(source.read(0), bytes):
        with _decoded(cast("BinaryIO", source), header, encoding) as table:
            yield table
    else:
        yield _csv_table(cast("TextIO", source), header)


def _file(path: str | os.PathLike[str]) -> BinaryIO:
    """Open a file; what is no path may be a customer, so it is not told."""
    if not isinstance(path, str):
        return Path(path).open("rb")
    if "\n" in path:
        raise ContactsError(
            "This is a text, not the path of a file. Pass it as "
            "io.StringIO(text)."
        )
    try:
        return Path(path).open("rb")
    except (OSError, ValueError) as error:
        number = error.errno if isinstance(error, OSError) else None
    why = os.strerror(number) if number else "it is no path"
    # Out here, because an error keeps the one it was raised beside.
    raise ContactsError(
        f"This str does not name a file that can be opened: {why}. Check "
        "the path and the directory; pass CSV text as io.StringIO(text), a "
        "single row as [row]."
    ) from None


@contextmanager
def _decoded(
    stream: BinaryIO, header: Sequence[str] | None, encoding: str | None
) -> Iterator[Table]:
    """A stream of bytes as rows; the encoding is found out if not given."""
    if not stream.seekable():
        stream = io.BytesIO(stream.read())
    errors = "strict"
    notes: tuple[str, ...] = ()
    if encoding is None:
        encoding = _encoding_of(stream)
        if encoding == "cp1252":
            # Five bytes mean nothing there: one bad letter, not a bad file.
            errors = "replace"
            notes = (_WINDOWS_NOTE,)
    try:
        text = io.TextIOWrapper(stream, encoding, errors, newline="")
    except LookupError:
        raise ContactsError(
            "Python knows no such encoding of text. Usual ones are utf-8, "
            "utf-16, cp1252 and cp1250."
        ) from None
    try:
        yield _csv_table(text, header, notes)
    finally:
        text.detach()  # the stream is not ours to close


def _encoding_of(stream: BinaryIO) -> str:
    """By its first bytes, else by whether all of it is UTF-8."""
    start = stream.tell()
    block = stream.read(_BLOCK)
    try:
        if block.startswith(b"PK\x03\x04"):
            raise ContactsError(
                "This is an Excel workbook or another archive. Save the "
                "sheet as CSV (UTF-8) and read that file."
            )
        # Before UTF-16, whose mark one of these begins with.
        if block.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
            return "utf-32"
        if block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        # Text in Latin letters has a zero in every second byte of UTF-16.
        if block[1:400:2].count(0) > len(block[:400]) // 4:
            return "utf-16-le"
        if block[0:400:2].count(0) > len(block[:400]) // 4:
            return "utf-16-be"
        utf8 = codecs.getincrementaldecoder("utf-8")()
        try:
            while block:
                utf8.decode(block)
                block = stream.read(_BLOCK)
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
        return "utf-8-sig"
    finally:
        stream.seek(start)


def _csv_table(
    lines: Iterable[str],
    header: Sequence[str] | None,
    notes: tuple[str, ...] = (),
) -> Table:
    """Lines of CSV as rows; the header is the first line if not given."""
    decoded = _decoding(lines)
    delimiter = ""
    first = ""
    before = 0  # lines that the CSV reader does not get to see
    for line in decoded:
        first = line.removeprefix("\ufeff")
        separator = _SEP_LINE.fullmatch(first)
        if separator:
            delimiter = separator[1]  # a line that Excel understands
        elif first.strip():
            break
        before += 1
    else:
        raise ContactsError("The source is empty: no header and no row.")
    delimiter = delimiter or _delimiter_of(first)
    numbered = Lines(itertools.chain((first,), decoded), before)
    # Strict, because else an unclosed quote makes a cell of what follows.
    reader = csv.reader(numbered, delimiter=delimiter, strict=True)
    rows = CsvRows(reader, delimiter, numbered)
    if header is not None:
        return Table(_header(header), rows, notes)
    _, names = next(rows)
    if not isinstance(names, list):
        raise ContactsError(
            "The header cannot be read as CSV: a quote in it is never "
            "closed, or the lines end in bare carriage returns."
        )
    return Table(_header(names), rows, notes)


def _decoding(lines: Iterable[str]) -> Iterator[str]:
    """The same lines; a wrong encoding is told without its bytes."""
    try:
        # Chained, because `yield from` a stream would close it at the end.
        yield from itertools.chain(lines)
    except UnicodeError:
        pass
    else:
        return
    # Out here, because an error keeps the one it was raised beside, and
    # that one holds a piece of the file.
    raise ContactsError(
        "The source is not in the encoding it is read with. Pass "
        'encoding="cp1252", "cp1250", "utf-16" or what the export uses.'
    )


def _delimiter_of(line: str) -> str:
    """The sign that parts the cells of a header."""
    bare = _QUOTED.sub("", line)
    return max(_DELIMITERS, key=bare.count)


def _dict_table(
    source: csv.DictReader[str], header: Sequence[str] | None
) -> Table:
    """What is inside a DictReader: its own rows would hide their lines."""
    names = header or source.fieldnames
    if names is None:
        raise ContactsError("The source is empty: no header and no row.")
    reader = source.reader
    return Table(_header(names), CsvRows(reader, reader.dialect.delimiter))


def _memory_table(
    source: Iterable[object], header: Sequence[str] | None
) -> Table:
    """Rows in memory: mappings, or sequences below a header."""
    rows = iter(source)
    if header is not None:
        return Table(_header(header), enumerate(rows, 1), in_memory=True)
    first = list(itertools.islice(rows, 1))
    if first and not isinstance(first[0], Mapping):
        raise ContactsError(
            "The rows are no mappings. Rows as lists need their names: "
            "header=[...]; for CSV text pass io.StringIO(text), for a frame "
            'frame.to_dict("records").'
        )
    return Table(
        None, enumerate(itertools.chain(first, rows), 1), in_memory=True
    )


def _header(names: Iterable[str]) -> tuple[str, ...]:
    """
    Names of columns, trimmed; a second one of a name ends in a space.

    So it still says the same to whom looks for a column, and can be told.
    """
    trimmed: dict[str, None] = {}
    blank = []
    for place, name in enumerate(names):
        text = unguarded(str(name).removeprefix("\ufeff").strip()).rstrip()
        if not text:
            blank.append(place)
            continue
        while text in trimmed:
            text += REPEATED
        trimmed[text] = None
    header = list(trimmed)
    for place in blank:
        header.insert(place, "")
    return tuple(header)
