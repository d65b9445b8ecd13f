from __future__ import annotations

import io
from decimal import Decimal

import pytest

from anonsms.audience import SHOPIFY, Audience, read_contacts


CURRENT = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,"
    "Default Address Company,Default Address Address1,"
    "Default Address Address2,Default Address City,"
    "Default Address Province Code,Default Address Country Code,"
    "Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,"
    "Total Spent,Total Orders,Note,Tax Exempt,Tags"
)
OLDER = (
    "First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,"
    "Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,"
    "Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt"
)


def current(
    *,
    phone="",
    typed="",
    country="FR",
    accepts="yes",
    tags="",
    first="Zoé",
    extra="",
):
    """One line of the current export."""
    return (
        f"'111,{first},Martin,zoe@example.com,no,,1 rue des Lilas,,Nantes,,"
        f"{country},'44000,{typed},{phone},{accepts},120.50,3,,no,"
        f'"{tags}"{extra}'
    )


def older(phone, country="France", code="FR", first="Zoé"):
    """One line of the older export."""
    return (
        f"{first},Martin,zoe@example.com,no,,1 rue,,Nantes,,,{country},{code},"
        f"'44000,{phone},yes,9.90,1,vip,,no"
    )


def read(*lines: str, **options: object) -> Audience:
    """Read these lines."""
    return read_contacts(io.StringIO("\n".join(lines)), **options)


def test_the_own_number_wins_over_the_one_of_the_address():
    """`Phone` is taken when it is there, whatever the address says."""
    [contact] = read(
        CURRENT, current(phone="'+33639981234", typed="06 39 98 99 99")
    )
    assert contact.number.reveal() == "+33639981234"


def test_the_number_of_the_address_is_read_in_the_country_of_the_row():
    """National numbers belong to the row's country, not to `region`."""
    people = read(
        CURRENT,
        current(typed="'06 39 98 12 34"),
        current(typed="(202) 555-0123", country="US"),
        current(typed="212 000 123", country="PL"),
        region="DE",
    )
    assert [c.number.reveal() for c in people] == [
        "+33639981234",
        "+12025550123",
        "+48212000123",
    ]
    assert [c.country for c in people] == ["FR", "US", "PL"]


def test_the_older_export_reads_the_number_as_it_was_typed():
    """Both columns of the country serve; the code comes first."""
    people = read(
        OLDER, older("06.39.98.12.34"), older("06 39 98 12 35", code="")
    )
    assert [c.number.reveal() for c in people] == [
        "+33639981234",
        "+33639981235",
    ]
    assert people[0].values["tags"] == ("vip",)
    assert people[0].claims_consent is True


def test_the_older_export_may_begin_with_the_customer_id():
    """The variant with an id in front is recognised as well."""
    [contact] = read(f"Customer ID,{OLDER}", f"'7,{older('0639981234')}")
    assert contact.values["Customer ID"] == "7"


def test_guards_against_formulas_are_taken_off_every_cell():
    """The apostrophe before digits and signs goes, in all columns."""
    [contact] = read(CURRENT, current(phone="'+33639981234"))
    assert contact.values["Customer ID"] == "111"
    assert contact.values["Default Address Zip"] == "44000"


@pytest.mark.parametrize("name", ["'t Hart", "'s-Hertogenbosch"])
def test_an_apostrophe_of_a_name_stays(name):
    """Before a letter it is no guard."""
    [contact] = read(CURRENT, current(phone="'+33639981234", first=name))
    assert contact.values["first_name"] == name


def test_values_carry_both_names_and_blank_cells_none():
    """The export's own columns stay beside the canonical names."""
    [contact] = read(CURRENT, current(phone="'+33639981234", tags="a, b,,"))
    assert contact.values["First Name"] == "Zoé"
    assert contact.values["first_name"] == "Zoé"
    assert contact.values["city"] == "Nantes"
    assert contact.values["country"] == "FR"
    assert contact.values["orders"] == 3
    assert contact.values["spent"] == Decimal("120.50")
    assert contact.values["tags"] == ("a", "b")
    assert "Note" not in contact.values
    assert not {"Phone", "Default Address Phone"} & set(contact.values)


@pytest.mark.parametrize(
    ("accepts", "claim"), [("yes", True), ("no", False), ("", None)]
)
def test_the_consent_column_is_kept_as_a_claim(accepts, claim):
    """Yes, no and nothing are three different things."""
    [contact] = read(CURRENT, current(phone="'+33639981234", accepts=accepts))
    assert contact.claims_consent is claim


def test_metafields_and_later_columns_are_kept_by_name():
    """A column that nobody expected is a merge value."""
    name = "Birth date (customer.metafields.facts.birth_date)"
    [contact] = read(
        f"{CURRENT},{name}",
        current(phone="'+33639981234", extra=",1990-02-03"),
    )
    assert contact.values[name] == "1990-02-03"


def test_a_tag_may_tell_the_language():
    """`lang:fr` among the tags is the language; none is none."""
    people = read(
        CURRENT,
        current(phone="'+33639981234", tags="vip, lang:FR"),
        current(phone="'+33639981235", tags="vip"),
    )
    assert [c.language for c in people] == ["fr", None]


def test_shopify_may_be_named_and_recognised_alike():
    """Naming SHOPIFY gives what recognising it gives."""
    lines = CURRENT, current(phone="'+33639981234")
    assert read(*lines, columns=SHOPIFY) == read(*lines)


def test_a_trimmed_shopify_export_is_still_recognised():
    """A few of its columns are enough."""
    [contact] = read(
        "First Name,Phone,Accepts SMS Marketing",
        "Zoé,'+33639981234,no",
    )
    assert contact.claims_consent is False
