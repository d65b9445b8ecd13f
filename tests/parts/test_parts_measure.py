"""Borders, languages and refusals of ``measure``."""

import pickle

import pytest

from anonsms.errors import AnonsmsError, ConfigurationError, InvalidTextError
from anonsms.masking import MessageText
from anonsms.parts import (
    Encoding,
    Shift,
    TextTypeError,
    measure,
    tally,
)
from anonsms.parts.alphabet import national


G, U = Encoding.GSM7, Encoding.UCS2


@pytest.mark.parametrize(
    ("text", "encoding", "unit_counts", "remaining"),
    [
        ("", G, (0,), 160),
        ("a", G, (1,), 159),
        ("a" * 160, G, (160,), 0),
        ("a" * 161, G, (153, 8), 145),
        ("a" * 306, G, (153, 153), 0),
        ("a" * 307, G, (153, 153, 1), 152),
        ("€" * 80, G, (160,), 0),
        ("€" * 80 + "a", G, (152, 9), 144),
        ("a" * 158 + "€", G, (160,), 0),
        ("a" * 159 + "€", G, (153, 8), 145),
        ("a" * 152 + "€" + "a" * 10, G, (152, 12), 141),
        ("a" * 152 + "€" + "a" * 151, G, (152, 153), 0),
        ("a" * 152 + "€" + "a" * 152, G, (152, 153, 1), 152),
        ("a" * 151 + "€" + "a" * 153, G, (153, 153), 0),
        ("[" * 153, G, (152, 152, 2), 151),
        ("\f" * 2, G, (4,), 156),
        ("ΔΦΓΛΩΠΨΣΘΞ€", G, (12,), 148),
        ("ΔΦ" * 80, G, (160,), 0),
        ("ç" * 70, U, (70,), 0),
        ("Ç" * 160, G, (160,), 0),
        ("ç" * 71, U, (67, 4), 63),
        ("\t", U, (1,), 69),
        ("\x1b", U, (1,), 69),
        ("`", U, (1,), 69),
        ("😀" * 35, U, (70,), 0),
        ("😀" * 35 + "a", U, (66, 5), 62),
        ("a" * 66 + "😀" + "a" * 10, U, (66, 12), 55),
        ("a" * 66 + "😀" + "a" * 65, U, (66, 67), 0),
        ("a" * 66 + "😀" + "a" * 66, U, (66, 67, 1), 66),
        ("😀" * 67, U, (66, 66, 2), 65),
        ("a" * 153 + "\r\n" + "a" * 10, G, (153, 12), 141),
        ("a" * 152 + "\r\n" + "a" * 10, G, (152, 12), 141),
    ],
)
def test_borders(text, encoding, unit_counts, remaining):
    """Each border case of TS 23.040 comes out as computed by hand."""
    found = measure(text)
    assert found.encoding is encoding
    assert found.unit_counts == unit_counts
    assert (found.count, found.units) == (len(unit_counts), sum(unit_counts))
    assert found.remaining == remaining
    assert "".join(found.texts) == text
    assert tally(text) == (encoding, sum(unit_counts), len(unit_counts))


@pytest.mark.parametrize(
    ("text", "languages", "shift", "counted", "remaining"),
    [
        # Nothing to gain: the default alphabet, and no header.
        ("Merhaba", ("tr",), None, (G, 1), 153),
        # 140 octets - 4 of header = 155 septets; the letter costs two.
        ("ş", ("tr",), Shift(single="turkish"), (G, 1), 153),
        ("ş" + "a" * 153, ("tr",), Shift(single="turkish"), (G, 1), 0),
        # One more, and only a locking table keeps it in one part.
        ("ş" + "a" * 154, ("tr",), Shift(locking="turkish"), (G, 1), 0),
        # 140 - 6 - 3 octets = 149 septets in each of several parts.
        ("ş" + "a" * 155, ("tr",), Shift(single="turkish"), (G, 2), 141),
        ("ç", ("es",), Shift(single="spanish"), (G, 1), 153),
        ("ç", (), None, (U, 1), 69),
        ("ç", ("es", "tr"), Shift(single="spanish"), (G, 1), 153),
        ("ç", ("tr", "es"), Shift(single="turkish"), (G, 1), 153),
        # The euro costs one septet in the locking table of Turkish.
        ("€" * 81, ("tr",), Shift(locking="turkish"), (G, 1), 74),
        # Not in any table of the language: UCS-2.
        ("ş😀", ("tr",), None, (U, 1), 67),
        # Portuguese letters of both tables, and 152 septets.
        (
            "à" * 110 + "Á" * 21,
            ("pt",),
            Shift(single="portuguese"),
            (G, 1),
            3,
        ),
        # Digits of its own are in the single table, letters in both.
        (
            "नमस्ते" * 24 + "०१",
            ("hi",),
            Shift(locking="hindi", single="hindi"),
            (G, 1),
            4,
        ),
        # Two languages in one message.
        (
            "न" * 100 + "ş",
            ("hi", "tr"),
            Shift(locking="hindi", single="turkish"),
            (G, 1),
            50,
        ),
    ],
)
def test_national_languages(text, languages, shift, counted, remaining):
    """The cheapest tables are chosen, and their header is paid for."""
    found = measure(text, languages)
    assert found.language == shift
    assert (found.encoding, found.count) == counted
    assert found.remaining == remaining
    assert "".join(found.texts) == text


@pytest.mark.parametrize("text", ["abc", "ş" * 100, "नमस्ते " * 60, "€" * 90])
def test_languages_never_cost_a_part(text):
    """Allowing national tables never takes more parts than not."""
    names = [language.iso for language in national().values()]
    assert len(names) == 13
    assert measure(text, names).count <= measure(text).count
    assert tally(text, names)[2] == measure(text, names).count


@pytest.mark.parametrize(
    "name", ["tr", "TR", "turkish", "Turkish", "tr-TR", "tr_TR"]
)
def test_names_of_languages(name):
    """Codes and English names do, in any case, with or without region."""
    assert measure("ş", [name]).language == Shift(single="turkish")
    assert measure("ş", name).language == Shift(single="turkish")
    assert str(measure("ş", iter([name])).language) == "turkish single shift"


def test_a_language_without_table_is_refused():
    """The refusal lists the languages there are."""
    with pytest.raises(ConfigurationError, match=r"'fr'.*tr \(turkish\)"):
        measure("a", ["fr"])


@pytest.mark.parametrize("bits", [0, 7, 32])
def test_other_widths_of_reference_are_refused(bits):
    """A reference has 8 or 16 bits."""
    with pytest.raises(ConfigurationError, match="8 or 16"):
        measure("a", reference_bits=bits)


@pytest.mark.parametrize(
    ("text", "place"),
    [("\ud800", 0), ("ab\udc00", 2), ("😀\ud83d\ude00", 1)],
)
def test_lone_surrogates_are_refused_by_position(text, place):
    """The error names the position, not the text, and has no context."""
    with pytest.raises(InvalidTextError, match=f"position {place},") as caught:
        measure(text)
    assert caught.value.__context__ is None
    assert "\ud800" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "name"),
    [(b"a", "bytes"), (None, "NoneType"), (MessageText("a"), "MessageText")],
)
def test_what_is_no_text_is_refused_by_type(value, name):
    """The error is a TypeError of ours and names the type."""
    with pytest.raises(TextTypeError, match=name) as caught:
        measure(value)
    assert isinstance(caught.value, AnonsmsError)
    assert isinstance(caught.value, TypeError)


def test_the_text_does_not_show():
    """``repr`` of parts and culprits shows sizes, not the text."""
    found = measure("Łukasz, ş" * 20, ["tr"])
    shown = repr(found) + str(found) + repr(found.culprits)
    assert "Ł" not in shown
    assert "ukasz" not in shown
    assert repr(measure("abc")) == "<Parts 1 × GSM-7, 3 units, 157 left>"
    assert "turkish single shift" in repr(measure("ş", ["tr"]))


def test_parts_are_values():
    """Parts of the same text and layout are equal; pickling is refused."""
    assert measure("abc") == measure("abc")
    assert measure("abc") != measure("abd")
    assert measure("abc") != measure("abc", reference_bits=16)
    assert measure("abc") != "abc"
    assert len({measure("abc"), measure("abc")}) == 1
    with pytest.raises(AttributeError):
        measure("abc").count = 2
    with pytest.raises(AnonsmsError, match="pickled"):
        pickle.dumps(measure("abc"))


def test_halves_of_flags_are_counted_from_the_start_of_their_part():
    """A text of nothing but regional indicators has few to look back at."""
    flags = "\U0001f1eb\U0001f1f7"
    assert measure(flags * 20).texts == (flags * 16, flags * 4)
    assert measure("a" + flags * 20).texts == ("a" + flags * 16, flags * 4)
    parts = measure(flags * 10_000)
    assert "".join(parts.texts) == flags * 10_000
    assert len(parts.texts) == parts.count
