"""What could be dialled or texted, and what is only a number."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError
from anonsms.template import (
    Template,
    UnsafeValueError,
    ValuePolicy,
)
from anonsms.template.figures import dialable


DIALABLE = [
    "Appelez le 0899 12 34 56",
    "Gagnez 1000€ rappelez 0899123456",
    "call 0906 123 4567",
    "06.39.98.12.34",
    "+33 (0)6-39/98 12 34",
    "0 8 9 9 1 2 3",
    "0899_12_34",
    "０８９９１２３４",
    "٠٨٩٩١٢٣٤",
    "0\u20e38\u20e39\u20e39\u20e31\u20e32\u20e33\u20e3",
    "0899 12/03/2026",
    "4711-2026-0815",
    "STOP au 81212",
    "Zoé. stop: 8 12 12",
    "Stop81212",
    "STOPP an 4711",
]

HARMLESS = [
    "FR-2026-7",
    "FR 4711",
    "75011 Paris",
    "123 456",
    "08.03.2026",
    "8. 3. 2026",
    "12/31/2026",
    "2026-03-08 14:30",
    "01/03/2026 - 08/03/2026",
    "2026-2027",
    "10:00-12:00",
    "29,90 EUR",
    "1 234,50",
    "Nonstop 2026",
    "STOP",
    "Stop 24",
    "12 rue du 8 mai 1945",
]


@pytest.mark.parametrize("value", DIALABLE)
def test_a_number_to_call_is_refused(value):
    """Nobody sends the shop's customers to a premium line by a name."""
    for source in ("{{ nom }}", "Bonjour {{ nom | upper }} !"):
        with pytest.raises(UnsafeValueError, match="numbers=") as caught:
            Template(source).render({"nom": value})
        assert caught.value.tag == "nom"
        assert value not in str(caught.value)
    declared = ValuePolicy(numbers={"NOM"})
    assert Template("{{ nom }}", policy=declared).render({"nom": value})


@pytest.mark.parametrize("value", HARMLESS)
def test_a_few_digits_and_dates_pass(value):
    """Streets, prices, dates, times and short references are no numbers."""
    assert Template("{{ nom }}").render({"nom": value}) == value


@pytest.mark.parametrize(
    ("source", "value", "text"),
    [
        ("{{ n }}", 12345678901, "12345678901"),
        ("{{ n }}", Decimal("1234567.50"), "1234567.50"),
        (
            "{{ n }}",
            dt.datetime(2026, 3, 8, 14, 30, tzinfo=dt.UTC),
            "2026-03-08 14:30",
        ),
        ("{{ n | number: 0 }}", "12345678", "12345678"),
        ('{{ n | date: "%d%m%Y" }}', "2026-03-08", "08032026"),
    ],
)
def test_numbers_that_are_numbers_pass(source, value, text):
    """What a program counted is no text that somebody typed."""
    assert Template(source).render({"n": value}) == text


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("{{ a }} {{ b }}", {"a": "Appelez 0899", "b": "123456"}),
        ("{{ a }}-{{ b }}", {"a": "0899 12", "b": "34"}),
        ("{{ a }} {{ b }}", {"a": "Zoé STOP", "b": "81212"}),
        ("{{ b }} : {{ a }} / {{ b }}", {"a": "0899", "b": "1234"}),
    ],
)
def test_two_values_do_not_add_up_to_a_number(source, values):
    """First and last name side by side are judged together."""
    with pytest.raises(UnsafeValueError, match="together") as caught:
        Template(source).render(values)
    assert caught.value.tag in values
    far = source.replace("{{ b }}", "commande n° {{ b }}", 1)
    declared = ValuePolicy(numbers={"b"})
    assert Template(far, policy=declared).render(values)


def test_the_shops_own_numbers_are_not_judged():
    """Defaults and literals are the shop's, whatever stands beside them."""
    template = Template(
        '{{ a }} {{ b | default: "01 99 00 12 34" }}. STOP au 36123'
    )
    assert template.render({"a": "Zoé 12"}).endswith("34. STOP au 36123")
    assert Template("{{ a }} {{ b }}").render({"a": 2026, "b": "4711"})


def test_a_declaration_is_a_collection():
    """A policy that cannot mean anything is refused when made."""
    with pytest.raises(ConfigurationError, match="collection"):
        ValuePolicy(numbers="commande")


@given(st.text("0123456789 .-/()x", max_size=40))
def test_seven_digits_in_a_word_are_always_found(text):
    """No dress of seven digits hides them, but that of a date."""
    assert dialable(f"{text}x8991234x")
    assert dialable(" ".join("8991234"))
