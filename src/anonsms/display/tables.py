"""Tables of plain values, as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, cast

from anonsms.display.cells import Align, clean, pad, shorten, width
from anonsms.display.figures import count, duration, moment
from anonsms.display.html import RULE, Html, html_text


_GAP: Final = "  "
_DEEPEST: Final = 16  # spaces of an indent; no page is wider for a cell
_SIDES: Final[dict[Align, str]] = {"l": "left", "c": "center", "r": "right"}


def text_table(
    rows: Iterable[Sequence[object]],
    *,
    header: Sequence[str] = (),
    align: str = "",
    max_width: int = 60,
) -> str:
    """
    A table for a terminal or a fixed-width font.

    >>> print(text_table([("given", 1204), ("none", 31)],
    ...                  header=("consent", "people")))
    consent  people
    ───────  ──────
    given     1,204
    none         31

    Args:
        rows: Lines of cells; a short line is filled up with empty cells.
            Numbers get their thousands set apart, ``None`` is empty, times
            and durations are written out, everything else is ``str()``.
        header: Titles of the columns; none, and there is no title line.
        align: One letter per column: ``l``, ``c`` or ``r``. Columns without
            a letter are aligned by what is in them: numbers to the right.
        max_width: Cells (of the terminal) after which a cell is cut short.

    Returns:
        Lines without a line break at the end; empty without rows and header.

    Raises:
        ValueError: ``align`` has another letter.
    """
    grid, sides = _laid_out(rows, header, align)
    lines = [[shorten(cell, max_width) for cell in line] for line in grid]
    if header:
        titles = [shorten(clean(title), max_width) for title in header]
        titles += [""] * (len(sides) - len(titles))
        lines.insert(0, titles)
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    if header:
        lines.insert(1, ["─" * cells for cells in widths])
    return "\n".join(
        _GAP.join(map(pad, line, widths, sides)).rstrip() for line in lines
    )


def html_table(
    rows: Iterable[Sequence[object]],
    *,
    header: Sequence[str] = (),
    align: str = "",
    caption: str = "",
) -> Html:
    """
    A table for a notebook; every text in it is escaped.

    Args:
        rows: As in :func:`text_table`. A cell that is :data:`Html` is
            escaped as well: no cell brings its own markup. Spaces that a
            cell begins with indent it.
        header: Titles of the columns; none, and there is no title line.
        align: As in :func:`text_table`.
        caption: What stands above the table.

    Raises:
        ValueError: ``align`` has a letter other than ``l``, ``c``, ``r``.
    """
    grid, sides = _laid_out(rows, header, align)
    above = (
        '<caption style="text-align:left;font-weight:600;padding:.2em 0">'
        f"{html_text(caption)}</caption>"
        if caption
        else ""
    )
    head = ""
    if header:
        titles = [*header, *[""] * (len(sides) - len(header))]
        head = f"<thead>{_html_row('th', titles, sides)}</thead>"
    body = "".join(_html_row("td", line, sides) for line in grid)
    return Html(
        '<table style="border-collapse:collapse;background:transparent;'
        'color:inherit;font-variant-numeric:tabular-nums;margin:.2em 0">'
        f"{above}{head}<tbody>{body}</tbody></table>"
    )


def _html_row(tag: str, cells: Sequence[str], sides: Sequence[Align]) -> str:
    weight = "600" if tag == "th" else "normal"
    inner = "".join(
        f'<{tag} style="text-align:{_SIDES[side]};font-weight:{weight};'
        f"padding:.2em .8em .2em {_indent(cell)};"
        f'border:0;border-bottom:{RULE}">'
        f"{html_text(cell)}</{tag}>"
        for cell, side in zip(cells, sides, strict=True)
    )
    return f'<tr style="background:transparent">{inner}</tr>'


def _indent(cell: str) -> str:
    """The spaces a cell begins with, as a width: a page would drop them."""
    spaces = min(len(cell) - len(cell.lstrip(" ")), _DEEPEST)
    return f"{spaces / 2:g}em" if spaces else "0"


def _laid_out(
    rows: Iterable[Sequence[object]], header: Sequence[str], align: str
) -> tuple[list[list[str]], list[Align]]:
    """The cells as clean text, all lines of one length; the alignments."""
    given = [tuple(row) for row in rows]
    columns = max(map(len, [header, *given]))
    lines = [row + (None,) * (columns - len(row)) for row in given]
    if unknown := set(align) - set(_SIDES):
        raise ValueError(
            f"A column is aligned by 'l', 'c' or 'r', not by {min(unknown)!r}."
        )
    sides = [cast("Align", letter) for letter in align[:columns]]
    for column in range(len(sides), columns):
        values = [v for line in lines if (v := line[column]) is not None]
        numbers = bool(values) and all(map(_is_number, values))
        sides.append("r" if numbers else "l")
    return [[clean(_written(cell)) for cell in line] for line in lines], sides


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal | timedelta) and (
        not isinstance(value, bool)
    )


def _written(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float() | Decimal():
            return count(value)
        case timedelta():
            return duration(value)
        case datetime() if value.tzinfo is not None:
            return moment(value)
        case _:
            # Values that mask themselves do so here: str() is their mask.
            return str(value)
