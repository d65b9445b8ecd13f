"""Numbers, amounts, shares and times as people write them."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.display import count, duration, moment, money, percent


@given(st.integers())
def test_a_count_is_the_number_with_commas(number):
    """Without its commas it reads back as itself."""
    assert int(count(number).replace(",", "")) == number


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("1234567.891", "EUR", "1,234,567.89 EUR"),
        ("0.005", "USD", "0.01 USD"),
        ("-3", "PLN", "-3.00 PLN"),
        ("1234.5", "JPY", "1,235 JPY"),
        ("1.2345", "TND", "1.235 TND"),
        ("1E+3", "EUR", "1,000.00 EUR"),
    ],
)
def test_money_has_the_digits_of_its_currency(amount, currency, shown):
    """Two as a rule, none for the yen, three for the dinar."""
    assert money(Decimal(amount), currency) == shown


def test_prices_of_parts_may_have_more_digits():
    """A text costs fractions of a cent."""
    assert money(Decimal("0.04527"), "EUR", places=4) == "0.0453 EUR"


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "–"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (1, 3, "33.3%"),
        (1, 1001, "<0.1%"),
        (1, 1000, "0.1%"),
        (999_999, 1_000_000, ">99.9%"),
    ],
)
def test_some_is_never_none_and_most_is_never_all(part, whole, shown):
    """Rounding must not hide the one person who failed."""
    assert percent(part, whole) == shown


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_only_none_shows_as_none_and_all_as_all(one, other):
    """Whatever the numbers."""
    part, whole = min(one, other), max(one, other)
    shown = percent(part, whole)
    assert (shown == "0.0%") is (part == 0 != whole)
    assert (shown == "100.0%") is (part == whole != 0)


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (timedelta(), "0 s"),
        (timedelta(milliseconds=1.5), "0.0015 s"),
        (timedelta(seconds=59.6), "1 min"),
        (timedelta(seconds=61), "1 min 1 s"),
        (timedelta(hours=2, seconds=5), "2 h"),
        (timedelta(days=1234, hours=5, minutes=6), "1,234 d 5 h"),
        (timedelta(minutes=-3), "-3 min"),
    ],
)
def test_a_duration_has_two_units(span, shown):
    """The two largest, next to each other."""
    assert duration(span) == shown


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (UTC, "2026-07-01 09:05 UTC"),
        (ZoneInfo("Europe/Paris"), "2026-07-01 09:05 CEST"),
        (timezone(timedelta(hours=2)), "2026-07-01 09:05 UTC+02:00"),
    ],
)
def test_a_moment_names_its_zone(zone, shown):
    """Nobody has to guess whose nine o'clock it is."""
    assert moment(datetime(2026, 7, 1, 9, 5, 59, tzinfo=zone)) == shown


def test_a_moment_without_a_zone_is_refused():
    """It would name no point in time."""
    with pytest.raises(ValueError, match="time zone"):
        moment(datetime(2026, 7, 1))  # noqa: DTZ001
