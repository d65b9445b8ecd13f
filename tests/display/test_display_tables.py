"""Tables and bars, as text and as HTML."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.display import (
    html_bars,
    html_block,
    html_heading,
    html_table,
    html_text,
    text_bars,
    text_table,
    width,
)
from anonsms.masking import MessageText, Secret


HOSTILE = "\"><script>alert(1)</script><b onclick='x'>&amp;"
cells = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.text("<>&\"'a/")
    | st.timedeltas()
)
OURS = {
    "caption",
    "div",
    "span",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
}


class Reader(HTMLParser):
    """What a browser would make of it: tags, and texts of cells."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.tags, self.names, self.texts, self.open = [], set(), [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        self.open.append(tag)
        if tag in {"td", "th"}:
            self.texts.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in {"td", "th"}:
            self.texts[-1] += data


def test_columns_line_up():
    """Numbers to the right, the rest to the left, titles like the cells."""
    rows = [("no consent", 1204, "東京"), ("late 👍", 3, "x")]
    assert text_table(rows, header=("reason", "people", "where")) == (
        "reason      people  where\n"
        "──────────  ──────  ─────\n"
        "no consent   1,204  東京\n"
        "late 👍          3  x"
    )


def test_alignment_can_be_said():
    """One letter per column; what has none is aligned by its cells."""
    assert text_table([("a", "b", 1), ("aaa", "bbb", 22)], align="rc") == (
        "  a   b    1\naaa  bbb  22"
    )
    with pytest.raises(ValueError, match="'l', 'c' or 'r'"):
        text_table([("a",)], align="x")


def test_short_lines_are_filled_up():
    """A line with fewer cells, or a shorter header, breaks nothing."""
    assert text_table([(1, 2), (3,)], header=("a",)) == "a\n─  ─\n1  2\n3"
    assert Reader(html_table([(1, 2), (3,)], header=("a",))).texts == [
        *("a", ""),
        *("1", "2"),
        *("3", ""),
    ]


def test_no_rows_is_no_trouble():
    """Nothing in, nothing out; a header alone stands alone."""
    assert text_table([]) == ""
    assert text_table([()]) == ""
    assert text_table([], header=("a", "b")) == "a  b\n─  ─"
    assert Reader(html_table([])).texts == []
    assert text_bars({}) == ""
    assert Reader(html_bars({})).texts == []


def test_values_are_written_for_people():
    """Each kind of value has its one way to be written."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    row = (None, True, 1204, Decimal("0.50"), timedelta(hours=2), at, "x")
    written = ["", "yes", "1,204", "0.50", "2 h", "2026-03-02 09:00 UTC", "x"]
    assert Reader(html_table([row])).texts == written
    assert text_table([row]).split("  ") == written


def test_masked_values_stay_masked():
    """A table shows what str() shows, which is the mask."""
    row = (MessageText("Bonjour Zoé"), Secret("live-4711"))
    for page in (text_table([row]), html_table([row])):
        assert "11 characters" in page
        assert "Bonjour" not in page
        assert "4711" not in page


def test_an_indent_is_seen_on_a_page_too():
    """Leading spaces, which HTML drops, become room before the text."""
    page = html_table([("all", 3), ("  of them", 2), (" " * 99 + "x", 1)])
    assert page.count("padding:.2em .8em .2em 0;") == 4
    assert page.count("padding:.2em .8em .2em 1em;") == 1
    assert page.count("padding:.2em .8em .2em 8em;") == 1


def test_long_cells_are_cut():
    """A cell that is too wide ends with an ellipsis."""
    assert text_table([("x" * 100,)], max_width=10) == "x" * 9 + "…"


@given(st.lists(st.lists(cells, max_size=4), max_size=5))
def test_text_tables_are_rectangles(rows):
    """Every line of a column with right alignment ends in the same cell."""
    table = text_table(rows, align="rrrr", header=("a", "b", "c", "d"))
    lines = table.split("\n")
    assert len(lines) == len(rows) + 2
    full = width(lines[1])
    assert all(width(line) <= full for line in lines)


@given(
    st.lists(st.lists(cells, min_size=2, max_size=2), max_size=5),
    st.text("<>&\"'a/"),
)
def test_html_holds_no_markup_but_ours(rows, title):
    """Whatever is put in, a browser sees our tags and our attributes."""
    page = html_block(
        html_heading(title, title),
        html_table(rows, header=(title, title), caption=title),
        html_bars({title: 3}),
        html_text(title),
    )
    seen = Reader(page)
    assert set(seen.tags) <= OURS
    assert seen.names <= {"style"}
    assert not seen.open
    assert seen.tags.count("tr") == len(rows) + 2
    assert seen.texts[0] == title


def test_hostile_text_is_shown_and_not_run():
    """The text is there to read, to the letter."""
    for page in (
        html_table([(HOSTILE,)]),
        html_table([], header=(HOSTILE,)),
        html_bars({HOSTILE: 1}),
    ):
        assert Reader(page).texts[0] == HOSTILE
        assert "<script" not in page
    assert "<b" not in html_heading(HOSTILE, HOSTILE)


def test_a_fragment_in_a_cell_is_text_too():
    """No cell brings its own markup, not even ours."""
    assert "&lt;table" in html_table([(html_table([]),)])


def test_bars_are_in_proportion():
    """The longest is full, half of it is half, one of many is a sliver."""
    lines = text_bars({"all": 1000, "half": 500, "one": 1, "none": 0}, cells=8)
    assert lines.split("\n") == [
        "all   ████████  1,000",
        "half  ████        500",
        "one   ▏             1",
        "none                0",
    ]


@given(st.dictionaries(st.text(max_size=60), st.integers(0, 10**12)))
def test_bars_grow_with_their_counts(counts):
    """A larger count has no shorter bar, and no bar is too long."""
    drawn = text_bars(counts, cells=12).split("\n")[: len(counts)]
    full = [line.count("█") for line in drawn]
    pairs = sorted(zip(counts.values(), full, strict=True))
    assert [bar for _, bar in pairs] == sorted(full)
    assert len({width(line) for line in drawn}) <= 1


def test_html_bars_tell_count_and_share():
    """Label, bar, count, share of the sum."""
    page = html_bars({"sent": 3000, "held": 1000})
    assert Reader(page).texts == [
        *("sent", "", "3,000", "75.0%"),
        *("held", "", "1,000", "25.0%"),
    ]
    assert "width:100.0%" in page
    assert "width:33.3%" in page


@pytest.mark.parametrize("draw", [text_bars, html_bars])
def test_a_count_below_zero_has_no_bar(draw):
    """There are never fewer than none."""
    with pytest.raises(ValueError, match="below zero"):
        draw({"x": -1})
