"""Numbers that regulators keep for drama."""

import tomllib
from importlib import resources

import pytest

from anonsms.errors import InvalidNumberError
from anonsms.phone import NumberKind, PhoneNumber


PLANS = tomllib.loads(
    resources.files("anonsms.phone")
    .joinpath("fiction.toml")
    .read_text("utf-8")
)["plan"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+44 7700 900123", "mobile"),
        ("+44 1632 960123", "fixed"),
        ("07700 900999", "mobile"),
        ("tel:+44-7700-900123;ext=5", "mobile"),
    ],
)
def test_drama_numbers_are_taken_when_asked(text, kind):
    """Refused as phonenumbers does, unless allow_fictional says otherwise."""
    with pytest.raises(InvalidNumberError):
        PhoneNumber.parse(text, "GB")
    number = PhoneNumber.parse(text, "GB", allow_fictional=True)
    [many] = PhoneNumber.parse_many([text], "GB", allow_fictional=True)
    assert number == many
    assert number.fictional
    assert number.region == "GB"
    assert number.kind == NumberKind(kind)
    assert "Europe/London" in number.timezones


def test_drama_numbers_come_back_from_the_store():
    """A demo's ledger reads its numbers again."""
    number = PhoneNumber.from_e164("+447700900123")
    assert number.kind is NumberKind.MOBILE
    assert number.can_receive_texts


@pytest.mark.parametrize(
    "text",
    [
        *("+447700901123", "+44770090012", "+4477009001234"),
        *("+12025560123", "+33639991234", "+4917139201"),
    ],
)
def test_neighbours_of_a_range_are_not_in_it(text):
    """A digit beside the range may be somebody's."""
    assert not PhoneNumber.from_e164(text).fictional


@pytest.mark.parametrize(
    "text",
    [
        *("+33199001234", "+33639981234", "+442079460123", "+12025550199"),
        *("+493023125000", "+4917604069012", "+46701740605"),
        *("+46701740699", "+61491570156"),
    ],
)
def test_valid_drama_numbers_are_known_as_such(text):
    """Where the plan has the range, a number is read, and marked."""
    assert PhoneNumber.parse(text).fictional


def test_ranges_end_where_the_regulator_says():
    """The Swedish mobile range starts at 05."""
    assert not PhoneNumber.from_e164("+46701740604").fictional


def test_other_mistakes_stay_refused():
    """allow_fictional is no licence for wrong numbers."""
    with pytest.raises(InvalidNumberError):
        PhoneNumber.parse("+44 7700 90012", allow_fictional=True)


def test_french_mobiles_of_fiction_need_no_asking():
    """The examples are written with them; phonenumbers knows no such range."""
    number = PhoneNumber.parse("06 39 98 12 34", region="FR")
    assert number.fictional
    assert number.kind is NumberKind.MOBILE


@pytest.mark.parametrize("place", range(len(PLANS)))
def test_every_range_says_where_it_is_from(place):
    """Source, confidence and date, and a kind that we know."""
    plan = PLANS[place]
    assert plan["source"]
    assert plan["regulator"]
    assert plan["confidence"] in {"seen", "partly", "memory"}
    assert plan["as_of"]
    for kind, ranges in plan["ranges"].items():
        assert NumberKind(kind) is not NumberKind.UNKNOWN
        for written in ranges:
            text = f"+{plan['country_code']}{written}".replace(" ", "")
            for start in ("[2-9]", "[1-9]", "[5-9]"):
                text = text.replace(start, "7")
            number = PhoneNumber.from_e164(text.replace("x", "0"))
            assert number.fictional


def test_only_the_french_mobiles_are_always_taken():
    """The one place where our answer is not that of phonenumbers."""
    always = [plan for plan in PLANS if plan.get("always")]
    assert [plan["ranges"] for plan in always] == [
        {"mobile": ["6 39 98 xx xx"]}
    ]
