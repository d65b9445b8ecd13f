"""What a PhoneNumber shows, keeps to itself, and is equal to."""

import copy
import json
import pickle
import subprocess
import sys

import pytest

from anonsms.errors import InvalidNumberError, WouldLeakError
from anonsms.phone import NumberKind, PhoneNumber


ZOE = "+33639981234"


@pytest.fixture
def zoe():
    """A person of our invention."""
    return PhoneNumber.parse("06 39 98 12 34", region="FR")


def test_revealed_number_is_e164(zoe):
    """Only reveal() shows the digits, in one form."""
    assert zoe.reveal() == ZOE


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r}".format,
        "{:>30}".format,
        lambda n: "%s" % n,  # noqa: UP031 - this way too
        lambda n: json.dumps([n], default=str, ensure_ascii=False),
        lambda n: repr({n: [n]}),
    ],
)
def test_everything_else_shows_the_mask(zoe, show):
    """Calling code, bullets, and the last two digits; nothing more."""
    assert "+33 •••••••34" in show(zoe)
    assert "12" not in show(zoe)


def test_repr_names_the_type(zoe):
    """A console tells what it is."""
    assert repr(zoe) == "<PhoneNumber +33 •••••••34>"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("+1 202 555 0123", "+1 ••••••••23"),
        ("+49 30 23125 123", "+49 ••••••••23"),
        ("+80012345678", "+800 ••••••78"),
    ],
)
def test_mask_has_one_bullet_for_each_hidden_digit(text, masked):
    """The length stays visible, the digits do not."""
    assert PhoneNumber.parse(text).masked == masked


def test_equality_and_hash_are_those_of_the_number(zoe):
    """However it was written, and wherever it was stored."""
    again = PhoneNumber.parse("+33 (0)6-39-98-12-34")
    stored = PhoneNumber.from_e164(ZOE)
    assert zoe == again == stored
    assert len({zoe, again, stored}) == 1
    assert zoe != PhoneNumber.parse("+33 6 39 98 12 35")
    assert zoe != ZOE


def test_numbers_have_no_order(zoe):
    """An order would tell digits."""
    with pytest.raises(TypeError):
        sorted([zoe, PhoneNumber.from_e164("+12025550123")])


def test_copies_are_the_number_itself(zoe):
    """There is one place in memory that holds the digits."""
    assert copy.copy(zoe) is zoe
    assert copy.deepcopy([zoe])[0] is zoe


def test_pickling_is_refused(zoe):
    """Personal data leaves through reveal() only."""
    with pytest.raises(WouldLeakError):
        pickle.dumps(zoe)


def test_numbers_have_no_dictionary(zoe):
    """vars() finds nothing to print."""
    with pytest.raises(TypeError):
        vars(zoe)


def test_the_class_is_not_called():
    """An unread text must not pass for a number."""
    with pytest.raises(TypeError, match=r"PhoneNumber\.parse"):
        PhoneNumber(ZOE)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("+33639981234", ("FR", 33, "mobile", True)),
        ("+33199001234", ("FR", 33, "fixed", False)),
        ("+12025550123", ("US", 1, "fixed_or_mobile", True)),
        ("+491713920012", ("DE", 49, "mobile", True)),
        ("+448081570123", ("GB", 44, "toll_free", False)),
        ("+80012345678", (None, 800, "toll_free", False)),
    ],
)
def test_the_plan_tells_place_and_kind(text, told):
    """Region, calling code, kind, and whether texts can arrive."""
    number = PhoneNumber.parse(text)
    assert told == (
        number.region,
        number.country_code,
        number.kind,
        number.can_receive_texts,
    )


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("+33639981234", "Europe/Paris"),
        ("+12025550123", "America/New_York"),
        ("+80012345678", "Etc/Unknown"),
    ],
)
def test_digits_tell_the_time_zone(text, zone):
    """By the area code where there is one, else by the country."""
    assert PhoneNumber.parse(text).timezones == (zone,)


def test_stored_numbers_tell_the_same_as_read_ones():
    """from_e164 looks the plan up when it is asked."""
    for text in ("+33639981234", "+12025550123", "+80012345678"):
        read, stored = PhoneNumber.parse(text), PhoneNumber.from_e164(text)
        for name in ("masked", "region", "kind", "timezones", "country_code"):
            assert getattr(read, name) == getattr(stored, name)


def test_stored_numbers_outlive_their_range():
    """A number that no plan knows stays readable, and is of no kind."""
    gone = PhoneNumber.from_e164("+33000000034")
    assert gone.kind is NumberKind.UNKNOWN
    assert gone.region is None
    assert gone.masked == "+33 •••••••34"
    assert gone.timezones == ("Etc/Unknown",)
    assert not gone.can_receive_texts


def test_stored_numbers_outlive_their_calling_code():
    """Even the calling code may be nobody's; then it is masked too."""
    gone = PhoneNumber.from_e164("+999000000034")
    assert gone.country_code == 0
    assert gone.masked == "+••••••••••34"


@pytest.mark.parametrize(
    "text",
    ["", "0639981234", "+33 639981234", "+33", "+٣٣٦٣٩٩٨١٢٣٤", "+0639981"],
)
def test_from_e164_takes_the_stored_form_only(text):
    """What people type goes through parse()."""
    with pytest.raises(InvalidNumberError, match=r"E\.164") as caught:
        PhoneNumber.from_e164(text)
    assert caught.value.reason == "not-a-number"


def test_from_e164_refuses_what_is_no_text():
    """A column that was read as integers has lost the +."""
    with pytest.raises(InvalidNumberError, match="int") as caught:
        PhoneNumber.from_e164(33639981234)
    assert caught.value.reason == "type"


def test_extension_is_dropped():
    """A text goes to a number, not to an extension."""
    number = PhoneNumber.parse("01 99 00 12 34 ext. 5", region="FR")
    assert number.reveal() == "+33199001234"


def test_importing_the_room_does_not_import_phonenumbers():
    """It is loaded when the first number is read."""
    code = (
        "import sys, anonsms.phone as room\n"
        "assert 'phonenumbers' not in sys.modules\n"
        "room.PhoneNumber.parse('+12025550123')\n"
        "assert 'phonenumbers' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_many_numbers_keep_their_places():
    """Each text has its number or its error, in order."""
    texts = ["+1 202 555 0123", "nobody", None, 12025550123, "2025550124"]
    one, two, three, four, five = PhoneNumber.parse_many(texts, "US")
    assert one.reveal() == "+12025550123"
    assert [two.reason, three.reason, four.reason] == [
        "not-a-number",
        "empty",
        "type",
    ]
    assert five.reveal() == "+12025550124"


def test_many_numbers_may_have_a_region_each():
    """Regions are aligned with the texts, and may be missing."""
    numbers = PhoneNumber.parse_many(
        (text for text in ["01 99 00 12 34"] * 5),
        ["FR", "US", None, float("nan"), ["FR"]],
    )
    assert numbers[0].region == "FR"
    assert [number.reason for number in numbers[1:]] == [
        "not-valid",
        "no-region",
        "unknown-region",
        "unknown-region",
    ]


def test_regions_must_be_as_many_as_texts():
    """A shifted column would read numbers for the wrong country."""
    with pytest.raises(ValueError, match="2 texts and 1 regions"):
        PhoneNumber.parse_many(["1", "2"], ["FR"])


def test_a_single_text_is_not_many():
    """Its characters are no numbers."""
    with pytest.raises(TypeError, match=r"PhoneNumber\.parse"):
        PhoneNumber.parse_many("+12025550123")


def test_errors_of_many_are_not_shared():
    """Each can be raised on its own without the traceback of another."""
    one, two = PhoneNumber.parse_many(["", ""])
    assert one is not two
    assert one.__traceback__ is None
    assert one.__context__ is None


class Shouting(str):
    """A text that reads otherwise than it is, like those of some frames."""

    __slots__ = ()

    def translate(self, table):
        return "+12025550123"


def test_subclasses_of_text_are_read_as_plain_text():
    """numpy.str_ and its like are texts; what they override is ignored."""
    text = Shouting("+1 202 555 0124")
    [many] = PhoneNumber.parse_many([text])
    assert PhoneNumber.parse(text) == many
    assert many.reveal() == "+12025550124"


def test_subclasses_make_their_own_kind():
    """parse() gives the class that it is called on."""

    class Customer(PhoneNumber):
        __slots__ = ()

    assert type(Customer.parse("+12025550123")) is Customer
    assert type(Customer.parse_many(["+12025550123"])[0]) is Customer


def test_regions_of_no_kind_are_refused_without_the_numbers():
    """The frame that refuses holds no number."""
    with pytest.raises(TypeError, match="int") as caught:
        PhoneNumber.parse_many(["06 39 98 12 34"], 5)
    frame = caught.tb
    while frame.tb_next is not None:
        frame = frame.tb_next
    assert frame.tb_frame.f_code.co_name == "parse_many"
    assert "06 39 98" not in repr(frame.tb_frame.f_locals)
