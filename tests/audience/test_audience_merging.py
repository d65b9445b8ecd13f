from __future__ import annotations

import itertools

import pytest

from anonsms.audience import Audience, Contact, read_contacts
from anonsms.phone import PhoneNumber


def read(*rows):
    """Read rows that all have Zoé's number, in three spellings."""
    spellings = ("06 39 98 12 34", "+33639981234", "0033 6.39.98.12.34")
    return read_contacts(
        [
            {"phone": phone, **row}
            for phone, row in zip(
                itertools.cycle(spellings), rows, strict=False
            )
        ],
        region="FR",
    )


def test_the_first_row_counts_and_later_ones_fill_its_blanks():
    """One contact, in the place and with the line of its first row."""
    people = read(
        {"first_name": "Zoé", "city": "Lyon", "tags": "a"},
        {"first_name": "ZOE", "city": "Lille", "zip": "1", "country": "FR"},
    )
    [contact] = people
    assert (people.rows, people.merged, people.shared_numbers) == (2, 1, 0)
    assert contact.line == 1
    assert contact.country == "FR"
    assert contact.values == {
        "first_name": "Zoé",
        "city": "Lyon",
        "zip": "1",
        "country": "FR",
        "tags": ("a",),
    }


@pytest.mark.parametrize(
    ("claims", "merged"),
    [
        (("yes", "no"), False),
        (("no", "yes"), False),
        (("no", ""), False),
        (("", "no"), False),
        (("", "yes"), True),
        (("yes", ""), True),
        (("", ""), None),
        (("yes", "yes", "no"), False),
        (("yes", "perhaps"), None),
        (("perhaps", "yes"), None),
        (("perhaps", "", "yes"), None),
        (("perhaps", "no", "yes"), False),
        (("yes", "désinscrit"), False),
    ],
)
def test_a_no_on_any_row_wins(claims, merged):
    """Whatever the order; a yes wins over a blank, not over a word."""
    [contact] = read(*({"sms consent": claim} for claim in claims))
    assert contact.claims_consent is merged


def test_nothing_of_another_person_is_taken_over():
    """Two people on one number: the first stays alone, and it is noted."""
    people = read(
        {"first_name": "Zoé", "sms consent": ""},
        {
            "first_name": "Jan",
            "last_name": "Mazur",
            "city": "Łódź",
            "country": "PL",
            "locale": "pl",
            "sms consent": "yes",
        },
    )
    [contact] = people
    assert (people.merged, people.shared_numbers) == (1, 1)
    assert contact.values == {"first_name": "Zoé"}
    assert contact.claims_consent is None
    assert contact.country is None
    assert contact.language is None


def test_a_no_of_another_person_on_the_number_wins_too():
    """A refusal belongs to the number."""
    people = read(
        {"first_name": "Zoé", "sms consent": "yes"},
        {"first_name": "Jan", "sms consent": "no"},
        {"first_name": "Ève", "sms consent": "yes"},
    )
    assert people[0].claims_consent is False
    assert people.shared_numbers == 1


@pytest.mark.parametrize("claims", [("yes", "hm"), ("hm", "yes")])
def test_a_strange_word_of_another_person_is_no_yes_either(claims):
    """It may be a refusal, and a refusal belongs to the number."""
    people = read(
        {"first_name": "Zoé", "sms consent": claims[0]},
        {"first_name": "Jan", "sms consent": claims[1]},
    )
    assert people[0].claims_consent is None


@pytest.mark.parametrize("other", ["Zoé", "Jan"])
def test_tags_are_added_up(other):
    """A mark such as `sms-stop` is not lost on a later row."""
    [contact] = read(
        {"first_name": "Zoé", "tags": "vip, a"},
        {"first_name": other, "tags": "a, sms-stop"},
    )
    assert contact.values["tags"] == ("vip", "a", "sms-stop")


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ({"first_name": "Zoé"}, {"first_name": " ZOE "}, 0),
        ({"first_name": "Zoé"}, {"last_name": "Martin"}, 0),
        ({"last_name": "O’Neill"}, {"last_name": "O'NEILL"}, 0),
        ({"last_name": "Weiß"}, {"last_name": "WEISS"}, 0),
        ({}, {"first_name": "Jan"}, 0),
        ({"last_name": "Martin"}, {"last_name": "Mazur"}, 1),
        (
            {"first_name": "Zoé", "last_name": "Martin"},
            {"first_name": "Léa", "last_name": "Martin"},
            1,
        ),
    ],
)
def test_people_are_the_same_unless_a_name_contradicts(one, other, shared):
    """Case, accents, signs and missing names do not make another person."""
    assert read(one, other).shared_numbers == shared


def test_contacts_made_by_the_shop_are_merged_the_same_way():
    """`Audience.of` leaves the values of the shop's objects alone."""
    zoe = PhoneNumber.parse("+33639981234")
    first = Contact(zoe, {"first_name": "Zoé"}, claims_consent=True)
    again = Contact(zoe, {"city": "Lyon"}, claims_consent=False)
    people = Audience.of([first, again])
    assert people[0].values == {"first_name": "Zoé", "city": "Lyon"}
    assert people[0].claims_consent is False
    assert (people.rows, people.merged) == (2, 1)
    assert people.columns == ("first_name", "city")
    assert first.values == {"first_name": "Zoé"}
    assert again.values == {"city": "Lyon"}
