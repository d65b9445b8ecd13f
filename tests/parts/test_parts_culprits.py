"""What makes a text dear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.parts import Encoding, measure, simplify


def rows(text, languages=()):
    """Culprits in short: character, positions, spelling, saving."""
    return [
        (one.character, one.positions, one.spelling, one.saves)
        for one in measure(text, languages).culprits
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("plain text", []),
        ("Prix : 5 € [TTC]", []),
        ("a" * 160, []),
        # One emoji turns 100 characters into two parts.
        ("a" * 99 + "😀", [("😀", (99,), None, 1)]),
        # Short: it turns the text, but no part is to be saved.
        ("😀", [("😀", (0,), None, 0)]),
        ("ça ç", [("ç", (0, 3), "c", 0)]),
        # Each of two costs a part once the other is mended.
        (
            "l’été…" + "a" * 90,
            [("’", (1,), "'", 1), ("…", (5,), "...", 1)],
        ),
        # The selector may go; the heart has no spelling.
        (
            "❤\ufe0f" + "a" * 90,
            [("❤", (0,), None, 1), ("\ufe0f", (1,), "", 0)],
        ),
        ("\t" + "a" * 70, [("\t", (0,), " ", 1)]),
        # Extension characters count only where they push parts.
        ("[" + "a" * 156 + "]", []),
        # One septet too many: to mend either is enough.
        ("[" + "a" * 157 + "]", [("[", (0,), "(", 1), ("]", (158,), ")", 1)]),
        # Two too many: each saves the part once the other is mended.
        ("[" + "a" * 158 + "]", [("[", (0,), "(", 1), ("]", (159,), ")", 1)]),
        ("€" * 81, [("€", tuple(range(81)), None, 1)]),
        ("a" * 161, []),
    ],
)
def test_culprits(text, expected):
    """Each culprit comes with its places, its spelling and its price."""
    assert rows(text) == expected


def test_culprits_with_languages():
    """Letters that an allowed table has are not at fault."""
    assert rows("ş" * 60 + "😀" + "a" * 20, ["tr"]) == [("😀", (60,), None, 1)]
    assert rows("ş" + "a" * 50, ["tr"]) == []
    # Room for the header pushes this text into a second part.
    assert rows("ş" + "a" * 157, ["tr"]) == [("ş", (0,), "s", 1)]


def test_culprits_carry_names():
    """Names are those of Unicode; control characters have a number."""
    names = [one.name for one in measure("…\t😀").culprits]
    assert names == ["HORIZONTAL ELLIPSIS", "U+0009", "GRINNING FACE"]


def test_culprits_are_found_once():
    """They are computed on first use and kept."""
    found = measure("😀")
    assert found.culprits is found.culprits


@given(st.text(st.sampled_from("ab€[ç’😀❤\ufe0f\u200dłж")), st.integers(1, 20))
def test_culprits_explain_the_encoding(text, times):
    """UCS-2 has culprits; without them the text is in GSM-7."""
    text *= times
    found = measure(text)
    if found.encoding is Encoding.GSM7:
        return
    assert found.culprits
    without = text
    for one in found.culprits:
        assert [text[i] for i in one.positions] == [one.character] * len(
            one.positions
        )
        assert one.spelling is None or (
            measure(one.spelling).encoding is Encoding.GSM7
        )
        assert one.saves >= 0
        without = without.replace(one.character, one.spelling or "")
    assert measure(without).encoding is Encoding.GSM7
    assert simplify(without) == without


def test_a_text_of_thousands_of_characters_is_not_tried_for_each():
    """All culprits are named; the first hundred are tried for savings."""
    many = "".join(chr(0x4E00 + i) for i in range(5000))
    culprits = measure(many).culprits
    assert len(culprits) == 5000
    assert not any(one.saves for one in culprits[100:])
