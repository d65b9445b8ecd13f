"""What each filter writes, and what it refuses."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.template import Template, UnsafeValueError, ValuePolicy


WHEN = dt.datetime(2026, 3, 8, 9, 5, tzinfo=dt.UTC)

WRITTEN = [
    ("upper", "Zoé", "ZOÉ"),
    ("lower", "ZOÉ", "zoé"),
    ("title", "jean-luc d'arc", "Jean-Luc D'Arc"),
    ("title", "O'NEIL", "O'Neil"),
    ("title", "aujourd'hui", "Aujourd'hui"),
    ("upper", "straße", "STRASSE"),
    ("truncate: 5", "Marie-Ange", "Marie"),
    ("truncate: 6", "Marie Ange", "Marie"),
    ("truncate: 3 | upper", "ßßßß", "SSS"),
    ('date: "%d/%m/%Y"', WHEN, "08/03/2026"),
    ('date: "%-d.%-m. %H:%M"', WHEN, "8.3. 09:05"),
    ('date: "%d/%m/%y"', dt.date(2026, 3, 8), "08/03/26"),
    ('date: "%d/%m"', "2026-03-08", "08/03"),
    ('date: "%-Hh%M"', "2026-03-08T09:05:00Z", "9h05"),
    ("number: 2", Decimal("1234.5"), "1234.50"),
    ('number: 2, ","', "1234.5", "1234,50"),
    ('number: 2, ",", " "', 1234567.005, "1 234 567,01"),
    ("number: 0", 2.5, "3"),
    ("number: 0", -2.5, "-3"),
    ("number: 0", -0.2, "0"),
    ("number: 1", 0.1 + 0.2, "0.3"),
    ("number: 0", 1_000_000, "1000000"),
    ('default: "x" | upper', "", "X"),
    ('upper | default: "x"', None, "x"),
    ("default: 0", None, "0"),
    ("default: “cher client”", None, "cher client"),
]


@pytest.mark.parametrize(("chain", "value", "text"), WRITTEN)
def test_a_filter_writes(chain, value, text):
    """The table of what each filter makes of a value."""
    assert Template(f"<{{{{ v | {chain} }}}}>").render({"v": value}) == (
        f"<{text}>"
    )


REFUSED = [
    ('date: "%d"', "demain"),
    ('date: "%d"', "2026-13-45"),
    ('date: "%d"', 20260308),
    ('date: "%H:%M"', dt.date(2026, 3, 8)),
    ("number: 2", "12 apples"),
    ("number: 2", True),
    ("number: 2", Decimal("1e15")),
    ("number: 2", Decimal("1e999999")),
    ("number: 2", float("inf")),
    ("number: 2", "9" * 300),
    ("upper", b"bytes"),
    ("upper", ["list"]),
    ("upper", {"a": 1}),
    ("upper", object()),
    ("upper", True),
    ("upper", 0.1),
]


@pytest.mark.parametrize(("chain", "value"), REFUSED)
def test_a_filter_refuses_without_showing_the_value(chain, value):
    """A value of the wrong kind is an error that names the tag only."""
    with pytest.raises(UnsafeValueError, match="'v'") as caught:
        Template(f"{{{{ v | {chain} }}}}").render({"v": value})
    assert caught.value.tag == "v"
    if len(str(value)) > 4:
        assert str(value) not in str(caught.value)


PLAIN = [
    (0, "0"),
    (-12, "-12"),
    (Decimal("29.90"), "29.90"),
    (Decimal("1E+3"), "1000"),
    (dt.date(2026, 3, 8), "2026-03-08"),
    (WHEN, "2026-03-08 09:05"),
]


@pytest.mark.parametrize(("value", "text"), PLAIN)
def test_numbers_and_dates_are_written_plainly(value, text):
    """Without a filter the form is locale-free."""
    assert Template("{{ v }}").render({"v": value}) == text


def test_a_float_asks_for_the_number_filter():
    """0.1 + 0.2 does not reach people with seventeen digits."""
    with pytest.raises(UnsafeValueError, match=r"number: 2"):
        Template("{{ v }}").render({"v": 0.1 + 0.2})


@given(
    st.decimals(-(10**14), 10**14, allow_nan=False),
    st.integers(0, 9),
    st.sampled_from(["", ', ","', ', ",", " "']),
)
def test_a_number_is_never_longer_than_declared(value, decimals, separators):
    """The bound that `.longest` counts with holds."""
    policy = ValuePolicy()
    template = Template(
        f"{{{{ v | number: {decimals}{separators} }}}}", policy=policy
    )
    hole = template._holes[0]
    text = template.render({"v": value})
    assert len(text) <= hole.formatter.longest
    assert text.strip("-0123456789,. ") == ""


@given(st.datetimes())
def test_a_date_is_never_longer_than_declared(at):
    """Every directive is numeric and of bounded width."""
    template = Template('{{ v | date: "le %-d/%m/%Y à %-H:%M" }}')
    text = template.render({"v": at})
    assert len(text) <= template._holes[0].formatter.longest
    assert f"/{at.month:02}/{at.year:04} " in text
