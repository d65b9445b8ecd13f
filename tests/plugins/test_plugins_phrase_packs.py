"""Languages from other packages: they add words and take none away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError, PluginError
from anonsms.optout import Intent, confirmation, parse_reply
from anonsms.optout.added import register_pack
from anonsms.optout.pack import Meaning, packs, take_out
from anonsms.plugins import load_phrase_pack, phrase_packs


GROUP = """
[[groups]]
means = "{means}"
words = {words}
evidence = "M"
confidence = "low"
source = "For tests"
"""
HEAD = 'language = "la"\nas_of = 2026-11-22\nregions = ["VA"]\n'
LATIN = HEAD + 'fillers = ["quaeso"]\n' + GROUP.format(
    means="opt-out", words='["desine", "desinite"]'
)  # fmt: skip


@pytest.fixture(autouse=True)
def _as_before():
    """No test leaves a language behind."""
    yield
    take_out("la")


def as_text():
    """What an entry point may name: a function that returns the text."""
    return LATIN


@pytest.fixture
def offered(tmp_path, monkeypatch):
    """A package that offers Latin, one way or the other."""
    folder = tmp_path / "latin-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: latin\nVersion: 1.0\n"
    )

    def offer(name, where):
        (folder / "entry_points.txt").write_text(
            f"[anonsms.phrasepacks]\n{name} = {__name__}:{where}\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))

    return offer


@pytest.mark.parametrize("where", ["LATIN", "as_text"])
def test_a_language_is_loaded_by_its_tag(offered, where):
    """From then on replies are read in it, with manners and without."""
    offered("la", where)
    assert parse_reply("Desine, quaeso").intent is Intent.OTHER
    assert [plugin.name for plugin in phrase_packs()][-1] == "la"
    assert load_phrase_pack("la").language == "la"
    reply = parse_reply("Desine, quaeso")
    assert (reply.intent, reply.language) == (Intent.OPT_OUT, "la")
    assert parse_reply("DESINE!", region="VA").certain
    assert parse_reply("desine", languages=["la"]).certain
    assert load_phrase_pack("la") is load_phrase_pack("la")


def test_what_is_taken_out_counts_no_longer():
    """And what was there before is as it was."""
    register_pack(LATIN)
    assert parse_reply("desine").intent is Intent.OPT_OUT
    take_out("la")
    assert parse_reply("desine").intent is Intent.OTHER
    assert parse_reply("STOP").intent is Intent.OPT_OUT


def test_languages_in_the_box_need_no_package():
    """Asking for one is no error."""
    assert load_phrase_pack("fr").language == "fr"


def test_a_pack_under_another_name_is_refused(offered):
    """Else the same words could come in twice."""
    offered("xx", "LATIN")
    with pytest.raises(PluginError, match="its language is not"):
        load_phrase_pack("xx")
    assert "la" not in packs()


def test_what_is_no_text_is_refused(offered):
    """An entry point names the text of a pack."""
    offered("la", "GROUP.count")
    with pytest.raises(PluginError, match=r"could not be made|takes other"):
        load_phrase_pack("la")
    offered("la", "pytest")
    with pytest.raises(PluginError, match="not the text of a pack"):
        load_phrase_pack("la")


WEAKER = {
    "START for STOP": GROUP.format(means="opt-in", words='["stop"]'),
    "help": GROUP.format(means="help", words='["arrêt"]'),
    "review": GROUP.format(means="review", words='["stopall"]'),
    "no": GROUP.format(means="no", words='["désabonner", "stop"]'),
    "not everything": GROUP.format(means="opt-out", words='["stop all"]'),
    "slip": 'near_stop = ["sotp"]\n',
    "ordinary": 'ordinary = ["sotp"]\n',
    "signature": 'signatures = ["st"]\n',
}


@pytest.mark.parametrize("how", list(WEAKER))
def test_no_pack_takes_a_way_out(how):
    """STOP stays STOP, in the pack's own regions too."""
    before = parse_reply("stop", region="VA")
    with pytest.raises(ConfigurationError, match="take away ways to leave"):
        register_pack(
            HEAD + WEAKER[how]
            if "groups" in WEAKER[how]
            else HEAD
            + WEAKER[how]
            + GROUP.format(means="yes", words='["ita"]')
        )
    assert "la" not in packs()
    assert parse_reply("stop", region="VA") == before


@pytest.mark.parametrize(
    ("claim", "why"),
    [
        ('language = "fr"', "already"),
        ('language = "no"', "already"),
        ('language = "la"\naliases = ["en"]', "already"),
        ('language = "la"\nmain_in = ["FR"]', "main one"),
        ('language = "Latin"', "cannot be read"),
    ],
)
def test_no_pack_takes_what_is_anothers(claim, why):
    """Neither a language, nor another tag for it, nor a region's answer."""
    source = f"{claim}\nas_of = 2026-11-22\n"
    source += GROUP.format(means="opt-out", words='["desine"]')
    answer = confirmation(None, "FR", "MaBoutique")
    with pytest.raises(ConfigurationError, match=why):
        register_pack(source)
    assert confirmation(None, "FR", "MaBoutique") == answer


HARD = [
    word
    for pack in packs().values()
    for group in pack.groups
    if group.means is Meaning.OPT_OUT and group.certain
    and not (group.gated or group.regions)
    for word in group.words
]  # fmt: skip
LISTS = ("fillers", "topics", "everything", "toward", "articles", "ordinary")


@settings(max_examples=12)
@given(
    word=st.sampled_from(HARD),
    means=st.sampled_from([meaning.value for meaning in Meaning]),
    where=st.sampled_from(LISTS),
    region=st.sampled_from([None, "VA", "FR", "US"]),
)
def test_whatever_a_pack_says_people_can_leave(word, means, where, region):
    """Refused or not: a word by which one left is one still."""
    source = (
        f'language = "la"\nas_of = 2026-11-22\nregions = ["VA"]\n'
        f'{where} = ["{word}"]\n'
        + GROUP.format(means=means, words=f'["{word}"]')
    )
    try:
        register_pack(source)
    except ConfigurationError:
        assert "la" not in packs()
    try:
        assert parse_reply(word, region=region).intent is Intent.OPT_OUT
    finally:
        take_out("la")
