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
        ("Sale. STOP to 36123 ends these texts", "36123"),
        ("Soldes. STOP au 36 123", "36 123"),
        ("Soldes. STOP au 36123 pour ne plus rien recevoir", "36123"),
        ("Soldes. STOP: 36111, merci", "36111"),
        ("Soldes. STOP → 36111", "36111"),
        ("Soldes. STOPSMS au 36123", "36123"),
        ("Sale. STOP +12025550100", "+12025550100"),
        ("Sale. STOP an +49 171 3920001", "+49 171 3920001"),
        ("Ne cherchez plus. Envoyez STOP au 36123", "36123"),
        ("Promo. NO PUB=STOP au 36111", "36111"),
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
        ("Reply STOP to end texts", "STOP"),
        ("HELP for help, STOP to cancel, any time", "STOP"),
        ("Répondez STOP svp", "STOP"),
        ("Reply STOP now", "STOP"),
        ("Reply NO or STOP", "STOP"),
        ("Pour ne plus recevoir nos SMS, répondez STOP", "STOP"),
        ("Per non ricevere più SMS rispondi STOP", "STOP"),
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
        ("No more texts: maisonthe.example/stop", "maisonthe.example/stop"),
        ("Se désabonner : https://s.example/a", "https://s.example/a"),
        ("Unsubscribe: https://s.example/a", "https://s.example/a"),
        ("Sale. Unsubscribe → https://s.example/a", "https://s.example/a"),
        ("Sale. STOP: https://s.example/a", "https://s.example/a"),
        ("Sale. Stop: https://s.example/a", "https://s.example/a"),
        ("Sale. To cancel: https://s.example/a", "https://s.example/a"),
        ("Arrêter les SMS : https://s.example/a", "https://s.example/a"),
        ("Baja: https://s.example/a", "https://s.example/a"),
        ("Abmelden unter s.example/a", "s.example/a"),
        (
            "Aby wypisać się, kliknij https://s.example/a",
            "https://s.example/a",
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


@pytest.mark.parametrize(
    "text",
    [
        "STOP 2026! Nouveau départ",
        "Stop 2026, place à 2027",
        "STOP (2026)",
        "ARRET 2026",
        "Stop au 15 03",
        "STOP au 31 12",
        "STOP au 31 12 2026",
        "STOP au 31122026",
        "STOP au 20261231",
        "STOP 20 03 2026 dernière chance",
        "STOP au 31 12 26",
        "Stop à 18 00",
        "Dites STOP à 5000 prix",
        "STOP 15000 points offerts",
        "STOP: 5000 produits",
        "STOP 36123 fois",
        "BAJA 5000 precios",
        "STOPP 1000 Angebote",
        "REMOVE 1234",
        "STOP. 75011 Paris",
        "Magasin STOP 75011 Paris",
        "N'envoyez pas STOP au 36123",
    ],
)
def test_years_dates_prices_and_postcodes_are_no_numbers(text):
    """Digits after a keyword are mostly not where to send it."""
    assert not way_out(f"Nouveautés ! {text}", NAME).works
    assert not way_out(text, NAME).works


@pytest.mark.parametrize(
    "text",
    [
        "Sin permanencia, cancelar cuando quieras https://s.example/a",
        "Sin permanencia, cancelar: https://s.example/a",
        "Baja de precios: https://s.example/a",
        "Baja tus facturas https://s.example/a",
        "Try free, easy to cancel: https://s.example/a",
        "To stop hunger: https://s.example/a",
        "to quit smoking https://s.example/a",
        "Arrêter de fumer: https://s.example/a",
        "Abmeldung vom Alltag: https://s.example/a",
        "Rezygnuj z nudy: https://s.example/a",
        "Wypis z oferty https://s.example/a",
        "Unsubscribe from boring https://s.example/a",
        "We never stop: https://s.example/a",
        "Soldes NON STOP: https://s.example/a",
        "https://s.example/a arrêter de fumer",
        "https://s.example/a easy to cancel",
    ],
)
def test_everyday_words_beside_a_link_make_it_no_way_out(text):
    """A word for leaving must be about the link, and nothing else."""
    assert not way_out(text, NAME).works
    assert not way_out(f"Sale! {text}", CODE).works


@pytest.mark.parametrize(
    "text",
    [
        "Ne répondez pas STOP",
        "Ne répondez jamais STOP",
        "Don't reply STOP",
        "Don’t reply STOP to opt out",
        "Do not reply STOP",
        "Bitte nicht mit STOP antworten",
        "Antworten Sie nicht mit STOP",
        "No responda BAJA",
        "Non rispondere STOP",
        "Nie odpisuj STOP",
        "STOP to end poverty",
        "Don't STOP to end up poor",
        "Tapez STOP sur votre telecommande",
        "Text REMOVE stains",
        "Text us now! STOP looking",
        "Répondez vite et STOP les soucis",
    ],
)
def test_what_is_no_instruction_promises_nothing(text):
    """A text that says not to, or means another stop, tells no way out."""
    assert not way_out(f"-20 %. {text}", CODE).works


@pytest.mark.parametrize(
    "text",
    [
        "STOP " * 50_000,
        "STOP." * 50_000,
        "a" * 200_000 + " /",
        "a." * 100_000 + "/",
        "https://a.example " * 20_000,
    ],
)
def test_long_texts_are_read_in_one_pass(text):
    """The time grows with the text; squared, these would take minutes."""
    assert isinstance(way_out(text, NAME), WayOut)
