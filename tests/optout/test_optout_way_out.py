"""Does a text tell a way out that works?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.message import Originator
from anonsms.optout import Exit, Intent, WayOut, parse_reply, way_out


NAME = Originator.parse("MaBoutique")
CODE = Originator.parse("36123")
NUMBER = Originator.parse("+12025550100")


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("-20 % ce week-end. STOP au 36123", "36123"),
        ("-20 % ce week-end. Stop SMS au 36123", "36123"),
        ("-20 %. STOP 36123", "36123"),
        ("Stop 36123", "36123"),
        ("-20 %. STOP par SMS au 36123", "36123"),
        ("Envoyez ARRÊT au 36123", "36123"),
        ("envoyez « stop » au 36 123", "36 123"),
        ("Txt STOP to 60123 to end", "60123"),
        ("-20% do 5.03. Wyślij STOP na 7168", "7168"),
        ("STOP na nr 7168", "7168"),
        ("ABMELDEN an 12345", "12345"),
        ("Keine SMS mehr: STOP an +491713920001", "+491713920001"),
        ("Sale. Text STOP to +1 202 555 0100", "+1 202 555 0100"),
    ],
)
@pytest.mark.parametrize("originator", [NAME, CODE, NUMBER])
def test_a_number_to_send_a_keyword_to_works_for_all(text, target, originator):
    """A number in the text can be reached, whoever it is from."""
    found = way_out(text, originator)
    assert found.works
    assert (found.kind, found.target) == (Exit.NUMBER, target)


@pytest.mark.parametrize(
    ("text", "keyword"),
    [
        ("-20%. Reply STOP to opt out", "STOP"),
        ("-20%. STOP to unsubscribe", "STOP"),
        ("-20%. reply stop to end", "stop"),
        ("'STOP' to opt-out", "STOP"),
        ("Text UNSUBSCRIBE", "UNSUBSCRIBE"),
        ("Soldes -20%. Rép. STOP", "STOP"),
        ("Répondez STOP pour ne plus recevoir", "STOP"),
        ("Désabo : STOP", "STOP"),
        ("-20%. STOP", "STOP"),
        ("-20% do 5.03. Wypisz: STOP", "STOP"),
        ("Odpisz STOP aby zrezygnować", "STOP"),
        ("Odpisz WYPISZ", "WYPISZ"),
        ("Abmelden mit STOP", "STOP"),
        ("Sommersale! Antworte ABMELDEN", "ABMELDEN"),
        ("Responda BAJA", "BAJA"),
    ],
)
def test_reply_instructions_work_only_where_replies_arrive(text, keyword):
    """A reply to a name reaches nobody, and the reason says so."""
    for originator in (CODE, NUMBER):
        found = way_out(text, originator)
        assert found.works
        assert (found.kind, found.keyword) == (Exit.REPLY, keyword)
    deaf = way_out(text, NAME)
    assert not deaf.works
    assert deaf.kind is Exit.REPLY
    assert "name" in deaf.because
    # What a text promises, the parser honours.
    assert parse_reply(found.keyword).intent is Intent.OPT_OUT


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (
            "Soldes. Désabo: https://shop.example/d/x1",
            "https://shop.example/d/x1",
        ),
        ("Soldes. Désabo: shop.example/d/x1.", "shop.example/d/x1"),
        (
            "-20 % https://shop.example/new Désabo: shop.example/d/x1",
            "shop.example/d/x1",
        ),
        ("Wypisz: https://sklep.example/w/abc", "https://sklep.example/w/abc"),
        ("Abmelden: https://laden.example/a", "https://laden.example/a"),
        ("Unsubscribe at https://s.example/u", "https://s.example/u"),
        ("STOP: s.example/abc", "s.example/abc"),
        (
            "https://s.example/a pour vous désabonner",
            "https://s.example/a",
        ),
        (
            "Sale https://s.example/unsubscribe/x1",
            "https://s.example/unsubscribe/x1",
        ),
        (
            "Reply STOP or unsubscribe at https://s.example/u",
            "https://s.example/u",
        ),
    ],
)
def test_links_made_for_leaving_work_for_a_name(text, target):
    """A link that is told to be for leaving is a way out."""
    found = way_out(text, NAME)
    assert found.works
    assert (found.kind, found.target) == (Exit.LINK, target)


@pytest.mark.parametrize("originator", [NAME, CODE])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Bonne semaine",
        "Soldes -20 % https://shop.example/soldes",
        "Sale at nonstop.example/sale",
        "Unsubscribe at shop.example",
        "Don't stop! The sale is on",
        "NON STOP sale",
        "STOP AND SHOP at our place",
        "STOP! Nouvelle collection",
        "STOP 100 EUR",
        "STOP au 50% off",
        "Bus stop 1234 closed",
        "Désabo: http://shop.example/d/x1",
        "We never stop. https://shop.example/x",
    ],
)
def test_texts_without_a_way_out(text, originator):
    """An offer, a mention or an open link is none, and the text is told."""
    found = way_out(text, originator)
    assert not found.works
    assert found.because


def test_reply_and_an_offer_link_is_none_for_a_name():
    """The offer's own link does not save a reply that nobody hears."""
    text = "Sale https://shop.example/soldes Reply STOP to opt out"
    assert not way_out(text, NAME).works
    text = "Reply STOP to unsubscribe https://shop.example/soldes"
    assert not way_out(text, NAME).works
    assert way_out(text, CODE).works


@pytest.mark.parametrize(
    "prefix", ["https://l.example/", "l.example/", "https://l.example/o"]
)
def test_links_the_caller_vouches_for(prefix):
    """A link may be declared to be for leaving, with or without https."""
    text = "Soldes -20 % https://l.example/o/x1"
    assert not way_out(text, NAME).works
    assert way_out(text, NAME, [prefix]).works
    assert way_out("-20 % https://m.example/o", NAME, [prefix]).works is False


def test_a_mention_says_what_is_missing():
    """The reason names the keyword that stands idle in the text."""
    found = way_out("STOP AND SHOP", CODE)
    assert (found.keyword, found.kind) == ("STOP", Exit.NONE)
    assert "STOP" in found.because


PIECES = st.lists(
    st.sampled_from(
        [
            "STOP",
            "stop",
            "Rép.",
            "Reply",
            "au",
            "36123",
            "to opt out",
            "«",
            "»",
            "https://a.example/x",
            "a.example",
            "/",
            "Désabo:",
            ".",
            "-20 %",
            "ARRÊT",
            "OPT OUT",
            "\n",
            "or",
            "http://",
            "'",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(st.one_of(st.text(), PIECES), st.sampled_from([NAME, CODE, NUMBER]))
def test_every_text_is_judged(text, originator):
    """Looking for a way out never fails, and always gives a reason."""
    found = way_out(text, originator)
    assert isinstance(found, WayOut)
    assert found.because
    assert not (found.works and found.kind is Exit.NONE)
    if found.kind is Exit.REPLY:
        assert found.works is originator.answerable


@given(PIECES)
def test_what_works_for_a_name_works_for_all(text):
    """A name is the hardest case."""
    if way_out(text, NAME).works:
        assert way_out(text, CODE).works
        assert way_out(text, NUMBER).works
