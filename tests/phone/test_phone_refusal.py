"""A refusal says the rule, the reason and the remedy, and no digit."""

import decimal
import traceback

import numpy as np
import pytest

from anonsms.errors import AnonsmsError, InvalidNumberError
from anonsms.phone import PhoneNumber
from anonsms.phone.refusal import MESSAGES


REFUSED = [
    ("", "FR", "empty"),
    (" \t\u200e ", "FR", "empty"),
    ("hello", "FR", "not-a-number"),
    ("06 39 98 12 34 / 06 39 98 12 35", "FR", "too-long"),
    ("06 39 98 12 34, 06 39 98 12 35 or so", "FR", "not-a-number"),
    ("06\u202f39\u202f98\u202f12\u202f34", "FR", "not-a-number"),
    ("06 39 98 12 34", None, "no-region"),
    ("06 39 98 12 34", "", "no-region"),
    ("0639981234 ext. 5", None, "no-region"),
    ("06 39 98 12 34", "France", "unknown-region"),
    ("06 39 98 12 34", "fr", "unknown-region"),
    ("0639981234 ext. 5", "XX", "unknown-region"),
    ("+999 6 39 98 12 34", None, "unknown-country-code"),
    ("+0", None, "not-a-number"),
    ("+063 998 12", None, "unknown-country-code"),
    ("00 999 12 34 56", "FR", "unknown-country-code"),
    ("15", "FR", "too-short"),
    ("06 39 98", "FR", "too-short"),
    ("555 0123", "US", "too-short"),
    ("00 33", "FR", "too-short"),
    ("06 39 98 12 34 56", "FR", "too-long"),
    ("+33 6 39 98 12 34 56 78 90 12", None, "too-long"),
    ("0" * 251, "FR", "too-long"),
    ("00 00 00 00 00", "FR", "not-valid"),
    ("+44 7700 900123", None, "not-valid"),
]


def refused(*args, **settings):
    """The error that a text raises."""
    with pytest.raises(InvalidNumberError) as caught:
        PhoneNumber.parse(*args, **settings)
    return caught


@pytest.mark.parametrize("row", range(len(REFUSED)))
def test_reason_is_told_in_one_word(row):
    """One by one and in bulk, the same word and the same message."""
    text, region, reason = REFUSED[row]
    error = refused(text, region).value
    [many] = PhoneNumber.parse_many([text], region)
    assert error.reason == many.reason == reason
    assert str(error) == str(many) == MESSAGES[reason]


@pytest.mark.parametrize("reason", sorted(MESSAGES))
def test_messages_name_a_remedy_and_carry_no_value(reason):
    """One or two sentences without a place for a value."""
    message = MESSAGES[reason]
    assert message.endswith(".")
    assert 1 <= message.count(". ") + 1 <= 2
    assert "{" not in message
    assert not any(c.isdigit() for c in message.replace("ISO 3166-1", ""))


def test_missing_region_is_cured_by_passing_one():
    """The message shows the argument."""
    assert 'region="FR"' in str(refused("06 39 98 12 34").value)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (639981234, "int"),
        (639981234.0, "float"),
        (float("nan"), "float"),
        (b"0639981234", "bytes"),
        (np.int64(639981234), "int64"),
        (np.float64("nan"), "float64"),
        (decimal.Decimal(639981234), "Decimal"),
        (["0639981234"], "list"),
        (object(), "object"),
    ],
)
def test_what_is_no_text_is_refused_by_its_type(value, name):
    """The type is named, the value is not, and the cause is explained."""
    error = refused(value, "FR").value
    assert error.reason == "type"
    assert f"not {name}." in str(error)
    assert "dtype=str" in str(error)
    assert "63998" not in str(error)


def test_none_is_an_empty_field():
    """csv.DictReader gives None where a row is short."""
    error = refused(None, "FR").value
    assert error.reason == "empty"
    assert "None" in str(error)


def test_refusal_is_a_value_error_of_ours():
    """Code that catches ValueError catches it."""
    error = refused("hello").value
    assert isinstance(error, ValueError)
    assert isinstance(error, AnonsmsError)


@pytest.mark.parametrize(
    ("call", "args"),
    [
        (PhoneNumber.parse, ("06 39 98 12 3456", "FR")),
        (PhoneNumber.parse, ("06 39 98 12 3456 ext. 5", "FR")),
        (PhoneNumber.parse, ("FR", "+33639981234")),
        (PhoneNumber.parse, (639981234, "FR")),
        (PhoneNumber.from_e164, ("0639981234",)),
        (PhoneNumber.from_e164, (33639981234,)),
        (PhoneNumber.parse_many, (["0639981234"], ["FR", "FR"])),
        (PhoneNumber.parse_many, ("0639981234",)),
        (PhoneNumber, ("0639981234",)),
    ],
)
def test_tracebacks_with_variables_show_no_number(call, args):
    """No frame of ours holds the text when the error is raised."""
    with pytest.raises((ValueError, TypeError)) as caught:
        call(*args)
    # The first frame is this test's own.
    told = traceback.TracebackException(
        type(caught.value),
        caught.value,
        caught.tb.tb_next,
        capture_locals=True,
    )
    assert told.__context__ is None
    for frame in told.stack:
        shown = " ".join((frame.locals or {}).values())
        compact = shown.replace(" ", "")
        assert "39981" not in compact, frame.name
