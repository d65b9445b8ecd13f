"""The answers are those of phonenumbers, in every respect that we show."""

import random
import string

import phonenumbers
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from phonenumbers import NumberParseException, PhoneNumberFormat
from phonenumbers.timezone import time_zones_for_number

from anonsms.phone import PhoneNumber, reading
from anonsms.phone.rules import KINDS


REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
FORMATS = (
    PhoneNumberFormat.E164,
    PhoneNumberFormat.INTERNATIONAL,
    PhoneNumberFormat.NATIONAL,
    PhoneNumberFormat.RFC3966,
)
# The one range that is taken although phonenumbers does not know it.
ALWAYS = "+3363998"
MARKS = (
    "+ -.()/xX~#*;,[]aZ\n\t²'_"
    "\u00a0\u00ad\u200b\u2060\u3000\u202f\u202a\u202c\u200e\ufeff"
    "\u2011\u2212\uff0b\uff0d\uff10\uff15\u0663\u06f5\u0967"
)
PREFIXES = (
    *("00", "0", "1", "01", "+", "+0", "+00", "++", "011", "0011", "010"),
    *("810", "8", "06", "(0)", "tel:", "Tel. ", "0014", "15", "9", "90"),
)
ENDINGS = (
    *(" ext. 5", ";ext=5", " x5", "#5", ",,5", ";isub=1", " /x2", "~5"),
    *(";phone-context=+33", ";phone-context=shop.example", " 15#"),
)


def theirs(text, region):
    """E.164, region, kind and zones as phonenumbers gives them, or None."""
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    where = phonenumbers.region_code_for_number(number)
    return (
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        None if where == "001" else where,
        KINDS[phonenumbers.number_type(number)],
        tuple(time_zones_for_number(number)),
    )


def ours(text, region):
    """The same, as PhoneNumber gives it."""
    [number] = PhoneNumber.parse_many([text], region)
    if isinstance(number, ValueError):
        return None
    return number.reveal(), number.region, number.kind, number.timezones


def differs(text, region):
    """Whether the two give different answers to a text."""
    answer = ours(text, region)
    if answer and answer[0].startswith(ALWAYS):
        return theirs(text, region) is not None
    return answer != theirs(text, region)


def examples():
    """Every region's example of every type, and of what is not valid."""
    for region in REGIONS:
        for kind in KINDS:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield region, number
        number = phonenumbers.invalid_example_number(region)
        if number is not None:
            yield region, number


EXAMPLES = list(examples())


@pytest.mark.parametrize("form", FORMATS)
def test_every_example_of_every_region_reads_the_same(form):
    """Each example, in each form, with its region, without, and abroad."""
    wrong = [
        (region, at)
        for region, number in EXAMPLES
        for at in (region, None)
        if differs(phonenumbers.format_number(number, form), at)
    ]
    assert wrong == []


def test_every_calling_code_without_a_country_reads_the_same():
    """+800 and its kin have numbers, kinds, and no region."""
    for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS:
        number = phonenumbers.example_number_for_non_geo_entity(code)
        text = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        assert not differs(text, None)
        assert PhoneNumber.parse(text).region is None


def damaged(rng, text):
    """A text with up to three slips of the finger or of the clipboard."""
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        at = rng.randrange(len(text) + 1)
        mark = rng.choice(string.digits * 3 + MARKS)
        match rng.randrange(5):
            case 0:
                text = text[:at] + mark + text[at:]
            case 1:
                text = text[:at] + text[at + 1 :]
            case 2:
                text = text[:at] + mark + text[at + 1 :]
            case 3:
                text = rng.choice(PREFIXES) + text
            case _:
                text += rng.choice(ENDINGS) if rng.random() < 0.3 else ""
    return text


def digits(rng, fewest, most):
    """Some digits."""
    return "".join(rng.choices(string.digits, k=rng.randint(fewest, most)))


def written(rng):
    """A text that could stand in a shop's table, and the region for it."""
    region, number = rng.choice(EXAMPLES)
    match rng.randrange(4):
        case 0:  # a number near an example, in one of four forms
            text = phonenumbers.format_number(number, rng.choice(FORMATS))
            cut = rng.randrange(6)
            text = text[: len(text) - cut] + digits(rng, cut, cut)
        case 1:  # a calling code and anything
            codes = list(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
            text = f"+{rng.choice(codes)}{digits(rng, 1, 15)}"
        case 2:  # anything
            text = digits(rng, 1, 17)
        case _:  # a prefix, perhaps the calling code, and the number
            text = (
                rng.choice(("00", "011", "0011", "810", "010", "0", "1", ""))
                + str(number.country_code) * rng.randrange(2)
                + phonenumbers.national_significant_number(number)
            )
    at = rng.choice(
        (region, region, region, None, rng.choice(REGIONS), "US", "AR", "fr")
    )
    return damaged(rng, text), at


@pytest.mark.parametrize("seed", range(10))
def test_a_hundred_thousand_random_texts_read_the_same(seed):
    """10,000 texts of each seed: same acceptance, number, region, kind."""
    rng = random.Random(seed)
    rows = [written(rng) for _ in range(10_000)]
    # A failure names the places of the rows, not their texts.
    wrong = [place for place, row in enumerate(rows) if differs(*row)]
    assert wrong == []


@settings(max_examples=200, deadline=None)
@given(
    text=st.one_of(
        st.text(max_size=30),
        st.text(alphabet=string.digits + MARKS, max_size=25),
        st.from_regex(r"\A[+0]{0,2}[1-9][0-9 .()/-]{4,16}\Z"),
    ),
    region=st.sampled_from([None, "", "ZZ", "fr", *REGIONS]),
)
@example("15", "FR")
@example("1 5", "FR")
@example("+0", "FR")
@example("+", None)
@example("+00 33 1 99 00 12 34", "FR")
@example("+00 33 1 99 00 12 34", None)
@example("0" * 251, "DE")
@example(" " * 240 + "0199001234 ", "FR")
@example("0199001234\n", "FR")
@example("٠١٩٩٠٠١٢٣٤", "FR")
@example("＋３３ １ ９９ ００ １２ ３４", None)
@example("tel:+33-1-99-00-12-34;ext=5", None)
@example("tel:199001234;phone-context=+33", None)
@example("1-202-555-CARS", "US")
@example("01 202 555 0123", "US")
@example("\u202a+33 1 99 00 12 34\u202c", None)
def test_any_text_reads_the_same(text, region):
    """Whatever is typed, for any region or none."""
    assert not differs(text, region)


PITFALLS = [
    ("06 6982 1234", "IT"),  # the zero belongs to the number
    ("06698 12345", "VA"),
    ("011 15 2345-6789", "AR"),  # 15 becomes a 9 in front
    ("+54 9 11 2345 6789", None),
    ("044 55 1234 5678", "MX"),
    ("0 21 11 2345 6789", "BR"),  # 21 is the carrier
    ("(264) 235 1234", "US"),  # Anguilla
    ("235 1234", "AI"),
    ("1 416 555 0123", "CA"),
    ("01481 256 789", "GB"),  # Guernsey
    ("256789", "GG"),
    ("07624 123 456", "IM"),
    ("8 701 234 5678", "RU"),  # Kazakhstan
    ("810 33 1 99 00 12 34", "RU"),
    ("011 33 1 99 00 12 34", "US"),
    ("0011 33 1 99 00 12 34", "AU"),
    ("010 33 1 99 00 12 34", "JP"),
    ("0033 (0)1 99 00 12 34", "FR"),
    ("33199001234", "FR"),  # its calling code without +
    ("4930 23125 123", "DE"),
    ("0049 30 23125 123", "DE"),
    ("00 33 1 99 00 12 34", None),
    ("+80012345678", None),
    ("18 1234567", "AX"),
    ("79 12 34 56", "SJ"),
]


@pytest.mark.parametrize("row", range(len(PITFALLS)))
def test_known_pitfalls_read_the_same(row):
    """Shared codes, carrier codes, leading zeros, prefixes for abroad."""
    assert not differs(*PITFALLS[row])


def test_the_short_way_is_taken_for_usual_numbers(monkeypatch):
    """Neither phonenumbers nor the step-by-step reading sees a plain one."""

    def longer(*_, **__):
        raise AssertionError("a usual number took the longer way")

    monkeypatch.setattr(reading, "_weighed", longer)
    for text, region in (
        ("01 99 00 12 34", "FR"),
        ("+33 1 99 00 12 34", None),
        ("0033 1 99 00 12 34", "FR"),
        ("(202) 555-0123", "US"),
        ("020 7946 0123", "GB"),
        ("0171 3920012", "DE"),
        ("212 345 678", "PL"),
    ):
        assert not differs(text, region)


def test_only_odd_texts_are_handed_to_the_package(monkeypatch):
    """Digits and punctuation are judged here, valid or not."""

    def unneeded(*_, **__):
        raise AssertionError("phonenumbers was asked")

    rng = random.Random(1)
    rows = [
        (f"{'+49' * rng.randrange(2)}{digits(rng, 3, 14)}", region)
        for region in ("FR", "PL", "US", "DE", "GB", "IT", "ES", "CA")
        for _ in range(200)
    ]
    expected = [theirs(*row) for row in rows]
    monkeypatch.setattr(reading, "_asked", unneeded)
    answers = [ours(*row) for row in rows]
    wrong = [
        place
        for place, (want, have) in enumerate(
            zip(expected, answers, strict=True)
        )
        if want != have and not (have and have[0].startswith(ALWAYS))
    ]
    assert wrong == []
