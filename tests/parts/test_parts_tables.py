"""The data files against what the standard fixes."""

import unicodedata

import pytest

from anonsms.parts import Encoding
from anonsms.parts.alphabet import DEFAULT, document, national, variants
from anonsms.parts.sizes import Layout


def test_the_default_alphabet():
    """127 characters, 10 more behind the escape, each once."""
    assert sorted(DEFAULT.basic) == [c for c in range(128) if c != 0x1B]
    assert len(set(DEFAULT.basic.values())) == 127
    assert DEFAULT.extension == {
        0x0A: "\f",
        0x14: "^",
        0x28: "{",
        0x29: "}",
        0x2F: "\\",
        0x3C: "[",
        0x3D: "~",
        0x3E: "]",
        0x40: "|",
        0x65: "€",
    }
    assert len(DEFAULT.codes) == 137


@pytest.mark.parametrize(
    ("septet", "character"),
    [
        (0x00, "@"),
        (0x02, "$"),
        (0x09, "Ç"),
        (0x0A, "\n"),
        (0x0D, "\r"),
        (0x10, "Δ"),
        (0x11, "_"),
        (0x1A, "Ξ"),
        (0x20, " "),
        (0x24, "¤"),
        (0x40, "¡"),
        (0x5F, "§"),
        (0x60, "¿"),
        (0x7F, "à"),
    ],
)
def test_places_where_it_differs_from_ascii(septet, character):
    """The places that implementations get wrong."""
    assert DEFAULT.basic[septet] == character


def test_ascii_at_its_place():
    """Digits, letters and most signs stand where ASCII has them."""
    others = set("@$_`^{}[]~\\|\x7f")
    for code in range(0x20, 0x80):
        if chr(code) not in others:
            assert DEFAULT.basic[code] == chr(code)


@pytest.mark.parametrize(
    ("name", "iso", "identifier", "locking", "single"),
    [
        ("turkish", "tr", 1, 127, 17),
        ("spanish", "es", 2, None, 19),
        ("portuguese", "pt", 3, 127, 37),
        ("bengali", "bn", 4, 114, 82),
        ("gujarati", "gu", 5, 120, 70),
        ("hindi", "hi", 6, 127, 88),
        ("kannada", "kn", 7, 120, 73),
        ("malayalam", "ml", 8, 120, 82),
        ("oriya", "or", 9, 116, 75),
        ("punjabi", "pa", 10, 110, 76),
        ("tamil", "ta", 11, 102, 77),
        ("telugu", "te", 12, 120, 78),
        ("urdu", "ur", 13, 127, 90),
    ],
)
def test_the_national_tables(name, iso, identifier, locking, single):
    """Identifiers and sizes are those of TS 23.038 §6.2.1.2.4, annex A."""
    language = national()[name]
    assert (language.iso, language.identifier) == (iso, identifier)
    assert len(language.single) == single
    assert set(DEFAULT.extension.values()) <= set(language.single.values())
    for septet, character in DEFAULT.extension.items():
        assert language.single[septet] == character
    assert not {0x1B, 0x0D} & set(language.single)
    if locking is None:
        assert language.locking is None
        return
    assert len(language.locking) == locking
    assert len(set(language.locking.values())) == locking
    assert language.locking[0x0A] == "\n"
    assert language.locking[0x0D] == "\r"
    assert language.locking[0x20] == " "
    assert language.locking[0x2C] == ","
    assert 0x1B not in language.locking


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("bengali", "BENGALI"),
        ("gujarati", "GUJARATI"),
        ("hindi", "DEVANAGARI"),
        ("kannada", "KANNADA"),
        ("malayalam", "MALAYALAM"),
        ("oriya", "ORIYA"),
        ("punjabi", "GURMUKHI"),
        ("tamil", "TAMIL"),
        ("telugu", "TELUGU"),
        ("urdu", "ARABIC"),
    ],
)
def test_letters_of_a_language_are_of_its_script(name, block):
    """Letters and marks beyond Latin belong to the script, or to all."""
    locking = national()[name].locking
    beyond = [c for c in locking.values() if c > "\u02ff"]
    assert len(beyond) > 40
    for character in beyond:
        assert unicodedata.name(character).startswith(block)


def test_data_files_name_their_source():
    """Each file says which standard and which state of it."""
    for name in ("default.toml", "national.toml"):
        assert "TS 23.038" in document(name)["standard"]
        assert document(name)["as_of"]


@pytest.mark.parametrize("bits", [8, 16])
def test_sizes(bits):
    """The sizes that the standard's octets come to."""
    wide = bits == 16
    gsm7 = Layout(Encoding.GSM7, reference_bits=bits)
    ucs2 = Layout(Encoding.UCS2, reference_bits=bits)
    assert (gsm7.alone, gsm7.joined) == (160, 152 if wide else 153)
    assert (ucs2.alone, ucs2.joined) == (70, 66 if wide else 67)
    singles, lockings, both = variants(("tr", "es", "hi"))
    assert [len(singles), len(lockings), len(both)] == [3, 2, 6]
    for alphabet in singles + lockings:
        one = Layout(Encoding.GSM7, alphabet, bits)
        assert (one.alone, one.joined) == (155, 148 if wide else 149)
    for alphabet in both:
        two = Layout(Encoding.GSM7, alphabet, bits)
        assert (two.alone, two.joined) == (152, 145 if wide else 146)


def test_surplus_of_all_tables():
    """Each table's count of two-septet characters is its own list's."""
    groups = variants(tuple(national()))
    alphabets = [DEFAULT, *(one for group in groups for one in group)]
    for alphabet in alphabets:
        text = "".join(map(chr, alphabet.codes))
        assert alphabet.surplus(text) == len(alphabet.doubled)
        assert alphabet.septets(text) == sum(map(len, alphabet.codes.values()))
        assert alphabet.septets(text + "😀") is None
