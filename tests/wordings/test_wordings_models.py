"""The models: complete, sound, and never half filled in."""

from datetime import date

import pytest
from wording_texts import BLANKS, SHOPS, SUBJECTS

from anonsms.consent import Controller
from anonsms.errors import ConsentError
from anonsms.parts import Encoding, measure
from anonsms.wordings import (
    WordingKind,
    WordingModel,
    check_wording,
    draft_wording,
    wording_models,
)
from anonsms.wordings.models import _models


MODELS = wording_models()
EVERY = [f"{model.language}-{model.kind.value}" for model in MODELS]


def drafted(model, **options):
    """The model, filled in for the shop of its language."""
    primary = model.language[:2]
    asked = {k: v for k, v in BLANKS.items() if k in model.blanks}
    return draft_wording(
        model.language,
        model.kind,
        id="label",
        version="1",
        controller=SHOPS[primary],
        subject=SUBJECTS[primary],
        **{**asked, **options},
    )


@pytest.mark.parametrize("model", MODELS, ids=EVERY)
def test_each_model_filled_in_is_sound(model):
    """The linter finds nothing at all, not even advice."""
    wording = drafted(model)
    report = check_wording(
        wording, controller=SHOPS[model.language[:2]], kind=model.kind
    )
    assert report.faults == (), str(report)
    assert (wording.id, wording.version) == ("label", "1")
    assert wording.language == model.language


@pytest.mark.parametrize("model", MODELS, ids=EVERY)
def test_each_model_with_its_blanks_open_is_refused(model):
    """A model is not a wording: the linter sees what was not filled in."""
    raw = drafted(model)
    report = check_wording(
        type(raw)("label", "1", model.language, model.text),
        controller=SHOPS[model.language[:2]],
        kind=model.kind,
    )
    assert {"blank", "controller"} <= report.rules


@pytest.mark.parametrize("language", ["fr", "pl", "en", "de"])
def test_each_language_has_every_kind(language):
    """But Polish has no box to refuse: consent comes first there."""
    kinds = {m.kind for m in wording_models(language)}
    missing = {WordingKind.REFUSAL} if language == "pl" else set()
    assert kinds == set(WordingKind) - missing


@pytest.mark.parametrize("model", MODELS, ids=EVERY)
def test_each_model_says_who_checks_it(model):
    """And has the two blanks that no consent does without."""
    assert model.note.startswith("For ")
    assert {"controller", "subject"} <= set(model.blanks)


@pytest.mark.parametrize("tag", ["fr", "pl", "en", "en-US", "de"])
def test_the_question_by_sms_fits_one_part(tag):
    """Filled in, in GSM-7, with the longest text still in one part."""
    [model] = [
        model
        for model in wording_models(tag)
        if model.kind is WordingKind.DOUBLE_OPT_IN and model.language == tag
    ]
    parts = measure(drafted(model).text)
    assert parts.encoding is Encoding.GSM7
    assert parts.count == 1


def test_the_french_model_names_what_the_french_ask_for():
    """The company, the subject matter, and the right to withdraw."""
    text = draft_wording(
        "fr",
        "marketing",
        id="label",
        version="1",
        controller="Ma Boutique SAS",
        subject="nos cafés",
        privacy_url="https://shop.example/vie",
    ).text
    assert text == (
        "Oui, je souhaite recevoir par SMS les offres de Ma Boutique SAS : "
        "nos cafés. Je peux retirer mon consentement à tout moment en "
        "répondant STOP. Politique de confidentialité : "
        "https://shop.example/vie"
    )


@pytest.mark.parametrize("kind", ["marketing", "marketing, long", "paper"])
def test_the_polish_models_name_what_the_poles_ask_for(kind):
    """Purpose, controller; to see, correct, stop, object and resign."""
    [model] = [m for m in wording_models("pl") if m.kind == kind]
    for words in (
        "ofert",
        "dministratorem danych jest"
        if kind != "marketing, long"
        else "administratorem danych jest",
        "wglądu",
        "poprawiania",
        "zaprzestania ich przetwarzania",
        "sprzeciwu",
        "zrezygnować",
        "wycofać zgodę",
    ):
        assert words in model.text


def test_a_controller_fills_in_what_it_knows():
    """Its notice and its address, unless others are given."""
    shop = Controller(
        "Green Coffee Ltd",
        email="hello@shop.example",
        privacy_url="https://shop.example/privacy",
    )
    options = {"id": "l", "version": "1", "subject": "tea"}
    text = draft_wording(
        "en", "marketing, long", controller=shop, **options
    ).text
    assert "Green Coffee Ltd" in text
    assert "hello@shop.example" in text
    assert text.endswith("https://shop.example/privacy")
    other = draft_wording(
        "en",
        "marketing, long",
        controller=shop,
        contact="dpo@shop.example",
        **options,
    ).text
    assert "dpo@shop.example" in other
    assert "hello@shop.example" not in other


def test_a_controller_may_know_more_than_the_model_asks():
    """What a model has no blank for is left out without complaint."""
    shop = Controller("Green Coffee", email="hello@shop.example")
    text = draft_wording(
        "en", "double opt-in", id="l", version="1", controller=shop,
        subject="tea",
    ).text  # fmt: skip
    assert "hello@shop.example" not in text


def test_a_region_without_models_takes_those_of_the_language():
    """And the wording keeps the tag that was asked for."""
    texts = {
        tag: draft_wording(
            tag,
            "double opt-in",
            id="l",
            version="1",
            controller="X Shop",
            subject="tea",
        )
        for tag in ("en", "en-GB", "en_IE", "en-US")
    }
    assert texts["en-GB"].text == texts["en"].text == texts["en_IE"].text
    assert texts["en-GB"].language == "en-GB"
    assert "Msg & data rates" in texts["en-US"].text


def test_models_are_found_by_language():
    """A primary tag gives its regions too; a region only its own."""
    assert {m.language for m in wording_models("en")} == {"en", "en-US"}
    assert {m.language for m in wording_models("EN-us")} == {"en-US"}
    assert {m.language for m in wording_models("fr-BE")} == {"fr"}
    assert wording_models() == _models()


def test_values_are_put_in_as_they_are():
    """A value is trimmed, and never looked at for blanks of its own."""
    model = WordingModel("en", "paper", "{a} {b_c}\n{a} ", "For nobody.")
    assert model.blanks == ("a", "b_c")
    text = draft_wording(
        "en",
        "double opt-in",
        id="l",
        version="1",
        controller=r"  \1 \g<0> & Sons ",
        subject="tea",
    ).text
    assert text.startswith(r"\1 \g<0> & Sons: reply YES")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"privacy_url": ""}, "privacy_url .*is not filled in"),
        ({"privacy_url": "  "}, "privacy_url .*is not filled in"),
        ({"privacy_url": None}, "privacy_url .*is not filled in"),
        ({"subject": "{subject}"}, "subject .*is not filled in"),
        ({"controller": ""}, "controller .*is not filled in"),
        ({"colour": "red"}, "no blank colour.*controller, subject, privacy"),
        ({"contact": "a@b.example"}, "no blank contact"),
    ],
)
def test_a_blank_that_is_open_or_unknown_is_refused(change, says):
    """And the message names the blanks that there are."""
    given = {
        "controller": "Green Coffee",
        "subject": "tea",
        "privacy_url": "https://shop.example",
        **change,
    }
    with pytest.raises(ConsentError, match=says):
        draft_wording("en", "marketing", id="l", version="1", **given)


def test_a_language_without_models_is_refused():
    """With the languages that there are."""
    with pytest.raises(ConsentError, match="fr, pl, en, en-US, de"):
        wording_models("es")
    for tag in ("", "f", "fro", "frr"):
        with pytest.raises(ConsentError):
            wording_models(tag)


def test_a_kind_without_model_is_refused():
    """With the kinds that there are, everywhere or in that language."""
    options = {
        "id": "l",
        "version": "1",
        "controller": "Zielona Kawa",
        "subject": "kawa",
    }
    with pytest.raises(ConsentError, match='"double opt-in", "keyword"'):
        draft_wording("pl", "newsletter", **options)
    with pytest.raises(ConsentError, match="There are marketing, market"):
        draft_wording("pl", "refusal", **options)
    with pytest.raises(ConsentError, match="There are marketing, double"):
        draft_wording("en-US", "paper", **options)


def test_the_models_are_dated(wordings_file):
    """Their file says when they were last looked over."""
    assert isinstance(wordings_file("models.toml")["as_of"], date)
