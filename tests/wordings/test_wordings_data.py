"""The word lists and rules are data: checked, sourced, and all of use."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError
from anonsms.wordings import checking, wording_rules
from anonsms.wordings.elements import LISTS, elements, parse_elements
from anonsms.wordings.naming import bare_name
from anonsms.wordings.phrase import GAP_WORDS, occurrences, parse_phrase
from anonsms.wordings.reading import EMAIL, URL, fold_words, read


EVERY_PHRASE = [
    (language, name, phrase)
    for language, known in elements().items()
    for name in sorted(LISTS)
    for phrase in known.phrases(name)
]
SOURCE = 'phrases = ["x"]\nconfidence = "M"\nsource = "Nowhere"\n'
FULL = "".join(f"[lists.{name}]\n{SOURCE}" for name in LISTS)
LANGUAGE = 'language = "xx"\nas_of = 2026-11-22\nstop_words = ["x"]\n'


def spans(phrase, text):
    """Where a phrase stands in a text, as pairs of word indices."""
    return sorted(occurrences([parse_phrase(phrase)], read(text)))


def written(phrase, *, fully):
    """A text that the phrase is found in, with or without optional words."""
    words = []
    for step in phrase:
        if step.gap:
            words += ["qq"] * (GAP_WORDS if fully else 0)
        elif fully or not step.optional:
            words.append(min([*step.exact, *step.begins, *step.ends]))
    stand_ins = {URL: "https://shop.example", EMAIL: "a@shop.example"}
    return " ".join(stand_ins.get(word, word) for word in words)


def test_four_languages_are_known():
    """Each dated, with every list, each with source and confidence."""
    assert list(elements()) == ["de", "en", "fr", "pl"]
    for known in elements().values():
        assert isinstance(known.as_of, date)
        for words in known.lists.values():
            assert words.source
            assert words.confidence in "PVM"
            assert words.phrases


@pytest.mark.parametrize("fully", [False, True])
def test_every_phrase_of_every_list_can_be_found(fully):
    """No phrase is spelt in a way that a folded text never has."""
    for language, name, phrase in EVERY_PHRASE:
        text = written(phrase, fully=fully)
        found = list(occurrences([phrase], read(text)))
        assert (0, len(read(text).words)) in found, (language, name, text)


def test_languages_are_told_by_words_of_their_own():
    """No stop word votes for two languages, in any list folded form."""
    for one, other in combinations(elements().values(), 2):
        assert not one.stop_words & other.stop_words
    for known in elements().values():
        for word in known.stop_words:
            assert fold_words(word) == [word]


def test_each_rule_is_asked_once():
    """The catalogue and the functions agree; two need no function."""
    asked = checking._NEUTRAL.keys() | checking._WORDED.keys()
    ids = [rule.id for rule in wording_rules()]
    assert set(ids) == asked | {"empty", "language"}
    assert len(set(ids)) == len(ids)
    for rule in wording_rules():
        assert rule.source
        assert rule.message.endswith(".")
        assert rule.remedy.endswith(".")


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("stop", "Non-stop STOP stops", [(1, 2), (2, 3)]),
        ("offre*", "L'offre, les offres; coffre", [(1, 2), (3, 4)]),
        ("*angebot", "Angebot Sonderangebot Angebote", [(0, 1), (1, 2)]),
        ("accept the|our? terms", ("accept terms accept our terms accept my "
         "terms"), [(0, 2), (2, 5)]),
        ("une ... b", "une b? une x b! une. B", [(0, 2), (2, 5)]),
        ("a ... b", "a 1 2 3 4 5 6 7 8 b", [(0, 10)]),
        ("a ... b", "a 1 2 3 4 5 6 7 8 9 b", []),
        ("j'accepte", "J’accepte, j accepte", [(0, 2), (2, 4)]),
        ("e-mail <email>", "E-Mail: info@shop.example.", [(0, 3)]),
        ("<url>", "shop.example/a https://x.example? (www.a.b) o.o. 3.14",
         [(0, 1), (1, 2), (2, 3)]),
    ],
)  # fmt: skip
def test_what_a_phrase_finds(phrase, text, found):
    """Choices, beginnings, ends, optional words, gaps, addresses."""
    assert spans(phrase, text) == found


@pytest.mark.parametrize(
    "phrase", ["", "...", "... a", "a ...", "a? b", "a b?", "j'ai|je x",
               "*", "a|", "e-mail* x", "a b?|c? d"],
)  # fmt: skip
def test_a_phrase_nobody_could_look_for_is_refused(phrase):
    """It has to begin and end with words."""
    with pytest.raises(ConfigurationError, match="word list"):
        parse_phrase(phrase)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Un mot. Deux mots", 2),
        ("Kawa sp. z o.o. Oferty", 1),
        ("Nr. 5 und tel. 7", 1),
        ("Voir https://x.example Oui", 2),
        ("Voir https://x.example et oui", 1),
        ("Ja! Nein? Gut; so", 4),
        ("ein Wort\nnoch eins\n\nEin Absatz", 2),
        ("v. 3.14 is out", 1),
    ],
)
def test_where_sentences_end(text, sentences):
    """Not after an abbreviation, nor before a small letter."""
    assert read(text).words[-1].sentence == sentences - 1


def test_clauses_end_at_commas_and_colons():
    """And never span sentences."""
    clauses = [w.clause for w in read("Un, deux: trois (quatre). Cinq").words]
    assert clauses == [0, 1, 2, 3, 4]


@given(st.text(st.characters()))
def test_words_stand_where_they_say(text):
    """Each has a place of its own, in order, and folding is stable."""
    end = 0
    for word in read(text).words:
        assert end <= word.start < word.end <= len(text)
        end = word.end
        if word.text not in (URL, EMAIL):
            assert fold_words(word.text) == [word.text]


@given(st.text(st.characters(), max_size=20))
def test_a_bare_name_is_the_name_or_a_part_of_it(name):
    """Legal forms go; something always stays."""
    words, bare = fold_words(name), bare_name(name)
    assert bool(bare) == bool(words)
    assert " ".join(bare) in " ".join(words)


@pytest.mark.parametrize(
    "source",
    [
        "no toml",
        "",
        LANGUAGE,
        f"{LANGUAGE}[lists.channel]\n{SOURCE}",
        f"{LANGUAGE}colour = 1\n[lists]",
        LANGUAGE + "".join(f"[lists.{n}]\n{SOURCE}" for n in [*LISTS, "odd"]),
        LANGUAGE + FULL.replace('"M"', '"Q"'),
        LANGUAGE + FULL.replace('"Nowhere"', '""'),
        LANGUAGE + "lists = 3",
    ],
)  # fmt: skip
def test_word_lists_that_are_wrong_are_refused(source):
    """A list too many, too few, without source, or no list at all."""
    with pytest.raises(ConfigurationError, match="word lists"):
        parse_elements(source)


def test_word_lists_of_another_language_can_be_read():
    """The reader asks for nothing but the lists."""
    known = parse_elements(LANGUAGE + FULL)
    assert (known.language, len(known.lists)) == ("xx", len(LISTS))
