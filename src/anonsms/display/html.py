"""
HTML for notebooks, and the one place where it is escaped.

A fragment has the type :data:`Html`, so a type checker notices when plain
text is about to be put on a page without passing here. Styles stand inline,
because notebooks strip ``<style>``; colours are inherited or translucent,
so that one page reads well on a light and on a dark theme.
"""

from __future__ import annotations

from html import escape
from typing import Final, NewType

from anonsms.display.cells import clean


Html = NewType("Html", str)
"""A fragment whose texts are escaped already."""

RULE: Final = "1px solid rgba(128,128,128,.35)"
"""The border of cells: seen on white and on black."""

_BLOCK = "font-variant-numeric:tabular-nums;line-height:1.45;max-width:60em"


def html_text(text: str) -> Html:
    """
    Plain text, safe inside an element or a quoted attribute.

    >>> html_text("<b>Zoé & Co</b>")
    '&lt;b&gt;Zoé &amp; Co&lt;/b&gt;'
    """
    return Html(escape(clean(text), quote=True))


def html_heading(text: str, note: str = "") -> Html:
    """
    A short heading, with an optional remark in a quieter tone.

    Args:
        text: The heading, plain text.
        note: What stands beside it, plain text.
    """
    aside = (
        f' <span style="opacity:.65;font-weight:normal">{html_text(note)}'
        "</span>"
        if note
        else ""
    )
    return Html(
        '<div style="font-weight:600;margin:.6em 0 .25em">'
        f"{html_text(text)}{aside}</div>"
    )


def html_block(*fragments: Html) -> Html:
    """Put fragments below each other, as one result of a notebook cell."""
    return Html(f'<div style="{_BLOCK}">{"".join(fragments)}</div>')
