"""What counts as a link, and what is only a dot."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.template import (
    Template,
    TemplateSyntaxError,
    UnsafeValueError,
    ValuePolicy,
)
from anonsms.template.alphabet import LATIN1_TEST, UNSAFE
from anonsms.template.links import looks_like_link
from anonsms.template.values import clean


LINKS = [
    "Win at http://192.0.2.7",
    "HTTPS://SHOP.EXAMPLE",
    "hxxp://evil.example",
    "h t t p : / / evil",
    "http:/evil",
    "www.evil",
    "WWW .evil",
    "win-at.example/x",
    "bit.ly/abc",
    "bit.ly",
    "t.me/abc",
    "t.me",
    "evil.xyz",
    "evil.com.",
    "evil.unknowntld/path",
    "evil.unknowntld?q=1",
    "evil.unknowntld:8080",
    "evil .com",
    "evil . com",
    "evil. com/win",
    "evil[.]com",
    "evil (dot) com",
    "evil{point}com",
    "evil。com",
    "evil｡com",
    "evil．com",
    "evil․com",
    "ｅｖｉｌ．ｃｏｍ",
    "bit․ly∕abc",
    "bit.ly⁄abc",
    "http：//evil",
    "evil\u200b.com",
    "evil.\u2060com",
    "evil.c\u00adom",
    "пример.рф",
    "例え.テスト.みんな",
    "xn--e1afmkfd.xn--p1ai",
    "zoe@mail.example",
    "zoe@corp.internal",
    "192.0.2.7",
    "192.0.2.7/win",
    "mailto:zoe",
    "tel:0899",
    "javascript:alert",
    "Zoé evil.shop merci",
    "dr.no",
    "Mr.Win.com",
    "Booking.com",
    "Bit.ly",
    "T.me",
    "Evil.io",
    "Evil.de/x",
    "Evil.de.com",
    "anne.so",
]

NO_LINKS = [
    "St. John",
    "St.John",
    "J.R.R.",
    "J.R.R. Tolkien",
    "J.R.R.Tolkien",
    "Mr.Smith",
    "3.50",
    "1.234,50",
    "29.90 EUR",
    "A.S.A.P",
    "A.S.A.P.",
    "L.L. Bean",
    "L.L.Bean",
    "Anne-Marie.",
    "FR.2024.11",
    "08.03.2026",
    "9:05",
    "12/03/2026",
    "c/o Dupont",
    "Bât.A/3",
    "n°12",
    "M. Li",
    "Dr. No",
    "U.S. Army",
    "S.A.R.L. Dupont",
    "e.V.",
    "Node.js 20",
    "100 %",
    "Zoé & Paul",
    "#1",
    "@zoe",
    "Merci...",
    "Attends… ok",
    "Ul. Długa 5/7",
    "Nowak-Kowalska",
    "山田",
    "محمد",
    "محمد علی",
    "Ὀδυσσεύς",
]


@pytest.mark.parametrize("value", LINKS)
def test_link_like_text_is_refused(value):
    """Each trick is refused, for that person and without showing it."""
    with pytest.raises(UnsafeValueError, match="looks like a link") as caught:
        Template("Bonjour {{ nom }} !").render({"nom": value})
    assert caught.value.tag == "nom"
    assert value not in str(caught.value)


@pytest.mark.parametrize("value", NO_LINKS)
def test_names_prices_and_references_pass(value):
    """A dot alone is no link."""
    assert Template("{{ nom }}").render({"nom": value}) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Dr.No", "Dr. No"),
        ("M.Li et Mme.Kim", "M. Li et Mme. Kim"),
        ("J.Li", "J. Li"),
        ("J.P.No", "J.P. No"),
        ("Dr.No.", "Dr. No."),
        ("Sté.Dupont", "Sté. Dupont"),
        ("A.de Vries", "A. de Vries"),
        ("R.de la Paix", "R. de la Paix"),
        ("Anne.So et (Max.Mo)", "Anne. So et (Max. Mo)"),
    ],
)
def test_a_title_that_a_phone_would_underline_gets_a_space(value, text):
    """Norwegian doctors are texted, without a link to dr.no."""
    assert Template("{{ nom }}").render({"nom": value}) == text


def test_a_default_does_not_excuse_a_link():
    """Refused stays refused: a hoax is not addressed as a client."""
    with pytest.raises(UnsafeValueError):
        Template('{{ nom | default: "client" }}').render({"nom": "a.com"})


def test_a_declared_tag_carries_its_link():
    """Tracking links pass where the shop says so, and nowhere else."""
    policy = ValuePolicy(links={"Suivi"})
    template = Template("{{ nom }} : {{ suivi }}.", policy=policy)
    url = "https://shop.example/s/4711?x=%20"
    assert template.render({"nom": "Zoé", "suivi": url}) == f"Zoé : {url}."
    with pytest.raises(UnsafeValueError) as caught:
        template.render({"nom": url, "suivi": url})
    assert caught.value.tag == "nom"
    with pytest.raises(UnsafeValueError, match="template code"):
        template.render({"nom": "Zoé", "suivi": "https://a.example/[%x%]"})


GLUED = [
    ("{{ a }}.{{ b }}", {"a": "bit", "b": "ly"}),
    ("{{ a }}{{ b }}", {"a": "bit.", "b": "ly"}),
    ("{{ a }}{{ b }}", {"a": "bit", "b": ".ly"}),
    ("{{ a }}:{{ b }}", {"a": "http", "b": "evil"}),
    ("https://shop.example/{{ a }}", {"a": "x/../@evil"}),
    ("https://shop.example/{{ a }}", {"a": "AB 12"}),
    ("evil.{{ a }}", {"a": "com"}),
]


@pytest.mark.parametrize(("source", "values"), GLUED)
def test_harmless_words_do_not_add_up_to_a_link(source, values):
    """A link made across a tag's border is refused too."""
    with pytest.raises(UnsafeValueError):
        Template(source).render(values)


def test_a_plain_word_may_stand_in_a_links_path():
    """The shop's own link may end in an order number."""
    template = Template("Suivi : https://shop.example/o/{{ numero }}.")
    assert template.render({"numero": "FR-2026_7"}) == (
        "Suivi : https://shop.example/o/FR-2026_7."
    )
    with pytest.raises(TemplateSyntaxError, match="host"):
        Template("https://shop.example{{ numero }}")
    declared = ValuePolicy(links={"base"})
    assert (
        Template("{{ base }}/{{ numero }}", policy=declared)
        .render({"base": "https://shop.example/o", "numero": "7"})
        .endswith("/o/7")
    )


def test_a_cut_value_cannot_become_a_link():
    """example.comfort is a text; cut after .com it would be a link."""
    with pytest.raises(UnsafeValueError, match="link"):
        Template("{{ a | truncate: 8 }}").render({"a": "evil.comfortes"})


@given(st.text(st.characters(exclude_characters=".:([{<"), max_size=30))
def test_a_plain_link_needs_its_marks(text):
    """ASCII text without a dot, colon or bracket is never called a link."""
    if text.isascii():
        assert not looks_like_link(text)
    assert looks_like_link(f"{text} https://evil.example")


@pytest.mark.parametrize("code", range(0x250))
def test_safe_characters_are_left_alone(code):
    """What the fast scan lets pass, careful cleaning leaves as it is."""
    char = chr(code)
    if not UNSAFE.match(char) and char != " ":
        assert clean(char, "t", ValuePolicy()) == char
        assert clean(f"a{char}.", "t", ValuePolicy()) == f"a{char}."
    elif code < 256:
        safe = bytes([LATIN1_TEST[code]]).isalpha()
        assert not safe or char == " "


@pytest.mark.parametrize(
    "value", ["a" * 1600, "a." * 800, "a-" * 799 + ".", "." * 1600, "( " * 800]
)
def test_the_longest_values_are_scanned_in_one_go(value):
    """No pattern backtracks: such values get an answer like any other."""
    template = Template("{{ a }}")
    for _ in range(50):
        (result,) = template.render_many([{"a": value}])
    assert isinstance(result, str | UnsafeValueError)
    (refused,) = template.render_many([{"a": value + "aa"}])
    assert "1600" in str(refused)
