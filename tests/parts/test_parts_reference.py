"""Counting and splitting against a slow, obvious reference."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anonsms.parts import Encoding, measure, tally


BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"

letters = st.characters(exclude_categories=["Cs"])
mixed = st.text(
    st.one_of(
        st.sampled_from(BASIC),
        st.sampled_from(EXTENSION),
        st.sampled_from("çÀłЖ’日\t`\x1b"),
        st.sampled_from("😀👩\u200d💻🇫🇷🇩\u0301\ufe0f🏽क्षि각"),
        letters,
    ),
    max_size=40,
)
gsm7 = st.text(st.sampled_from(BASIC + EXTENSION * 4), max_size=40)
astral = st.text(st.sampled_from("😀a👩🏽\u200d💻🇫🇷é"), max_size=40)
texts = st.one_of(
    mixed,
    # Long texts, out of pieces, so that they cross borders everywhere.
    *(
        st.builds(
            lambda pieces, n: "".join(pieces) * n, one, st.integers(1, 9)
        )
        for one in (
            st.lists(gsm7, max_size=6),
            st.lists(mixed, max_size=6),
            st.lists(astral, max_size=6),
        )
    ),
)


def reference(text, reference_octets=1):
    """Encoding, units and units of each part, one character at a time."""
    if all(c in BASIC + EXTENSION for c in text):
        encoding = "GSM-7"
        costs = [2 if c in EXTENSION else 1 for c in text]
        one, many = 140 * 8 // 7, (140 - 5 - reference_octets) * 8 // 7
    else:
        encoding = "UCS-2"
        costs = [2 if ord(c) > 0xFFFF else 1 for c in text]
        one, many = 140 // 2, (140 - 5 - reference_octets) // 2
    if sum(costs) <= one:
        return encoding, sum(costs), [sum(costs)]
    parts = [0]
    for cost in costs:
        if parts[-1] + cost > many:
            parts.append(0)
        parts[-1] += cost
    return encoding, sum(costs), parts


def units_of(text, encoding):
    """Units of a text in the default tables."""
    if encoding is Encoding.GSM7:
        return sum(2 if c in EXTENSION else 1 for c in text)
    return len(text.encode("utf-16-be")) // 2


@given(texts)
@example("")
@example("a" * 152 + "€" + "a" * 152)
@example("é" + "😀" * 33 + "ж" + "😀" * 34)
def test_counts_are_those_of_the_reference(text):
    """Encoding, units and number of parts are those of the slow walk."""
    encoding, units, parts = reference(text)
    found = measure(text)
    assert found.encoding == encoding
    assert (found.units, found.count) == (units, len(parts))
    assert tally(text) == (found.encoding, found.units, found.count)


@given(texts)
def test_wide_references_take_an_octet_more(text):
    """With 16 bits of reference, parts hold 152 septets or 66 units."""
    _, units, parts = reference(text, reference_octets=2)
    found = measure(text, reference_bits=16)
    assert (found.units, found.count) == (units, len(parts))
    assert "".join(found.texts) == text
    assert max(found.unit_counts, default=0) <= (
        {Encoding.GSM7: 152, Encoding.UCS2: 66}[found.encoding]
        if found.count > 1
        else {Encoding.GSM7: 160, Encoding.UCS2: 70}[found.encoding]
    )


@given(texts, st.sampled_from([(), ("tr",), ("hi", "es"), ("pt", "ta", "ur")]))
def test_parts_join_to_the_text_and_fit(text, languages):
    """No part is over its size, and together they are the text."""
    found = measure(text, languages)
    layout = found.layout
    room = layout.alone if found.count == 1 else layout.joined
    assert "".join(found.texts) == text
    assert len(found.texts) == len(found.unit_counts) == found.count
    assert sum(found.unit_counts) == found.units
    assert max(found.unit_counts) <= room
    assert found.remaining == room - found.unit_counts[-1]
    assert found.count == 1 or all(found.texts)


@given(texts)
def test_units_of_each_part_are_those_of_its_text(text):
    """``unit_counts`` are the units of ``texts``; so no pair is cut."""
    found = measure(text)
    assert found.unit_counts == tuple(
        units_of(part, found.encoding) for part in found.texts
    )


def clusters_of(text):
    """Cut a text of marks, joiners and flags into clusters, by hand."""
    found = []
    for c in text:
        previous = found[-1] if found else ""
        flags = [0x1F1E6 <= ord(x) <= 0x1F1FF for x in previous]
        extends = (
            unicodedata.category(c)[0] == "M"
            or c in "\u200d\u200c🏽"
            or previous.endswith("\u200d")
            or (flags == [True] and 0x1F1E6 <= ord(c) <= 0x1F1FF)
        )
        if previous and extends:
            found[-1] += c
        else:
            found.append(c)
    return found


emoji_texts = st.lists(
    st.sampled_from(
        ["a", "ж", "e\u0301", "👩🏽\u200d💻", "❤\ufe0f", "🇫🇷", "👍🏽", "日"]
    ),
    min_size=20,
    max_size=60,
).map(lambda some: "ж" + "".join(some) * 2)


@given(emoji_texts)
def test_clusters_are_spared_where_that_is_free(text):
    """If whole clusters fit into as few parts, no cluster is cut."""
    found = measure(text)
    needed, room = 1, found.layout.joined
    left = room
    borders = {0}
    place = 0
    for cluster in clusters_of(text):
        units = units_of(cluster, Encoding.UCS2)
        if units > left:
            needed, left = needed + 1, room
        left -= units
        place += len(cluster)
        borders.add(place)
    place = 0
    cuts = []
    for part in found.texts:
        place += len(part)
        cuts.append(place)
    assert found.count <= needed
    if found.count == needed and found.count > 1:
        assert borders.issuperset(cuts)


@pytest.mark.parametrize(
    "cluster",
    [
        "e\u0301",
        "👩🏽\u200d💻",
        "❤\ufe0f",
        "🇫🇷",
        "👍🏽",
        "क्षि",
        "\u1112\u1161\u11ab",
        "각\u11a8",
        "가\u11a8",
        "\r\n",
        "🏴\U000e0067\U000e0062\U000e007f",
    ],
)
def test_a_cluster_at_a_border_moves_into_the_next_part(cluster):
    """A cluster across a border moves as a whole, for there is room."""
    room = 67 - len(cluster.encode("utf-16-be")) // 2 + 1
    text = "ж" * room + cluster + "ж" * 20
    assert measure(text).texts == ("ж" * room, cluster + "ж" * 20)


def test_two_flags_are_parted_only_between_them():
    """A border in a row of flags falls behind a pair."""
    text = "ж" * 3 + "🇫🇷" * 17 + "🇩🇪" * 3
    assert measure(text).texts[0] == "ж" * 3 + "🇫🇷" * 16


def test_a_cluster_is_cut_where_sparing_would_cost_a_part():
    """The number of parts comes first: a full text is cut in a cluster."""
    text = "ж" * 66 + "e\u0301" + "ж" * 66
    found = measure(text)
    assert found.unit_counts == (67, 67)
    assert found.texts[1][0] == "\u0301"


def test_a_cluster_longer_than_a_part_is_cut():
    """Endless marks do not stop the splitting."""
    text = "e" + "\u0301" * 200
    found = measure(text)
    assert found.unit_counts == (67, 67, 67)
