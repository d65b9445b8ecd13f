"""The ways people and networks spell a stop."""

import pytest

from anonsms.optout import Intent, parse_reply
from anonsms.optout.folding import fold, squeeze, undigit
from anonsms.optout.typos import LongWords, only_ending


@pytest.mark.parametrize(
    ("text", "step"),
    [
        # Case, spaces, marks.
        ("Stop.", "keyword"),
        ("  stop!  ", "keyword"),
        ('"STOP"', "keyword"),
        ("STOP,", "keyword"),
        ("«\u202fSTOP\u202f»", "keyword"),
        ("stop\r\n", "keyword"),
        ("Stop !!!", "keyword"),
        # Accents, and letters that keep theirs.
        ("arrêt", "keyword"),
        ("DÉSABONNER", "keyword"),
        ("De\u0301sabonner", "keyword"),
        ("leiratkozás", "keyword"),
        ("zakończ", "keyword"),
        ("İPTAL", "keyword"),
        ("ıptal", "keyword"),
        # Doubled letters.
        ("STOPPPP", "mended"),
        ("sttoop", "mended"),
        ("ARRETT", "keyword"),
        ("ARET", "mended"),
        # Digits for letters.
        ("ST0P", "mended"),
        ("5TOP", "mended"),
        ("ST0PP", "mended"),
        ("W1PISZ", None),
        ("WYP1SZ", "mended"),
        # Spelt out, glued.
        ("S T O P", "mended"),
        ("S.T.O.P.", "mended"),
        ("stop36180", "mended"),
        # Slips of the thumb.
        ("STIP", "typo"),
        ("SOTP", "typo"),
        ("STPO", "typo"),
        ("SYOP", "typo"),
        ("DTOP", "typo"),
        ("sotp!", "typo"),
        ("unsubcribe", "typo"),
        ("unsubscirbe", "typo"),
        ("desabonemment", "mended"),
        # Other scripts, invisible characters.
        ("СТОП", "keyword"),
        ("STОP", "keyword"),
        ("ΣTOP", "keyword"),
        ("S\u200bTOP", "keyword"),
        ("\ufeffSTOP", "keyword"),
        ("STOP\u00a0", "keyword"),
        ("ＳＴＯＰ", "keyword"),
        ("𝐒𝐓𝐎𝐏", "keyword"),
        # A number, a name, a topic.
        ("STOP 36180", "addressed"),
        ("STOP au 36007", "addressed"),
        ("STOP pub", "addressed"),
        ("STOP SMS", "addressed"),
        ("unsubscribe newsletter", "addressed"),
        # Politeness.
        ("stop please", "polite"),
        ("please stop", "polite"),
        ("STOP svp", "polite"),
        ("ARRÊT svp", "polite"),
        ("ARRÊT s'il vous plaît !", "polite"),
        ("BAJA por favor gracias", "polite"),
        ("stop now", "polite"),
        ("stop merci", "polite"),
        ("bonjour stop merci", "polite"),
        ("Bitte abmelden", "polite"),
        ("proszę wypisz mnie", "polite"),
        ("stop stop STOP", "keyword"),
        # Damage on the air.
        ("ARR?T", "mended"),
        ("ARR T", "mended"),
        ("arr\ufffdt svp", "polite"),
        ("DESABONN R", None),
        ("D?SABONNER", "mended"),
        ("ZAKO?CZ", "mended"),
        ("ARR?T svp", "polite"),
        # Emoji alone.
        ("🛑", "keyword"),
        ("✋", "keyword"),
        ("✋🏽", "keyword"),
        ("⛔\ufe0f", "keyword"),
        ("🚫🚫", "keyword"),
        ("🛑 stop", "keyword"),
        # The phone's own lines.
        ("STOP\n\nSent from my iPhone", "keyword"),
        ("stop\nEnvoyé de mon iPhone", "keyword"),
        ("> -20 %. Reply STOP to opt out\nstop", "keyword"),
    ],
)
def test_spellings_of_stop(text, step):
    """Each spelling is an opt-out, by the step that should see it."""
    reply = parse_reply(text)
    if step is None:
        assert reply.intent is Intent.OTHER
    else:
        assert reply.intent is Intent.OPT_OUT
        assert reply.rule.split(":")[0] == step


@pytest.mark.parametrize(
    "text", ["TOP", "STEP", "SHOP", "STOPS", "ATOP", "SOAP", "top!", "sto"]
)
def test_real_words_near_stop_ask_for_review(text):
    """A word that may be meant as it stands does not opt out."""
    assert parse_reply(text).intent is Intent.REVIEW


@pytest.mark.parametrize("text", ["❌", "👎"])
def test_ambiguous_emoji_ask_for_review(text):
    """A thumb down may be about the offer."""
    assert parse_reply(text).intent is Intent.REVIEW


@pytest.mark.parametrize("text", ["👍", "🙂", "👍🏽❤️", "…", "!?"])
def test_other_emoji_and_marks_say_nothing(text):
    """What holds no word and no sign of stopping is small talk."""
    assert parse_reply(text).intent is Intent.OTHER


@pytest.mark.parametrize(
    ("text", "originator"),
    [
        ("STOP MaBoutique", "MaBoutique"),
        ("stop ma boutique", "Ma Boutique"),
        ("Ma Boutique stop svp", "Ma Boutique"),
        ("STOP à MaBoutique", "MaBoutique"),
        ("stop 36123", "36123"),
    ],
)
def test_our_own_name_may_stand_beside(text, originator):
    """Naming the sender changes nothing about a stop."""
    reply = parse_reply(text, originator=originator)
    assert reply.intent is Intent.OPT_OUT
    assert reply.rule.startswith("addressed:")


def test_an_unknown_name_after_stop_is_reviewed():
    """STOP and one unknown word may name a brand of the shop."""
    reply = parse_reply("STOP Zaraza")
    assert (reply.intent, reply.rule) == (Intent.REVIEW, "unclear:und:stop")


@pytest.mark.parametrize(
    ("text", "intent", "rule"),
    [
        ("unsubscribed", Intent.REVIEW, "soft:en:unsubscribed"),
        ("abmeldet", Intent.REVIEW, "ending:de:abmelden"),
        ("anmelden", Intent.OPT_IN, "keyword:de:anmelden"),
        ("Anmeldung", Intent.OPT_IN, "keyword:de:anmeldung"),
    ],
)
def test_other_endings_and_opposites_are_no_typos(text, intent, rule):
    """Grammar and opposites lie one letter away, too."""
    reply = parse_reply(text)
    assert (reply.intent, reply.rule) == (intent, rule)


def test_opposites_hold_in_a_lexicon_without_them():
    """ANMELDEN is no slip of ABMELDEN even where it is not listed."""
    found = LongWords(["abmelden", "afmelden"])
    assert found.meant("anmelden") is None
    assert found.meant("abmedlen") == "abmelden"
    assert found.meant("abmeldn") == "abmelden"
    assert found.meant("abmeldxn") == "abmelden"
    assert found.meant("abmeldenn") == "abmelden"
    assert found.meant("abmelxxn") is None
    assert only_ending("abmeldet", "abmelden")
    assert not only_ending("abmedlen", "abmelden")


def test_folding_by_hand():
    """The folds do what they say."""
    assert fold("Ł ø æ ß đ") == ["l", "o", "ae", "ss", "d"]
    assert fold("don't") == ["dont"]
    assert fold("٣٦١٨٠") == ["36180"]
    assert squeeze("stoppp") == "stop"
    assert undigit("st0p")[0] == "stop"
    assert undigit("stop") == ()
    assert undigit("st9p") == ()
