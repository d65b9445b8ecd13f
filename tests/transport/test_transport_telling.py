"""What providers write is read with care; nothing breaks the readers."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError
from anonsms.transport import aware
from anonsms.transport.telling import (
    amount,
    key_like,
    moment,
    part_count,
    person,
    provider_id,
    repaired,
)
from shops import number


AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
STAMP = int(AT.timestamp())
PERSON = number(7)

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**30)
    | st.floats()
    | st.text()
    | st.text("+0123456789 .-:TZ", max_size=25),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@pytest.mark.parametrize(
    "value",
    [
        STAMP,
        float(STAMP),
        str(STAMP),
        STAMP * 1000,
        str(STAMP * 1000),
        "2026-03-02T09:00:00Z",
        "2026-03-02T10:00:00+01:00",
        " 2026-03-02T09:00:00.000+00:00 ",
    ],
)
def test_a_moment_comes_in_seconds_milliseconds_or_as_a_date(value):
    """And is in UTC whatever it was written in."""
    assert moment(value) == AT
    assert moment(value).utcoffset() == timedelta()


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, "", "soon", "²", [STAMP], {}, float("nan")),
        *(-5, 0, 5, 10**14, 10**400, "9" * 5_000, float("inf")),
        *("2026-03-02", "2026-03-02 10:00:00"),
        *("1999-12-31T00:00:00Z", "2100-01-01T00:00:00Z"),
        *("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_moment_is_sound_or_none(value):
    """Not before 2000, not after 2099, and never in a zone that is guessed."""
    assert moment(value) is None


def test_a_date_without_a_zone_is_read_where_the_zone_is_known():
    """Providers say in their documents what it is."""
    paris = timezone(timedelta(hours=1))
    assert moment("2026-03-02 10:00:00", zone=paris) == AT
    assert moment("2026-03-02T09:00:00Z", zone=paris) == AT


def test_callers_pass_moments_with_a_zone():
    """One text tells all of them; what comes back is in UTC."""
    paris = timezone(timedelta(hours=1))
    found = aware(datetime(2026, 3, 2, 10, tzinfo=paris), "since")
    assert found == AT
    assert found.utcoffset() == timedelta()
    for bad in (AT.replace(tzinfo=None), None, "2026-03-02"):
        with pytest.raises(ConfigurationError, match="since is a moment"):
            aware(bad, "since")


@pytest.mark.parametrize(
    ("value", "count"),
    [
        *((1, 1), ("3", 3), ("0007", 7), (255, 255), (256, None)),
        *((0, None), ("0", None), (-1, None), ("00007", None)),
        *((True, None), (2.0, None), ("²", None), (None, None)),
        *(("9" * 5_000, None), (10**400, None)),
    ],
)
def test_parts_are_one_to_255(value, count):
    """0 is a provider's word for not counted yet."""
    assert part_count(value) == count


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (0.045, Decimal("0.045")),
        (0, Decimal(0)),
        ("0.0075", Decimal("0.0075")),
        ("-0.0075", None),
        ("1_000", None),
        (" 1", None),
        ("1e9", None),
        ("1e999999999", None),
        ("NaN", None),
        (float("inf"), None),
        (10**400, None),
        (True, None),
        (None, None),
    ],
)
def test_amounts_are_kept_digit_for_digit(value, found):
    """What could be a trap to whoever prints it is none."""
    assert amount(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1511882900176220, "1511882900176220"),
        ("92c36a6b-3f27-4cba-8b29-25df97e0e7fd",) * 2,
        ("a_b.c-1",) * 2,
        ("x" * 64,) * 2,
        ("x" * 65, ""),
        ("../sms", ""),
        (".", ""),
        ("a b", ""),
        ("+33639980007", ""),
        ("é", ""),
        (0, ""),
        (-1, ""),
        (1.5e15, ""),
        (True, ""),
        (10**400, ""),
        (None, ""),
    ],
)
def test_ids_look_like_ids(value, found):
    """A part of a URL, and of a log."""
    assert provider_id(value) == found


def test_keys_are_one_word_of_ascii():
    """Ours are; what is in their place may be anything."""
    for good in ("a1b2", "a&b", "-_", "x" * 255):
        assert key_like(good) == good
    for bad in ("", "a b", "a\nb", "é", "x" * 256, 5, None, ["a"]):
        assert key_like(bad) == ""


@pytest.mark.parametrize("dress", ["{}", "+{}", "00{}", " +{} "])
def test_numbers_come_in_three_dresses(dress):
    """Bare, with a plus, with 00; as a number of JSON too."""
    digits = PERSON.reveal()[1:]
    assert person(dress.format(digits), fictional=False) == PERSON
    assert person(int(digits), fictional=False) == PERSON
    assert person("+33 (0)6-39.98 00/07", fictional=False) == PERSON


def test_somebody_newer_than_our_plans_is_somebody():
    """Their STOP must not be lost."""
    found = person("+26 1000-0000", fictional=False)
    assert found.reveal() == "+2610000000"


def test_numbers_for_fiction_are_nobody_in_earnest():
    """On a server for tests they are somebody."""
    assert person("+447700900123", fictional=False) is None
    assert person("447700900123", fictional=True).fictional


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, "", "x", "33", 33, -5, 10**30, "36123", []),
        *("MaBoutique", "1800FLOWERS", "06 39 98 00 07", "9" * 40),
        *("33639980007 bad", "٣٣٦٣٩٩٨٠٠٠٧", "+33639980007;ext=5"),
    ],
)
def test_what_is_no_number_is_nobody(value):
    """Short codes, names, numbers without a calling code."""
    assert person(value, fictional=True) is None


@given(ANYTHING)
def test_nothing_breaks_a_reader(value):
    """Each answers with a sound value or with nothing."""
    found = moment(value)
    assert found is None or 2000 <= found.year < 2100
    assert part_count(value) in {None, *range(1, 256)}
    price = amount(value)
    assert price is None or 0 <= price < 10**9
    assert len(f"{price or 0:f}") < 400
    assert len(provider_id(value)) <= 64
    assert key_like(value) in {"", value} if isinstance(value, str) else True
    somebody = person(value, fictional=True)
    assert somebody is None or 7 <= len(somebody.reveal()) <= 16


@given(st.text(st.characters(codec=None, categories=None)))
def test_repaired_texts_can_be_written(text):
    """Half characters become a question mark; the rest stays."""
    whole = repaired(text)
    assert len(whole) == len(text)
    assert whole.encode().decode() == whole
    halves = ["?" if "\ud800" <= sign <= "\udfff" else sign for sign in text]
    assert whole == "".join(halves)
