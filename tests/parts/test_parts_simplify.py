"""Look-alikes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.parts import Encoding, TextTypeError, measure, simplify
from anonsms.parts.alphabet import DEFAULT, document


GSM7 = "".join(map(chr, DEFAULT.codes))
MAPPED = "".join(
    characters
    for name, section in document("lookalikes.toml").items()
    if isinstance(section, dict) and name not in {"dear", "accents"}
    for characters in section.values()
)
texts = st.text(
    st.one_of(
        st.sampled_from(GSM7),
        st.sampled_from(MAPPED),
        st.sampled_from("çêłśőЖ日😀e\u0301\u0327\u200d\ufe0fǻếΆ≠é"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("“L’été” – c’est où…", "\"L'été\" - c'est où..."),
        ("« 5 000 € »".replace(" ", "\u00a0"), '" 5 000 € "'),
        ("5\u202f000\u2009€", "5 000 €"),
        ("ＳＡＬＥ！　１０％", "SALE! 10%"),
        ("ﬁn œuvre Œuf", "fin oeuvre OEuf"),
        ("• un\t‣ deux", "* un * deux"),
        ("a\u200bb\ufeffc\u00add\u2060", "abcd"),
        ("a\u200db\ufe0f1\ufe0f\u20e3", "ab1"),
        ("`a´", "'a'"),
        ("e\u0301te\u0301 a\u0300 n\u0303", "été à ñ"),
        ("C\u0327a", "Ça"),
        ("ΑΘΗΝΑ", "AΘHNA"),
        ("\u2126 \u212a \u212b", "Ω K Å"),
        ("ligne\u2028deux\u0085", "ligne\ndeux\n"),
        ("12 m²", "12 m2"),
        # What has no look-alike stays, and its joiners with it.
        ("ça 😀", "ça 😀"),
        ("👩\u200d💻 ❤\ufe0f", "👩\u200d💻 ❤\ufe0f"),
        ("c\u0327a", "c\u0327a"),
        ("Привет", "Привет"),
        ("a ≠ b", "a ≠ b"),
        ("{[~]}|\\^€\f", "{[~]}|\\^€\f"),
    ],
)
def test_look_alikes(text, plain):
    """Each gets its plain spelling; accents stay."""
    assert simplify(text) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ça va, garçon ?", "ca va, garcon ?"),
        ("c\u0327a", "ca"),
        ("Ça, façade", "Ça, facade"),
        ("être où à l’été", "etre où à l'été"),
        ("À Łódź, święta", "A Lodz, swieta"),
        ("főváros, őz", "fováros, oz".replace("á", "a")),
        ("èéùìòÄÖÑÜäöñüàåøæßÇÅØÆÉ", "èéùìòÄÖÑÜäöñüàåøæßÇÅØÆÉ"),
        ("ǻ ế Ǖ", "å e Ü"),
        ("İstanbul ışık", "Istanbul isik"),
        ("þorn", "thorn"),
        ("a ≠ b й Ж", "a ≠ b й Ж"),
        ("и\u0306", "и\u0306"),
        ("Ά", "A"),
    ],
)
def test_accents(text, plain):
    """Accents go where GSM-7 has them not, and only there."""
    assert simplify(text, accents=True) == plain


@given(texts, st.booleans())
def test_twice_is_once(text, accents):
    """Doing it again changes nothing."""
    once = simplify(text, accents)
    assert simplify(once, accents) == once


@given(st.text(st.sampled_from(GSM7)), st.booleans())
def test_texts_in_gsm7_stay(text, accents):
    """A text in GSM-7 is the very same object."""
    assert simplify(text, accents) is text


@given(st.text(st.sampled_from(GSM7 + MAPPED)))
def test_mapped_texts_become_gsm7(text):
    """Characters of GSM-7 and of the map give a text in GSM-7."""
    assert measure(simplify(text)).encoding is Encoding.GSM7


@given(texts)
def test_characters_of_gsm7_stay_in_order(text):
    """Characters of GSM-7 stay, but a letter that its mark joins."""
    text = "".join(c for c in text if not unicodedata.combining(c))
    rest = iter(simplify(text))
    assert all(c in rest for c in text if c in GSM7)


@given(texts, st.booleans())
def test_it_never_costs_an_encoding(text, accents):
    """What was in GSM-7 stays so; what is foreign only gets fewer."""
    before = DEFAULT.foreign.findall(text)
    after = DEFAULT.foreign.findall(simplify(text, accents))
    assert len(after) <= len(before)


def test_the_map_has_nothing_of_gsm7():
    """No spelling is for a character of GSM-7; each is once there."""
    seen = []
    for name, section in document("lookalikes.toml").items():
        if not isinstance(section, dict):
            continue
        if name == "full_width":
            assert len(section["wide"]) == len(section["narrow"]) == 94
            assert not set(section["narrow"]) - set(GSM7)
            seen.extend(section["wide"])
            continue
        for spelling, characters in section.items():
            assert not set(spelling) - set(GSM7)
            if name == "dear":
                assert not set(characters) - set(DEFAULT.doubled)
            else:
                assert not set(characters) & set(GSM7)
                seen.extend(characters)
    assert sorted(seen) == sorted(set(seen))


def test_what_is_no_text_is_refused():
    """The error names the type."""
    with pytest.raises(TextTypeError, match="bytes"):
        simplify(b"a")
