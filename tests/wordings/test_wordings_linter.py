"""The linter: each fault is found alone, and sound texts pass."""

import unicodedata

import pytest
from fault_texts import FAULTS, faulty
from hypothesis import given
from hypothesis import strategies as st
from sound_texts import SOUND_TEXTS
from wording_texts import SHOPS, SOUND, check, label

from anonsms.errors import ConfigurationError, ConsentError
from anonsms.wordings import (
    Severity,
    WordingKind,
    WordingReport,
    check_wording,
    wording_rules,
)


LANGUAGES = list(SHOPS)
FAULTY = faulty()
WORDS = sorted(
    {
        word
        for _, _, text in FAULTY
        for word in [*text.text.split(), "{x}", "[", "]", "\n\n", "://."]
    }
)


@pytest.mark.parametrize(
    ("rule", "language", "text"),
    FAULTY,
    ids=[f"{n}-{row[0]}-{row[1]}" for n, row in enumerate(FAULTY)],
)
def test_a_text_with_one_fault_breaks_just_that_rule(rule, language, text):
    """Whatever the rule and the language."""
    report = check_wording(text, controller=SHOPS[language])
    assert report.rules == {rule}, str(report)


@pytest.mark.parametrize(
    ("language", "shop", "kind", "text"),
    SOUND_TEXTS,
    ids=[f"{row[0]}-{row[1]}" for row in SOUND_TEXTS],
)
def test_sound_texts_in_other_words_pass(language, shop, kind, text):
    """Texts that no model was the pattern of have no fault."""
    report = check(text, language, controller=shop, kind=kind)
    assert report.faults == (), str(report)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unmarked", [False, True])
def test_case_and_accents_do_not_matter(language, unmarked):
    """A sound label is sound in capitals and without accents."""
    text = label(language).text.upper()
    if unmarked:
        text = "".join(
            char
            for char in unicodedata.normalize("NFD", text)
            if not unicodedata.combining(char)
        ).replace("Ł", "L")
    assert check(text, language).faults == ()


def test_every_rule_is_in_the_table_or_among_the_kinds():
    """Two texts at least for each rule and language it is about."""
    elsewhere = {"empty", "notice", "no-condition", "automated"}
    assert FAULTS.keys() | elsewhere == {rule.id for rule in wording_rules()}
    for rule in wording_rules():
        if rule.id in FAULTS:
            languages = rule.languages or set(LANGUAGES)
            assert FAULTS[rule.id].keys() == languages
            assert all(len(t) >= 2 for t in FAULTS[rule.id].values())


@pytest.mark.parametrize(
    ("rule", "language", "severity"),
    [
        ("rights", "pl", Severity.ERROR),
        ("rights", "fr", Severity.ADVICE),
        ("statement", "de", Severity.ADVICE),
        ("one-channel", "pl", Severity.ERROR),
        ("length", "en", Severity.ADVICE),
    ],
)
def test_severities(rule, language, severity):
    """Rights weigh more in Polish; form weighs less than substance."""
    change = FAULTS[rule][language][0]
    report = check_wording(
        label(language, **change), controller=SHOPS[language]
    )
    [fault] = report.faults
    assert fault.severity is severity
    assert report.ok is (severity is Severity.ADVICE)
    assert bool(report) is report.ok


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "…", "!?", "☐", "\u200b", "—"]
)
def test_a_text_without_words_is_empty(text):
    """Nothing else is said of it."""
    assert [fault.rule for fault in check(text).faults] == ["empty"]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ma Boutique SAS", "ma boutique"),
        ("SAS Ma Boutique", "MaBoutique"),
        ("MABOUTIQUE S.A.R.L.", "Ma Boutique"),
        ("Société Ma Boutique SA", "Ma-Boutique"),
        ("Éclair & Fils SNC", "ECLAIR et cie, ou Eclair & fils"),
        ("Słońce Sp. z o.o.", "SLONCE"),
        ("Słońce sp. z o. o. sp. k.", "Słońce"),
        ("Weiß GmbH & Co. KG", "Weiss"),
        ("L'Occasion", "l’occasion"),
        ("SAS", "SAS"),
        ("Ltd Ltd", "Ltd"),
        ("!!!", "!!!"),
        ("漢字商店", "漢字商店"),
    ],
)
def test_the_controllers_name_is_found_as_people_write_it(name, written):
    """Without its legal form, in any case, spaced in any way."""
    text = (
        f"Oui, je veux recevoir les offres de {written} par SMS. "
        "STOP à tout moment. Politique de confidentialité sur demande."
    )
    assert check(text, controller=name).faults == ()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Ma Boutique SAS", "Boutique"),
        ("Ma Boutique", "Emma Boutiques"),
        ("Ma Boutique", "ma belle boutique"),
        ("SAS", "Sasha"),
        ("Sa Maison", "la maison"),
        ("The Tea Company", "the tea"),
        ("!!!", "!!"),
    ],
)
def test_part_of_a_name_is_no_name(name, written):
    """Nor is a name inside other words."""
    text = (
        f"Oui, je veux recevoir les offres de {written} par SMS. "
        "STOP à tout moment. Politique de confidentialité sur demande."
    )
    assert check(text, controller=name).rules == {"controller"}


def test_a_name_proves_nothing_but_itself():
    """A shop called Promo SMS has still to say what it sends, and how."""
    text = (
        "Oui, je veux les messages de Promo SMS Partenaires. STOP à tout "
        "moment. Politique de confidentialité sur demande."
    )
    report = check(text, controller="Promo SMS Partenaires SAS")
    assert report.rules == {"purpose", "channel"}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Oui, je veux les offres de Ma Boutique par transmsion.", "channel"),
        ("Oui, je veux le coffre de Ma Boutique par SMS.", "purpose"),
        ("Oui, offres de Ma Boutique par SMS. Estopper.", "withdrawal"),
    ],
)
def test_words_are_not_found_inside_other_words(text, rule):
    """Nor "sms", "offre" or "stop"."""
    assert rule in check(text).rules


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Vos données ne vont ni à nos partenaires ni à des tiers."),
        ("fr", "Ainsi que ceux de nos partenaires : Vélo Vert, Thé d'Ici."),
        ("pl", "Nigdy nie przekazujemy danych partnerom."),
        ("pl", "I partnerzy (Rower Plus, Kino Lot)."),
        ("en", "We never pass it on to third parties."),
        ("en", "And its partners: Cycle Shed, Tea House."),
        ("de", "Keine Weitergabe an Dritte."),
        ("de", "Und Partner: Fahrrad Weiß, Teehaus Müller."),
    ],
)
def test_others_may_be_named_or_denied(language, text):
    """The fault is companies that nobody can tell."""
    assert check(f"{label(language).text}. {text}", language).faults == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "L'accord n'est pas obligatoire pour commander."),
        ("pl", "Zgoda nie jest wymagana do zakupu."),
        ("en", "Consent is not required to order."),
        ("de", "Das ist keine Voraussetzung für den Kauf."),
    ],
)
def test_to_say_that_it_is_no_condition_is_no_fault(language, text):
    """The same words, denied."""
    assert check(f"{label(language).text}. {text}", language).faults == ()


@pytest.mark.parametrize("language", ["es", "xx", "", "tlh-Latn"])
def test_a_language_nobody_knows_here_is_not_passed(language):
    """That nothing could be checked is an error, not a clean report."""
    report = check("Sí, quiero ofertas de Ma Boutique.", language)
    assert report.rules == {"language"}
    assert not report.ok


def test_a_text_in_no_known_language_is_not_passed():
    """Also if no other language is recognised in it."""
    text = "Quiero recibir ofertas promocionales cada semana por favor."
    assert check(text).rules == {"language"}


def test_a_fault_shows_what_told_it():
    """The words, what is missing, the source and the remedy."""
    report = check(label("fr", plus="J'accepte  les\nCGV.").text)
    [fault] = report.faults
    assert fault.detail == "accepte les CGV"
    assert fault.source.startswith("GDPR Art. 7(2)")
    assert str(fault) == (
        "error  bundled: Consent is tied to terms. [accepte les CGV] Give "
        "the terms a box of their own; agreeing to them is no consent. "
        f"({fault.source})"
    )
    [rights] = check(label("fr", rights="").text).faults
    assert rights.detail == "missing: access, correction, objection"


def test_a_report_reads_as_a_list():
    """Errors first; what is not there is not said."""
    report = check(SOUND["fr"]["ask"])
    assert [f.rule for f in report.faults] == ["withdrawal", "rights"]
    assert report.errors + report.advice == report.faults
    lines = str(report).splitlines()
    assert lines[0] == "The wording is not fit for use."
    assert lines[1].startswith("  error  withdrawal: ")
    assert lines[2].startswith("  advice  rights: ")
    assert repr(report) == "<WordingReport 1 errors, 1 pieces of advice>"
    advice = check(label("fr", rights="").text)
    assert str(advice).startswith("The wording has no error.")
    assert str(WordingReport()) == (
        "No fault was found in the wording. Have a lawyer confirm it."
    )
    assert WordingReport()


def test_what_is_no_wording_is_refused():
    """A text alone has no language to check it by."""
    with pytest.raises(ConsentError, match="looks at a Wording"):
        check_wording("Oui", controller="Ma Boutique")
    with pytest.raises(ConsentError, match="The kinds are"):
        check("Oui", kind="newsletter")
    with pytest.raises(ConfigurationError, match="has the name"):
        check("Oui", controller=" ")


@given(
    text=st.text(st.characters()) | st.lists(st.sampled_from(WORDS)).map(
        " ".join
    ),
    language=st.sampled_from([*LANGUAGES, "en-US", "es"]),
    kind=st.sampled_from(WordingKind),
    name=st.text(min_size=1).filter(str.strip),
)  # fmt: skip
def test_no_text_whatever_breaks_the_linter(text, language, kind, name):
    """Any text has a report, and the report can be printed."""
    report = check(text, language, kind=kind, controller=name)
    assert str(report).encode()
    assert report.ok == all(
        f.severity is not Severity.ERROR for f in report.faults
    )


def test_half_a_surrogate_can_be_reported():
    """The text cannot be encoded; what is said about it can."""
    report = check(label("fr", plus="J'accepte les\ud800 CGV.").text)
    assert str(report).encode()


def test_a_huge_text_is_looked_at_in_reasonable_time():
    """The work grows with the length, not with its square."""
    report = check("J'accepte les offres et. " * 8_000)
    assert "length" in report.rules
