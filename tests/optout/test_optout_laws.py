"""What holds for every text."""

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.optout import Intent, Reply, parse_reply
from anonsms.optout.lexicon import lexicon


HARD = ["STOP", "ARRÊT", "WYPISZ", "ABMELDEN", "BAJA", "remove me", "退订"]
MARKS = st.text(st.sampled_from(" .,!;:\"'()«»…-\n\t\u200b"), max_size=6)
REGIONS = st.sampled_from([None, "US", "FR", "TR", "CN", "ZZ", "pl"])
LANGUAGES = st.one_of(
    st.none(),
    st.lists(st.sampled_from(["fr", "pl", "en-GB", "zh", "xx", ""])),
)
NEAR = st.lists(
    st.sampled_from(
        [
            "stop",
            "Stop",
            "st0p",
            "ARRÊT",
            "svp",
            "?",
            "🛑",
            "36180",
            "no",
            "au",
            "all",
            "sms",
            "please",
            "ma",
            "> x",
            "\n",
            "s",
            "t",
            "Liked",
            '"',
            "arr?t",
            "nu",
            "cancel",
            "optout",
            "opt",
            "out",
            "MaBoutique",
        ]
    ),
    max_size=8,
).map(" ".join)


@given(st.one_of(st.text(), NEAR), LANGUAGES, REGIONS, st.booleans())
def test_every_text_gets_an_answer(text, languages, region, asked):
    """Reading never fails, and always names its rule."""
    reply = parse_reply(text, languages, region, asked=asked)
    assert isinstance(reply, Reply)
    assert isinstance(reply.intent, Intent)
    assert reply.rule
    assert reply.rule.split(":")[0].isascii()


@given(NEAR)
def test_our_name_never_costs_an_opt_out(text):
    """Knowing the sender's name adds opt-outs and loses none."""
    alone = parse_reply(text)
    named = parse_reply(text, originator="MaBoutique")
    if alone.intent is Intent.OPT_OUT:
        assert named.intent is Intent.OPT_OUT


@given(st.sampled_from(HARD), MARKS, MARKS, st.integers(0, 3))
def test_case_and_marks_around_a_keyword_change_nothing(
    word, before, after, case
):
    """A keyword is one in any case and in any punctuation."""
    word = [word, word.lower(), word.upper(), word.title()][case]
    plain = parse_reply(word)
    dressed = parse_reply(before + word + after)
    assert plain.intent is Intent.OPT_OUT
    assert dressed.intent is Intent.OPT_OUT
    assert dressed.language == plain.language


@given(st.one_of(st.text(), NEAR), REGIONS)
def test_the_same_text_reads_the_same(text, region):
    """Reading keeps nothing from one text to the next."""
    first = parse_reply(text, region=region)
    parse_reply("STOP MaBoutique", region="US", originator="MaBoutique")
    assert parse_reply(text, region=region) == first


@given(NEAR)
def test_an_opt_out_here_is_never_an_opt_in_there(text):
    """No region turns a certain opt-out into a yes."""
    intents = {
        parse_reply(text, region=region).intent
        for region in (None, "US", "FR", "TR")
    }
    assert not {Intent.OPT_OUT, Intent.OPT_IN} <= intents


@pytest.mark.parametrize("value", [b"STOP", None, 4711, float("nan"), ["a"]])
def test_other_types_are_refused_by_name(value):
    """What is no str is refused, without being shown."""
    with pytest.raises(TypeError, match=type(value).__name__) as caught:
        parse_reply(value)
    assert "4711" not in str(caught.value)
    # Not in the locals of the frame either, which tracebacks may print.
    assert caught.value.__cause__ is None
    frame = inspect.getinnerframes(caught.tb)[-1].frame
    assert "text" not in frame.f_locals


def test_answers_are_shared_not_made():
    """Reading a keyword twice gives the very same object."""
    assert parse_reply("ARRÊT svp") is parse_reply("arrêt SVP")
    assert parse_reply("hello there") is parse_reply("how are you")


def test_look_ups_are_compiled_once():
    """The same choice of languages and region shares one lexicon."""
    assert lexicon(("fr",), "FR", False) is lexicon("fr", "fr", False)  # noqa: FBT003
    assert lexicon(None, "XA", False) is lexicon(None, "XB", False)  # noqa: FBT003
    assert lexicon(("nn",), None, False) is lexicon(("nb",), None, False)  # noqa: FBT003


def test_languages_may_be_any_iterable():
    """A generator, a set and one tag all name languages."""
    assert parse_reply("ARRÊT", iter(["fr"])).language == "fr"
    assert parse_reply("ARRÊT", {"fr", "pl"}).language == "fr"
    assert parse_reply("ARRÊT", "fr-CA").language == "fr"
    assert parse_reply("ARRÊT", "pl").intent is Intent.OTHER
