from __future__ import annotations

import io
import math
from datetime import date
from decimal import Decimal

import pytest

from anonsms.audience import Columns, read_contacts
from anonsms.phone import PhoneNumber


ZOE = "+33639981234"


def read(rows, **options):
    """Read rows in memory."""
    return read_contacts(rows, region="FR", **options)


@pytest.mark.parametrize(
    "cell", [33639981234, 639981234.0, True, date(2026, 3, 14), ["06"]]
)
def test_a_number_that_is_no_text_is_refused_by_type(cell):
    """For that row only; the message says how to read the column."""
    people = read([{"phone": cell}, {"phone": "06 39 98 12 34"}])
    assert [(r.line, r.reason) for r in people.refused] == [(1, "type")]
    assert "as text" in people.refused[0].message
    assert len(people) == 1


@pytest.mark.parametrize("cell", [None, math.nan, "", "  ", "\u00a0"])
def test_no_number_is_told_from_a_wrong_one(cell):
    """Nothing, NaN and spaces are all empty."""
    people = read([{"phone": cell, "city": "Lyon"}])
    assert [r.reason for r in people.refused] == ["empty"]


def test_a_number_may_be_parsed_already():
    """A `PhoneNumber` is taken as it is, in its place."""
    zoe = PhoneNumber.parse(ZOE)
    people = read([{"phone": "06 39 98 12 35"}, {"phone": zoe}])
    assert people[1].number is zoe


@pytest.mark.parametrize(
    "cell", ["33639981234.0", "33639981234,00", "3.36399E+10", "3,3E+10"]
)
def test_what_a_spreadsheet_spoilt_is_refused(cell):
    """The zero behind the point would be one more digit of the number."""
    people = read_contacts([{"phone": cell}], region="DE")
    assert [r.reason for r in people.refused] == ["spreadsheet"]


@pytest.mark.parametrize(
    "cell", ["2026-03-14", "2026-03-14 09:30:00", "14.03.2026", "3/14/2026"]
)
def test_a_date_is_no_number(cell):
    """Although a German number could have these digits."""
    people = read_contacts([{"phone": cell}], region="DE")
    assert [r.reason for r in people.refused] == ["not-a-number"]
    assert "date" in people.refused[0].message


@pytest.mark.parametrize("row", [None, 7, "06 39 98 12 34", ["a"]])
def test_a_row_of_another_type_is_one_refused_row(row):
    """Among mappings, whatever it is."""
    people = read([{"phone": ZOE}, row])
    assert [(r.line, r.reason) for r in people.refused] == [(2, "type")]


def test_rows_longer_or_shorter_than_the_header_are_refused():
    """Their cells may stand in wrong columns; blank ones do no harm."""
    people = read(
        io.StringIO(
            "Name,Phone,City\n"
            "Zoé,06 39 98 12 34\n"
            "Zoé,Martin,06 39 98 12 34,Lyon\n"
            "Zoé,06 39 98 12 34,Lyon,, \n"
        )
    )
    assert [(r.line, r.reason) for r in people.refused] == [
        (2, "ragged"),
        (3, "ragged"),
    ]
    assert [c.line for c in people] == [4]


def test_ragged_rows_in_memory_are_refused_too():
    """Sequences, and mappings with the surplus of a DictReader."""
    sequences = read([["a"], [ZOE, 1]], header=["phone", "n"])
    mappings = read([{"phone": ZOE}, {"phone": ZOE, None: ["x"]}])
    assert [r.reason for r in sequences.refused] == ["ragged"]
    assert [r.reason for r in mappings.refused] == ["ragged"]


@pytest.mark.parametrize(
    ("country", "code"),
    [
        ("fr", "FR"),
        ("France", "FR"),
        ("Frankreich", "FR"),
        ("Österreich", "AT"),
        ("UK", "GB"),
        ("Wielka Brytania", "GB"),
        ("JP", "JP"),
    ],
)
def test_countries_are_known_by_code_and_name(country, code):
    """In English, their own language and those of the neighbours."""
    [contact] = read([{"phone": ZOE, "country": country}])
    assert contact.country == contact.values["country"] == code


def test_a_country_not_known_holds_national_numbers_back():
    """In the default country the number may be somebody else's."""
    people = read(
        [
            {"phone": "06 39 98 12 34", "country": "Freedonia"},
            {"phone": "+33 6 39 98 12 35", "country": "Freedonia"},
        ]
    )
    assert [r.reason for r in people.refused] == ["unknown-country"]
    assert [c.country for c in people] == [None]


def test_without_region_and_country_only_international_numbers_pass():
    """Nobody guesses a country."""
    people = read_contacts([{"phone": "06 39 98 12 34"}, {"phone": ZOE}])
    assert [r.reason for r in people.refused] == ["no-region"]
    assert len(people) == 1


def test_british_fiction_passes_only_when_it_is_allowed():
    """`allow_fictional` reaches the numbers."""
    rows = [{"phone": "07700 900123", "country": "GB"}]
    assert len(read(rows)) == 0
    assert len(read(rows, allow_fictional=True)) == 1


@pytest.mark.parametrize(
    ("cell", "orders"),
    [("3", 3), ("3.0", 3), (3, 3), (3.0, 3), ("three", None), (True, None)],
)
def test_orders_are_a_whole_number_or_absent(cell, orders):
    """So that a rule can compare them."""
    [contact] = read([{"phone": ZOE, "orders": cell}])
    assert contact.values.get("orders") == orders
    assert type(contact.values.get("orders")) in {int, type(None)}


@pytest.mark.parametrize(
    ("cell", "spent"),
    [
        ("12.50", Decimal("12.50")),
        ("12,5", Decimal("12.5")),
        (12.5, Decimal("12.50")),
        (12, Decimal(12)),
        ("1.234,50", None),
        ("NaN", None),
        (math.inf, None),
    ],
)
def test_money_is_a_decimal_or_absent(cell, spent):
    """What could be read in two ways is not read."""
    [contact] = read([{"phone": ZOE, "spent": cell}])
    assert contact.values.get("spent") == spent


@pytest.mark.parametrize(
    ("cell", "claim"),
    [
        ("Oui", True),
        ("ja", True),
        ("TAK", True),
        (True, True),
        (1, True),
        ("nein", False),
        ("unsubscribed", False),
        (False, False),
        ("Désinscrit", False),
        ("désabonné(e)", False),
        ("Abgemeldet", False),
        ("wypisana", False),
        ("Opted-out", False),
        ("STOP", False),
        ("dada de baja", False),
        ("disiscritto", False),
        ("perhaps", None),
        ("pending", None),
    ],
)
def test_claims_are_read_in_many_languages(cell, claim):
    """A word that is not known claims nothing."""
    [contact] = read([{"phone": ZOE, "SMS consent": cell}])
    assert contact.claims_consent is claim


def test_of_two_consent_columns_a_no_wins():
    """Whichever comes first."""
    columns = Columns(phone="phone", consent=["a", "b"])
    for row in ({"a": "yes", "b": "no"}, {"a": "no", "b": "yes"}):
        [contact] = read([{"phone": ZOE, **row}], columns=columns)
        assert contact.claims_consent is False


@pytest.mark.parametrize(
    ("row", "claim"),
    [
        ({"a": "yes", "b": "perhaps"}, None),
        ({"a": "perhaps", "b": "yes"}, None),
        ({"a": "perhaps", "b": "no"}, False),
        ({"a": "yes", "b": ""}, True),
    ],
)
def test_of_two_consent_columns_a_strange_word_is_no_yes(row, claim):
    """It keeps the claim open; only blank cells say nothing."""
    columns = Columns(phone="phone", consent=["a", "b"])
    [contact] = read([{"phone": ZOE, **row}], columns=columns)
    assert contact.claims_consent is claim


@pytest.mark.parametrize(
    "name",
    [
        *("Accepte SMS", "Accepte les SMS", "Accepte SMS ?", "Opt-in SMS"),
        *("SMS opt-in", "Consentement marketing SMS", "Accord SMS"),
        *("Zgoda SMS", "SMS-Einwilligung", "SMS Marketing Consent"),
    ],
)
def test_consent_columns_are_known_by_their_names(name):
    """Whatever the punctuation; then there is nothing to note."""
    people = read([{"phone": ZOE, name: "yes"}])
    assert people[0].claims_consent is True
    assert people.notes == ()


@pytest.mark.parametrize(
    "name", ["Désabonné SMS", "SMS opt-out", "Statut SMS"]
)
@pytest.mark.parametrize("columns", [None, Columns(phone="phone")])
def test_a_column_about_sms_that_was_not_taken_is_noted(name, columns):
    """By its place: its name might be that of a customer."""
    people = read([{"phone": ZOE, name: "yes"}], columns=columns)
    [note] = people.notes
    assert "column 2" in note
    assert "Columns(phone=..., consent=...)" in note
    assert name not in note
    assert people[0].claims_consent is None


def test_a_number_column_named_sms_is_not_noted():
    """What is the number is no consent."""
    assert read([{"SMS": ZOE, "city": "Lyon"}]).notes == ()


@pytest.mark.parametrize(
    ("cell", "language"),
    [("fr", "fr"), ("FR_ca", "fr-CA"), ("zh-Hant", "zh-Hant"), ("1", None)],
)
def test_languages_are_tags(cell, language):
    """BCP 47, however the export writes it."""
    [contact] = read([{"phone": ZOE, "Locale": cell}])
    assert contact.language == language


def test_columns_choose_what_becomes_what():
    """With their own names the canonical values can be had from any."""
    columns = Columns(
        phone="Kontakt", first_name=["Rufname", "Vorname"], tags="Marken"
    )
    people = read(
        [
            {"Kontakt": ZOE, "Rufname": "Zoé", "Marken": ["a", "b"]},
            {"Kontakt": "06 39 98 12 35", "Vorname": "Ève", "Marken": 7},
        ],
        columns=columns,
    )
    assert [c.values["first_name"] for c in people] == ["Zoé", "Ève"]
    assert [c.values["tags"] for c in people] == [("a", "b"), ()]


def test_refusals_come_in_the_order_of_the_file():
    """Although numbers are parsed later than rows are taken apart."""
    rows = [{"phone": "06 39"}, {"phone": 7}] * 3000
    lines = [row.line for row in read(rows).refused]
    assert lines == list(range(1, 6001))


@pytest.mark.parametrize("region", ["France", "F", "", "06 39 98 12 34"])
def test_a_region_is_a_code_of_two_letters(region):
    """A name of a country is refused before anything is read."""
    with pytest.raises(ValueError, match="ISO 3166-1"):
        read_contacts([{"phone": ZOE}], region=region)


def test_many_rows_are_parsed_in_portions_and_stay_in_order():
    """More rows than are parsed at a time, known numbers among them."""
    known = PhoneNumber.parse("+48212999999")
    cells = [f"21 2{n:06}" for n in range(9000)]
    rows = [{"phone": cell} for cell in cells]
    rows.insert(5000, {"phone": known})
    people = read_contacts(rows, region="PL")
    assert [c.line for c in people] == list(range(1, 9002))
    assert people[5000].number is known
    assert people[-1].number == PhoneNumber.parse("+48212008999")


def test_odd_cells_and_keys_in_memory_are_left_out():
    """What has no truth, such as pandas.NA, is blank; names are texts."""

    class Missing:
        def __ne__(self, other):
            raise TypeError

        __hash__ = None

    people = read([{"phone": ZOE, "city": Missing(), 7: "x"}])
    assert people[0].values == {}
    assert people.columns == ("city",)


@pytest.mark.parametrize("row", ["06", b"06", 7, None])
def test_below_a_header_only_sequences_of_cells_are_rows(row):
    """A text is a sequence of letters, and no row."""
    people = read([row, [ZOE]], header=["phone"])
    assert [(r.line, r.reason) for r in people.refused] == [(1, "type")]


def test_values_that_no_other_column_has_stay_absent():
    """All candidates of a canonical value may be blank."""
    columns = Columns(phone="phone", city=["Ville", "Ort"])
    people = read([{"phone": ZOE, "Ville": "", "Ort": ""}], columns=columns)
    assert people[0].values == {}
