"""The word lists themselves."""

import pytest

from anonsms.errors import ConfigurationError
from anonsms.optout import confirmation, parse_reply
from anonsms.optout.folding import fold
from anonsms.optout.pack import UNIVERSAL, Meaning, packs, parse_pack
from anonsms.parts import Encoding, measure


LANGUAGES = sorted(packs())
UCS2 = {
    "ar",
    "cs",
    "el",
    "he",
    "hi",
    "hu",
    "ja",
    "ko",
    "ru",
    "sk",
    "tr",
    "uk",
    "vi",
    "zh",
}


def test_all_languages_of_the_fact_sheet_are_there():
    """One pack per language, and one of words known everywhere."""
    assert set(LANGUAGES) == {
        UNIVERSAL,
        "af",
        "ar",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "fi",
        "fr",
        "he",
        "hi",
        "hu",
        "it",
        "ja",
        "ko",
        "nb",
        "nl",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sv",
        "tr",
        "uk",
        "vi",
        "zh",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_has_two_meanings_in_one_pack(language):
    """Folded, no word stands twice, nor for both certain and doubtful."""
    seen = {}
    for group in packs()[language].groups:
        for word in group.words:
            key = tuple(fold(word))
            assert key
            assert seen.setdefault(key, group) is group
    assert seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_fillers_are_no_hard_keywords(language):
    """Politeness must not opt out by itself."""
    pack = packs()[language]
    hard = {
        tuple(fold(word))
        for group in pack.groups
        if group.means.hard
        for word in group.words
    }
    for filler in (*pack.fillers, *pack.topics, *pack.toward):
        assert tuple(fold(filler)) not in hard
        assert parse_reply(filler).rule.split(":")[0] not in {
            "keyword",
            "mended",
            "typo",
            "erasure",
        } or parse_reply(filler).intent.value in {"help", "opt-in"}


def test_regions_have_one_main_language():
    """A region is answered in one language, one that is spoken there."""
    seen = {}
    for pack in packs().values():
        assert pack.main_in <= pack.regions
        for region in pack.main_in:
            assert len(region) == 2
            assert region.isupper()
            assert seen.setdefault(region, pack.language) == pack.language


@pytest.mark.parametrize("language", [x for x in LANGUAGES if x != UNIVERSAL])
def test_confirmations_fit_one_part(language):
    """With the longest name a confirmation is one part, GSM-7 if it can."""
    text = confirmation(language, None, "MaBoutiqueX")
    assert "MaBoutiqueX" in text
    assert "{" not in text
    parts = measure(text)
    assert parts.count == 1
    wide = language in UCS2
    assert parts.encoding is (Encoding.UCS2 if wide else Encoding.GSM7)


@pytest.mark.parametrize("language", [x for x in LANGUAGES if x != UNIVERSAL])
def test_confirmations_carry_no_link_and_no_offer(language):
    """A confirmation sells nothing."""
    text = packs()[language].confirmation
    assert text.count("{sender}") == 1
    assert not set("%€$£/") & set(text)


@pytest.mark.parametrize(
    ("language", "region", "expected"),
    [
        ("fr", "US", "fr"),
        ("fr-CA", None, "fr"),
        (None, "FR", "fr"),
        (None, "fr", "fr"),
        (None, "CA", "en"),
        (None, "PL", "pl"),
        (None, None, "en"),
        (None, "XX", "en"),
        ("xx", "DE", "de"),
        ("und", "DE", "de"),
        ("nn", None, "nb"),
    ],
)
def test_confirmation_speaks_the_person_s_language(language, region, expected):
    """The reply's language, else the region's, else English."""
    text = confirmation(language, region, "Shop")
    assert text == confirmation(expected, None, "Shop")


GOOD = """
language = "qq"
as_of = 2026-01-01
[[groups]]
means = "opt-out"
words = ["raus"]
evidence = "M"
confidence = "low"
source = "a test"
"""


def test_a_pack_is_read():
    """A pack needs little."""
    pack = parse_pack(GOOD)
    assert pack.groups[0].means is Meaning.OPT_OUT
    assert pack.confirmation == ""


@pytest.mark.parametrize(
    "bad",
    [
        "language = ",
        'language = "qq"\nas_of = 2026-01-01',
        GOOD.replace('"M"', '"Z"'),
        GOOD.replace('"low"', '"none"'),
        GOOD.replace('"opt-out"', '"maybe"'),
        GOOD.replace('source = "a test"', ""),
        GOOD.replace('"raus"', '"raus", "RAUS!"'),
        GOOD.replace('"raus"', '"..."'),
        GOOD.replace('["raus"]', "[]"),
        GOOD + 'wrods = ["x"]',
        'colour = "red"\n' + GOOD,
    ],
)
def test_a_wrong_pack_is_refused(bad):
    """A slip in a pack is an error, not a keyword that is never found."""
    with pytest.raises(ConfigurationError):
        parse_pack(bad)
