"""Texts that must not opt a person out, and texts in doubt."""

import pytest

from anonsms.optout import Intent, parse_reply


NOTHING = [
    "I'll stop by the shop tomorrow",
    "stop by at 3?",
    "don't stop!",
    "I can't stop smiling",
    "non stop",
    "nonstop",
    "never stop",
    "which bus stop?",
    "next stop",
    "Yup next stop.",
    "one more stop",
    "Bus stop",
    "where does it stop?",
    "end of day",
    "by the end of the week",
    "fin de semaine",
    "Ende der Woche",
    "weekend",
    "When class end",
    "when does the sale end?",
    "cuando termina",
    "cancel my order",
    "please cancel my appointment",
    "annuler ma commande",
    "anuluj zamówienie",
    "rezygnuję z zamówienia",
    "cancelar pedido",
    "siparişimi iptal",
    "how do I quit smoking kits",
    "I quit my job",
    "remove the blue one from my order",
    "is it sold out?",
    "är den slut?",
    "det er ret godt",
    "c'est dur",
    "talla alta",
    "temporada baja",
    "presión baja",
    "salir temprano",
    "parar motores",
    "trabajan",
    "uit welke collectie?",
    "stopy",
    "stopka",
    "Stoppuhr",
    "arrêt de bus",
    "unsubscribed from Netflix today lol",
    "reply STOP to opt out",
    "Reply STOP to opt out. Msg&data rates may apply",
    "I'm driving right now, reply STOP to stop these",
    "yes I got it",
    "Yes, I got it thanks",
    "help me find size M",
    "start tomorrow",
    "Stopy mnie bolą",
    "STP",
    "plus de messages",
    "thanks",
    "merci beaucoup",
    "ok",
    "info about my order please",
    "yes please deliver today",
    "yes?",
    "start?",
    "all",
    "sms",
    "36180",
    "non-stop",
    "Non Stop !",
    "non\N{EN DASH}stop",
    "non\N{NON-BREAKING HYPHEN}stop",
    "I'll stop by",
    "stop by",
    "stop by later",
    "Stop at 3",
    "stop over in Lyon",
    "ok stop by anytime",
    "please don't stop",
    "yes, don't stop",
    "oui stop by",
    "no, not yet",
    "non, pas maintenant",
    "stop by tomorrow?",
    "can you stop the car",
    "send me STOP signs",
    "🚫 sugar free today",
    "baja de precios",
    "arrêtez de fumer",
]


@pytest.mark.parametrize("text", NOTHING)
def test_traps_do_not_opt_out(text):
    """Everyday uses of the words are small talk."""
    assert parse_reply(text).intent is Intent.OTHER


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "non",
        "nie",
        "nein",
        "no thanks",
        "nie, dziękuję",
        "non merci",
        "nee bedankt",
        "storno",
        "stop?",
        "STOP please?",
        "¿baja?",
        "no stop",
        "stop it",
        "stop this",
        "cancel",
        "cancel please",
        "annuler svp",
        "no promo",
    ],
)
def test_doubts_are_reviewed(text):
    """What may be an opt-out pauses marketing and goes to a person."""
    assert parse_reply(text).intent is Intent.REVIEW


@pytest.mark.parametrize(
    "text",
    [
        "Liked “-20 % ce week-end. Reply STOP to opt out”",
        'Liked "STOP"',
        'Emphasized "-20 %. STOP"',
        'Laughed at "STOP"',
        "A aimé « -20 % ce week-end. STOP au 36123 »",
        'Removed a like from "STOP"',
    ],
)
def test_reactions_quote_us_and_opt_nobody_out(text):
    """A phone's reaction repeats our own footer."""
    reply = parse_reply(text)
    assert (reply.intent, reply.rule) == (Intent.OTHER, "reaction")


@pytest.mark.parametrize("region", [None, "US", "FR"])
def test_an_order_number_keeps_cancel_from_opting_out(region):
    """CANCEL and a number is about an order, whatever the rule."""
    assert parse_reply("cancel 40711", region=region).intent is Intent.REVIEW


def test_quoted_lines_are_not_the_writer_s():
    """What follows > was written by us."""
    assert parse_reply("> STOP to opt out\nok").intent is Intent.OTHER
    assert parse_reply("> STOP").intent is Intent.OPT_OUT
    assert parse_reply("> STOP\n> STOP").rule == "empty"


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u200b", "\u00a0"])
def test_empty_texts(text):
    """Nothing says nothing, by its own rule."""
    reply = parse_reply(text)
    assert (reply.intent, reply.rule) == (Intent.OTHER, "empty")


def test_long_texts_are_small_talk_whatever_is_in_them():
    """No word inside a longer text opts anybody out."""
    assert parse_reply("stop and go " * 2).intent is Intent.OTHER
    assert parse_reply("STOP" + "p" * 500).intent is Intent.OTHER
    assert parse_reply("a " * 10_000 + "STOP").rule == "none"


@pytest.mark.parametrize("region", [None, "FR", "US", "GB"])
@pytest.mark.parametrize(
    "text",
    [
        "STOP je ne veux plus",
        "STOP you idiots",
        "STOP: la promotion d'hier",
        "stop the car",
        "Stop and shop",
        "please stop calling my wife",
        "svp stop avec ces bêtises",
        "Unsubscribe my husband too",
    ],
)
def test_a_short_text_that_begins_with_stop_is_reviewed(text, region):
    """A stop that may be meant is not lost: a person reads it."""
    reply = parse_reply(text, region=region)
    assert reply.intent is Intent.REVIEW
    assert reply.rule.startswith("unclear:")


@pytest.mark.parametrize(
    "text", ["STOP you idiots?", "STOP what a fine day it is"]
)
def test_questions_and_longer_texts_are_not(text):
    """A question mark, or a sixth word, makes it small talk."""
    assert parse_reply(text).intent is Intent.OTHER
