"""Counts as horizontal bars, as text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from anonsms.display.cells import clean, pad, shorten, width
from anonsms.display.figures import count, percent
from anonsms.display.html import Html, html_text


_EIGHTHS: Final = " ▏▎▍▌▋▊▉"
_LABEL_CELLS: Final = 40
_BLUE: Final = "#4a86d8"
"""Contrasts with white and with the near-black of dark themes."""


def text_bars(counts: Mapping[str, int], *, cells: int = 30) -> str:
    """
    One bar per label, the longest ``cells`` wide.

    >>> print(text_bars({"sent": 8, "no consent": 3}, cells=8))
    sent        ████████  8
    no consent  ███       3

    Args:
        counts: Labels and how many of each, in the order they are shown.
        cells: Width of the longest bar, in cells of the terminal.

    Raises:
        ValueError: A count is below zero.
    """
    most = _largest(counts)
    labels = [shorten(clean(label), _LABEL_CELLS) for label in counts]
    numbers = [count(number) for number in counts.values()]
    label_cells = max(map(width, labels), default=0)
    number_cells = max(map(len, numbers), default=0)
    return "\n".join(
        f"{pad(label, label_cells)}  {pad(_bar(value, most, cells), cells)}  "
        f"{number.rjust(number_cells)}"
        for label, number, value in zip(
            labels, numbers, counts.values(), strict=True
        )
    )


def _bar(number: int, most: int, cells: int) -> str:
    # Whole numbers only, and never nothing for what is more than nothing.
    eighths = number * cells * 8 // most if most else 0
    if number:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def html_bars(counts: Mapping[str, int]) -> Html:
    """
    One bar per label, with its count and its share of the sum.

    Args:
        counts: Labels and how many of each, in the order they are shown.
            Labels are escaped.

    Raises:
        ValueError: A count is below zero.
    """
    most = _largest(counts)
    whole = sum(counts.values())
    lines = "".join(
        '<tr style="background:transparent">'
        '<td style="text-align:left;padding:.1em .8em .1em 0;border:0">'
        f"{html_text(label)}</td>"
        '<td style="width:16em;padding:.1em 0;border:0">'
        f'<div style="height:.8em;border-radius:2px;background:{_BLUE};'
        f'width:{100 * number / most if most else 0:.1f}%"></div></td>'
        '<td style="text-align:right;padding:.1em 0 .1em .8em;border:0">'
        f"{count(number)}</td>"
        '<td style="text-align:right;padding:.1em 0 .1em .8em;border:0;'
        f'opacity:.65">{html_text(percent(number, whole))}</td></tr>'
        for label, number in counts.items()
    )
    return Html(
        '<table style="border-collapse:collapse;background:transparent;'
        'color:inherit;font-variant-numeric:tabular-nums;margin:.2em 0">'
        f"<tbody>{lines}</tbody></table>"
    )


def _largest(counts: Mapping[str, int]) -> int:
    if any(number < 0 for number in counts.values()):
        raise ValueError(
            "A bar shows how many there are, so no count is below zero."
        )
    return max(counts.values(), default=0)
