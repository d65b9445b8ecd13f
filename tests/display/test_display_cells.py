"""Widths in a terminal, and texts that cannot steer it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.display import clean, pad, shorten, width


texts = st.text(alphabet=st.characters()) | st.text(
    "aé東👍🏽\u200d❤\ufe0f\u0301 "
)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("plain", 5),
        ("Zoé", 3),
        ("Zoe\u0301", 3),
        ("東京", 4),
        ("ｆｕｌｌ", 8),
        ("👍", 2),
        ("👍🏽", 2),
        ("❤", 1),
        ("❤️", 2),
        ("🇫🇷", 2),
        ("👩‍🚀", 2),
        ("☝🏽", 2),
        ("1️⃣", 2),
        ("👨‍👩‍👧‍👦 x", 4),
        ("\u200b", 0),
    ],
)
def test_widths_are_those_of_most_terminals(text, cells):
    """Wide characters and emoji take two cells, marks take none."""
    assert width(text) == cells


@given(texts, st.integers(0, 40), st.sampled_from("lcr"))
def test_padding_fills_up_exactly(text, cells, align):
    """To the width asked for, or not at all when it is too wide already."""
    padded = pad(text, cells, align)
    assert width(padded) == max(cells, width(text))
    assert padded.strip(" ") == text.strip(" ")


def test_padding_goes_to_the_right_side():
    """Left, right, and both with the odd space behind."""
    assert [pad("ab", 5, side) for side in "lrc"] == [
        "ab   ",
        "   ab",
        " ab  ",
    ]


@given(texts, st.integers(1, 40))
def test_what_is_shortened_fits(text, cells):
    """It fits, it begins as the text does, and it says that it was cut."""
    short = shorten(text, cells)
    assert width(short) <= cells
    if width(text) > cells:
        assert short.endswith("…")
        assert text.startswith(short[:-1])
    else:
        assert short == text


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_is_one_line_that_can_be_printed(text):
    """No control characters, no bidi marks, no surrogates; twice is once."""
    line = clean(text)
    line.encode()
    assert not {unicodedata.category(c) for c in line} & {
        "Cc",
        "Cs",
        "Zl",
        "Zp",
    }
    assert not {unicodedata.bidirectional(c) for c in line} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }
    assert clean(line) == line


def test_a_text_cannot_steer_the_terminal():
    """Escape sequences lose their escape, marks their direction."""
    assert clean("\x1b[31mred\x1b[0m") == " [31mred [0m"
    assert clean("abc\u202edcba") == "abcdcba"
    assert clean("\ud800") == "\ufffd"
    assert clean("Zoé 東京 👩‍🚀") == "Zoé 東京 👩‍🚀"
