"""Prices come from a dated table and are never guessed."""

from datetime import date
from decimal import Decimal

import pytest

import anonsms as sms


GOOD = """
as_of = 2026-05-01
currency = "PLN"
source = "our contract"

[per_part]
PL = "0.07"
"""


def written(tmp_path, text):
    """A price file with that text."""
    path = tmp_path / "prices.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_shop_brings_its_own_table(tmp_path):
    """A table from a file prices its countries exactly, and no other."""
    table = sms.PriceTable.load(written(tmp_path, GOOD))
    assert table.of("PL", 3) == Decimal("0.21")
    assert table.of("FR", 1) is None
    assert table.of(None, 1) is None
    assert (table.currency, table.as_of) == ("PLN", date(2026, 5, 1))


def test_the_built_in_table_says_that_it_is_illustrative():
    """Nobody takes the round figures for an offer."""
    assert "nobody's offer" in sms.PriceTable.illustrative().source


@pytest.mark.parametrize(
    "text",
    [
        "",
        "as_of = ",
        GOOD.replace('"0.07"', "0.07"),
        GOOD.replace('"0.07"', '"much"'),
        GOOD.replace('"0.07"', '"-1"'),
        GOOD.replace('"0.07"', '"NaN"'),
        GOOD.replace("2026-05-01", '"soon"'),
        "per_part = 3\nas_of = 2026-05-01\ncurrency = ''\nsource = ''",
    ],
)
def test_bad_tables_are_refused_with_a_remedy(tmp_path, text):
    """A file that is no price table is refused in words of ours."""
    with pytest.raises(sms.ConfigurationError, match="rice"):
        sms.PriceTable.load(written(tmp_path, text))


def test_missing_file(tmp_path):
    """A missing file is a configuration error, not a bare OSError."""
    with pytest.raises(sms.ConfigurationError, match="cannot be read"):
        sms.PriceTable.load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "prices",
    [
        {"FR": 0.06},
        {"FR": 6},
        {"FR": "0,06"},
        {"FR": Decimal(-1)},
        {"FR": Decimal("NaN")},
        {"fr": "0.06"},
        {33: "0.06"},
    ],
)
def test_tables_made_in_code_are_checked_too(prices):
    """Prices are exact and stand under a country, wherever from."""
    with pytest.raises(sms.ConfigurationError, match="rice"):
        sms.PriceTable(prices, "EUR", date(2026, 5, 1), "test")
