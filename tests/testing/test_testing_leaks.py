"""What is to stay hidden is found, however it is written."""

import base64
import json
import logging
from urllib.parse import quote

import pytest

from anonsms.errors import TransportError
from anonsms.masking import MessageText
from anonsms.phone import PhoneNumber
from anonsms.testing import LeakWatch, assert_no_leak


PLAIN = "+33639984711"
ZOE = PhoneNumber.parse(PLAIN)
TEXT = "Chère Zoé, votre code est QX7-4711-AB."
LOG = logging.getLogger("shop.orders")
FORMS = {
    "plain": PLAIN,
    "no plus": PLAIN[1:],
    "national": "06 39 98 47 11",
    "dashes": "+33-6-39-98-47-11",
    "percent": quote(PLAIN),
    "spaced percent": "06%2039%2098%2047%2011",
    "hex": PLAIN.encode().hex(),
    "ucs-2": PLAIN.encode("utf-16-be").hex(),
    "bytes": PLAIN.encode(),
    "utf-16": PLAIN.encode("utf-16-le"),
    **{
        f"base64 at {before}": base64.b64encode(b"x" * before + PLAIN.encode())
        for before in range(3)
    },
}


@pytest.mark.parametrize("form", list(FORMS))
def test_numbers_are_found_in_every_form(form):
    """And the complaint does not repeat them."""
    with pytest.raises(AssertionError, match="a number shows") as caught:
        assert_no_leak(FORMS[form], numbers=[ZOE])
    assert "4711" not in str(caught.value)


@pytest.mark.parametrize(
    "form",
    [
        TEXT,
        TEXT[:20],
        TEXT[-15:],
        quote(TEXT),
        quote(TEXT).replace("%20", "+"),
        json.dumps(TEXT),
        base64.b64encode(TEXT.encode()).decode(),
        {"body": TEXT},
    ],
)
def test_texts_are_found_whole_and_in_part(form):
    """Quoted, coded, cut off or inside of something else."""
    with pytest.raises(AssertionError, match="a text shows") as caught:
        assert_no_leak(form, texts=[MessageText(TEXT)])
    assert "QX7" not in str(caught.value)


def test_what_is_masked_passes():
    """Masks, other numbers, other texts."""
    assert_no_leak(
        ZOE,
        MessageText(TEXT),
        "+33639984712",
        "06 39 98 47 112",
        [ZOE],
        numbers=[PLAIN],
        texts=[TEXT],
    )


def careless(number):
    """Fails with the number in a variable, or in the cause."""
    local = number.reveal()
    try:
        int("x" + local)
    except ValueError:
        raise RuntimeError("It did not work.") from None


def chained(number):
    """Fails with a cause that quotes."""
    try:
        int("x" + number.reveal())
    except ValueError as error:
        raise RuntimeError("It did not work.") from error


def careful(number):
    """Fails with nothing to see."""
    raise TransportError(f"It did not work for {number}.")


@pytest.mark.parametrize("fails", [careless, chained])
def test_errors_are_looked_through(fails):
    """What led to them, and the local variables of their frames."""
    with (
        pytest.raises(AssertionError, match=r"a number shows"),
        LeakWatch(numbers=[ZOE]),
    ):
        fails(ZOE)


def test_errors_without_a_leak_pass_on():
    """The block's own error arrives as it was."""
    with (
        pytest.raises(TransportError, match="did not work"),
        LeakWatch(numbers=[ZOE], texts=[TEXT]),
    ):
        careful(ZOE)


@pytest.mark.parametrize("quiet", [False, True])
def test_every_logger_is_heard(quiet):
    """One that was turned down and keeps to itself, too; then as before."""
    LOG.setLevel(logging.ERROR)
    LOG.propagate = not quiet
    try:
        with (
            pytest.raises(AssertionError, match="in the log"),
            LeakWatch(texts=["Zoé Dubois"]),
        ):
            LOG.debug("to %s", "Zoé Dubois")
        assert LOG.level == logging.ERROR
        assert LOG.handlers == []
    finally:
        LOG.setLevel(logging.NOTSET)
        LOG.propagate = True


@pytest.mark.parametrize(
    "hidden", [{}, {"numbers": ["36123"]}, {"texts": ["Zoé"]}]
)
def test_what_cannot_be_told_from_chance_is_refused(hidden):
    """Else a test would pass that looks for nothing."""
    with pytest.raises(ValueError, match=r"look for|stay hidden"):
        assert_no_leak("text", **hidden)
