from __future__ import annotations

import copy
import io
import pickle
import re
import subprocess
import sys

import attrs
import pytest

from anonsms.audience import Audience, Contact, read_contacts
from anonsms.errors import ContactsError, WouldLeakError
from anonsms.phone import PhoneNumber


TEXT = (
    "Prénom;Nom;Ville;Tel;SMS\n"
    "Zoé;Martin;Nantes;06 39 98 12 34;oui\n"
    "Zoé;Martin;;+33639981234;\n"
    "Ève;Dubois;Lyon;06 39 98 12 35;non\n"
    "Léa;Garçon;Lille;06 39;oui\n"
    "Noé;Girard;Lille;3.36399E+10;oui\n"
    "Luc;Girard;Lille;06 39 98 12 36\n"
)
PERSONAL = re.findall(
    r"\S+",
    "Zoé Martin Nantes Ève Dubois Lyon Léa Garçon Lille Noé Luc Girard "
    "3998 39.98 1234 1235 1236 3.36",
)


@pytest.fixture
def people() -> Audience:
    """Three contacts' worth of rows, and three that are refused."""
    return read_contacts(io.StringIO(TEXT), region="FR")


def test_an_audience_is_a_sequence_that_counts(people):
    """Length, iteration, membership and the account of the rows."""
    assert repr(people) == "<Audience 2 contacts, 3 rows refused, 1 merged>"
    assert len(people) == len(list(people)) == 2
    assert people[0] in people
    assert people[-1] is people.contacts[-1]
    assert people.rows == len(people) + people.merged + len(people.refused)


def test_a_large_audience_sets_thousands_apart():
    """The repr is for people."""
    rows = [{"phone": f"+3363998{n:04}"} for n in range(1204)]
    assert repr(read_contacts(rows)).startswith("<Audience 1,204 contacts,")


def test_a_slice_is_an_audience_without_refusals(people):
    """It has the same columns and accounts for its own contacts."""
    part = people[1:]
    assert isinstance(part, Audience)
    assert list(part) == [people[1]]
    assert (part.rows, part.merged, part.refused) == (1, 0, ())
    assert part.columns == people.columns


def test_those_claiming_consent_are_an_audience():
    """Only a yes counts: neither a no nor silence."""
    rows = [
        {"phone": f"+336399812{n}", "sms consent": claim}
        for n, claim in enumerate(["yes", "no", "", "yes"], start=30)
    ]
    claiming = read_contacts(rows).claiming_consent
    assert isinstance(claiming, Audience)
    assert [c.line for c in claiming] == [1, 4]


def test_nothing_can_be_changed(people):
    """Contacts, refused rows and audiences are frozen."""
    for thing, name in (
        (people, "contacts"),
        (people[0], "claims_consent"),
        (people.refused[0], "reason"),
    ):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(thing, name, None)


def test_contacts_can_be_compared_and_hashed(people):
    """Equal contacts have one hash, although they hold a mapping."""
    twin = attrs.evolve(people[0])
    assert twin == people[0]
    assert {twin, people[0]} == {people[0]}
    assert twin != people[1]


def test_a_contact_has_everything_but_the_number_optional():
    """A shop can make one by hand."""
    contact = Contact(PhoneNumber.parse("+33639981234"))
    assert repr(contact) == "<Contact +33 •••••••34, values: none>"
    assert contact.line is None


def test_a_contact_with_many_values_shows_some_names():
    """Canonical names first, the rest as a count."""
    values = {f"Column {n}": n for n in range(9)} | {"city": "Lyon"}
    shown = repr(Contact(PhoneNumber.parse("+33639981234"), values))
    assert "values: city, Column 0," in shown
    assert shown.endswith("and 2 more>")


@pytest.mark.parametrize("show", [repr, str, "{}".format])
def test_nothing_personal_shows(people, show):
    """Not in any text that the objects of this room turn into."""
    shown = [people, people[:1], *people, *people.refused, people.contacts]
    text = "\n".join(map(show, shown)) + people._repr_html_()
    assert not [word for word in PERSONAL if word in text]


def test_the_table_counts_refusals_by_reason(people):
    """In a notebook, each reason has its row."""
    table = people._repr_html_()
    for reason in ("too-short", "spreadsheet", "ragged"):
        assert f"refused: {reason}" in table


def test_a_contact_cannot_be_pickled_but_copied(people):
    """Job queues and caches would write the number down."""
    with pytest.raises(WouldLeakError):
        pickle.dumps(people[0])
    assert copy.deepcopy(people[0]) == people[0]


def test_an_error_keeps_no_row():
    """Not as context either: what a caller logs is the message alone."""
    with pytest.raises(ContactsError) as caught:
        read_contacts(io.StringIO(TEXT.replace("Tel;SMS", "a;b")))
    assert caught.value.__context__ is None
    assert not [word for word in PERSONAL if word in str(caught.value)]


def test_the_room_loads_no_third_party_parser():
    """Importing it costs little; numbers load theirs when first parsed."""
    code = (
        "import sys, anonsms.audience; sys.exit('phonenumbers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0
