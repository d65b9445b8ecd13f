"""Octets of parts, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError, InvalidTextError
from anonsms.parts import (
    Encoding,
    TextTypeError,
    UserData,
    decode_parts,
    encode_parts,
    measure,
)
from anonsms.parts.alphabet import DEFAULT, national
from anonsms.parts.septets import pack, unpack


G, U = Encoding.GSM7, Encoding.UCS2
LANGUAGES = sorted(national())

alphabet = st.sampled_from([chr(point) for point in DEFAULT.codes])
letters = st.characters(exclude_categories=["Cs"])
texts = st.builds(
    lambda text, n, tail: text * n + tail,
    st.one_of(st.text(alphabet), st.text(letters), st.text("@\r€a")),
    st.integers(1, 12),
    st.text("@\r€a", max_size=3),
)


@st.composite
def national_texts(draw):
    """Texts in the letters of one or two languages, and the languages."""
    names = draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=2))
    points = set(DEFAULT.codes)
    for name in names:
        language = national()[name]
        points |= {ord(c) for c in language.single.values()}
        points |= {ord(c) for c in (language.locking or {}).values()}
    characters = st.sampled_from(sorted(map(chr, points)))
    text = draw(st.text(characters, max_size=60))
    return text * draw(st.integers(1, 8)), names


@given(
    texts,
    st.lists(st.sampled_from(LANGUAGES), max_size=2),
    st.sampled_from([8, 16]),
    st.integers(0, 255),
)
def test_decoding_is_the_inverse(text, languages, bits, reference):
    """Every text comes back, and no part is over 140 octets."""
    parts = encode_parts(text, languages, reference, bits)
    assert len(parts) == measure(text, languages, reference_bits=bits).count
    assert max(map(len, parts)) <= 140
    assert decode_parts(parts) == text
    assert decode_parts(reversed(parts)) == text


@given(national_texts())
def test_decoding_is_the_inverse_in_national_tables(case):
    """Texts in national letters come back through their tables."""
    text, languages = case
    found = measure(text, languages)
    parts = encode_parts(text, languages)
    assert decode_parts(parts) == text
    assert max(map(len, parts)) <= 140
    assert len(parts) == found.count <= measure(text).count


@given(texts)
def test_plain_octets_with_what_travels_beside_them(text):
    """Octets without our class come back with encoding and lengths."""
    parts = encode_parts(text)
    back = decode_parts(
        [bytes(part) for part in parts],
        measure(text).encoding,
        has_header=len(parts) > 1,
        lengths=[part.length for part in parts],
    )
    assert back == text


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("", ""),
        ("hellohello", "e8329bfd4697d9ec37"),
        ("hello", "e8329bfd06"),
        ("@", "00"),
        ("€", "9b32"),
        ("ç", "00e7"),
        ("😀", "d83dde00"),
    ],
)
def test_known_octets(text, octets):
    """Packing gives the octets that are known from elsewhere."""
    assert encode_parts(text) == [bytes.fromhex(octets)]


def test_headers_of_several_parts():
    """8 and 16 bit references stand in their elements, before fill bits."""
    first, second = encode_parts("a" * 161, reference=0xAB)
    assert first[:6].hex() == "050003ab0201"
    assert second[:6].hex() == "050003ab0202"
    # One fill bit: "a" is 0x61, so its seven bits stand from bit 1 on.
    assert second[6] == (0x61 << 1 | (0x61 & 1) << 8) & 0xFF
    assert len(first) == 140
    wide = encode_parts("ж" * 71, reference=0xABCD, reference_bits=16)
    assert wide[0][:7].hex() == "060804abcd0201"
    assert wide[0][7:9].hex() == "0436"
    assert len(wide[0]) == 7 + 66 * 2


def test_headers_of_national_tables():
    """A national table stands in the header of a single part, too."""
    (single,) = encode_parts("ş", ["tr"])
    assert single[:4].hex() == "03240101"
    # 32 bits of header, 3 fill bits, then escape and 0x73.
    assert single[4:] == pack(b"\x1b\x73", fill=3)
    assert (single.has_header, single.length) == (True, 5 + 2)
    (both,) = encode_parts("न" * 100 + "ş", ["hi", "tr"])
    assert both[:7].hex() == "06240101250106"


def test_length_is_what_the_standard_counts():
    """TP-UDL: septets with the header in GSM-7, octets in UCS-2."""
    assert [p.length for p in encode_parts("a" * 161)] == [160, 15]
    assert [p.length for p in encode_parts("ж" * 71)] == [140, 14]
    assert [p.has_header for p in encode_parts("ж")] == [False]


@pytest.mark.parametrize("text", ["@" * 8, "a" * 7 + "@", "a" * 7, "\r" * 8])
def test_seven_spare_bits_are_told_from_a_last_character(text):
    """Our own parts know how many septets they hold."""
    assert decode_parts(encode_parts(text)) == text


def test_without_lengths_seven_zero_bits_are_spare():
    """Plain octets with seven zero bits at the end lose no more than @."""
    assert decode_parts([pack(b"a" * 7)], G) == "a" * 7
    assert decode_parts([pack(b"a" * 7 + b"\0")], G) == "a" * 7
    assert decode_parts([pack(b"a" * 7 + b"\0")], G, lengths=[8]) == (
        "a" * 7 + "@"
    )


@given(st.binary(max_size=170), st.integers(0, 6))
def test_packing_and_unpacking(septets, fill):
    """Septets come back from octets behind any fill bits."""
    septets = bytes(one & 0x7F for one in septets)
    octets = pack(septets, fill)
    assert unpack(octets, len(septets), fill) == septets
    if septets:
        assert len(octets) == -(-(fill + 7 * len(septets)) // 8)


def test_octets_of_other_senders():
    """What a table has not is shown as the standard says."""
    assert decode_parts([pack(b"\x1ba\x1b\x1bb\x1b")], G) == "a b"
    # A surrogate pair cut between two parts, and an unknown element.
    front = "080003010201" + "700199"
    back = "050003010202"
    octets = [bytes.fromhex(back + "de00"), bytes.fromhex(front + "d83d")]
    assert decode_parts(octets, U) == "😀"


@pytest.mark.parametrize(
    ("octets", "encoding", "options", "message"),
    [
        (["0500030102"], G, {"has_header": True}, "shorter"),
        ([""], G, {"has_header": True}, "shorter"),
        (["0300030102"], G, {"has_header": True}, "cut off"),
        (["010000"], G, {"has_header": True}, "cut off"),
        (["0500030102016162"], G, {"has_header": True}, "1 of 2 parts"),
        (["050003010201", "050003010201"], G, {}, "same place"),
        (["050003010201", "050003020202"], G, {}, "headers differ"),
        ([], G, {}, "there is none"),
        (["0324016300"], G, {"has_header": True}, "table 99"),
        (["d83d"], U, {}, "UTF-16"),
        (["00"], U, {}, "UTF-16"),
        (["e832"], G, {"lengths": [5]}, "shorter"),
    ],
)
def test_octets_that_cannot_be_read(octets, encoding, options, message):
    """Damage is refused with the clause, not guessed at."""
    parts = [bytes.fromhex(one) for one in octets]
    with pytest.raises(InvalidTextError, match=message):
        decode_parts(parts, encoding, **options)


def test_parts_of_different_encodings_are_refused():
    """A message has one encoding."""
    first = encode_parts("a" * 161)[0]
    second = encode_parts("ж" * 71)[1]
    with pytest.raises(InvalidTextError, match="different encodings"):
        decode_parts([first, second])


def test_plain_octets_need_an_encoding():
    """Nothing is guessed about plain octets."""
    with pytest.raises(ConfigurationError, match="encoding"):
        decode_parts([b"a"])
    with pytest.raises(ConfigurationError, match="one length for each"):
        decode_parts([b"a"], G, lengths=[1, 2])


@pytest.mark.parametrize(
    ("reference", "bits"), [(-1, 8), (256, 8), (65536, 16)]
)
def test_references_out_of_range(reference, bits):
    """A reference has to fit into its bits."""
    with pytest.raises(ConfigurationError, match="reference"):
        encode_parts("a", (), reference, bits)


def test_texts_that_cannot_be_encoded():
    """256 parts, a surrogate and a non-text are refused."""
    assert len(encode_parts("a" * 153 * 255)) == 255
    with pytest.raises(InvalidTextError, match="256 parts"):
        encode_parts("a" * (153 * 255 + 1))
    with pytest.raises(InvalidTextError, match="position 1"):
        encode_parts("a\ud800")
    with pytest.raises(TextTypeError, match="bytes"):
        encode_parts(b"a")


def test_user_data_does_not_show():
    """``repr`` and ``str`` show sizes; the octets are plain bytes."""
    (data,) = encode_parts("Łukasz")
    assert isinstance(data, UserData)
    shown = repr(data) + str(data) + f"{data}" + repr([data])
    assert "ukasz" not in shown.replace("\\x00", "")
    assert repr(data) == "<UserData UCS-2, 12 octets>"
    assert bytes(data) == "Łukasz".encode("utf-16-be")
    assert "with header" in repr(encode_parts("ş", ["tr"])[0])
