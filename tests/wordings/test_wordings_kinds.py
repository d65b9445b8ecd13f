"""Each kind of text, and each country, has rules of its own."""

import pytest
from wording_texts import check, label

from anonsms.consent import Controller


KINDS = [
    ("no-keyword", "fr", "keyword", "statement",
     ("Oui, les offres de Ma Boutique par SMS. STOP à tout moment. "
     "Politique de confidentialité : https://shop.example/vie")),
    ("no-keyword", "en", "keyword", "statement",
     ("Yes, offers from Green Coffee by SMS. STOP at any time. Privacy "
     "policy: https://shop.example/privacy")),
    ("no-notice", "fr", "keyword", "notice",
     ("Pour recevoir les offres de Ma Boutique par SMS, envoyez CAFE au "
     "36123. STOP à tout moment.")),
    ("no-notice", "pl", "keyword", "notice",
     ("Aby dostawać SMS-y z ofertami od Zielona Kawa, wyślij KAWA na 36123. "
     "Rezygnacja w każdej chwili: STOP.")),
    ("no-notice", "en", "keyword", "notice",
     ("For offers from Green Coffee by SMS text COFFEE to 36123. STOP at any "
     "time.")),
    ("no-notice", "de", "keyword", "notice",
     ("Angebote der Rösterei Muster per SMS: Senden Sie KAFFEE an 36123. "
     "Jederzeit abmelden mit STOP.")),
    ("no-yes", "fr", "double opt-in", "statement",
     "Ma Boutique : vous voulez nos offres par SMS ? STOP à tout moment."),
    ("no-yes", "pl", "double opt-in", "statement",
     ("Zielona Kawa: czy chcesz SMS-y z ofertami? Rezygnacja w każdej "
     "chwili: STOP.")),
    ("no-yes", "en", "double opt-in", "statement",
     "Green Coffee: do you want our offers by SMS? STOP at any time."),
    ("no-yes", "de", "double opt-in", "statement",
     "Rösterei Muster: Wollen Sie Angebote per SMS? Abmelden mit STOP."),
    ("no-no", "fr", "refusal", "statement", label("fr").text),
    ("no-no", "en", "refusal", "statement", label("en").text),
    ("no-no", "de", "refusal", "statement", label("de").text),
    ("untick", "fr", "refusal", "opt-out-wording",
     ("Je ne veux pas les offres de Ma Boutique par SMS. Décochez sinon. STOP "
     "à tout moment. Politique de confidentialité : https://shop.example/v")),
    ("two parts", "en", "double opt-in", "length",
     "Green Coffee: reply YES to get our offers by SMS. STOP at any time. "
     + "It is good coffee. " * 6),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "language", "kind", "rule", "text"),
    KINDS,
    ids=[f"{row[0]}-{row[1]}-{row[2]}" for row in KINDS],
)
def test_each_kind_has_rules_of_its_own(what, language, kind, rule, text):
    """A question asks for YES, a keyword text names word and notice."""
    report = check(text, language, kind=kind)
    assert report.rules == {rule}, str(report)
    assert report.ok is (rule == "length"), what


def test_a_paper_form_has_lines_to_write_on():
    """Which anywhere else are blanks that somebody forgot."""
    text = label("fr").text + "\nMobile : ______ Date : .........."
    assert check(text, kind="paper").faults == ()
    assert check(text).rules == {"blank"}


def test_an_empty_box_and_a_link_in_brackets_are_no_blanks():
    """Unlike words in brackets."""
    assert check(f"[ ] {label('fr').text}").faults == ()
    assert check(f"☐ {label('fr').text}").faults == ()
    link = "Voir la [page](https://shop.example/vie)."
    assert check(f"{label('fr').text} {link}").faults == ()


US = (
    "Yes, I agree to marketing text messages (SMS) from Green Coffee. "
    "STOP to opt out. Privacy policy: https://shop.example/privacy "
)


def test_the_united_states_ask_for_two_sentences_more():
    """No condition of purchase, and automated; elsewhere nobody asks."""
    assert check(US, "en").faults == ()
    report = check(US, "en-US")
    assert [f.rule for f in report.faults] == ["no-condition", "automated"]
    assert [f.rule for f in report.errors] == ["no-condition"]
    more = "Consent is not a condition of any purchase. Texts are automated."
    assert check(US + more, "en-US").faults == ()


def test_the_country_is_the_wordings_or_the_controllers():
    """The tag of the wording comes first."""
    shop = Controller("Green Coffee", country="US")
    assert "no-condition" in check(US, "en", controller=shop).rules
    assert "no-condition" not in check(US, "en-GB", controller=shop).rules


@pytest.mark.parametrize(
    ("language", "asks", "leaves"),
    [
        (
            "fr",
            (
                "Oui, les offres de Ma Boutique par e-mail et SMS, STOP pour "
                "arrêter."
            ),
            "Je peux me désinscrire par SMS, e-mail ou téléphone.",
        ),
        (
            "pl",
            (
                "Tak, oferty od Zielona Kawa e-mailem i przez SMS, "
                "rezygnacja: STOP."
            ),
            "Zgodę mogę wycofać przez SMS, e-mail lub telefonicznie.",
        ),
        (
            "en",
            "Yes, offers from Green Coffee by email and SMS, and I can STOP.",
            "I can unsubscribe by SMS, email or phone.",
        ),
        (
            "de",
            (
                "Ja, Angebote der Rösterei Muster per E-Mail und SMS, "
                "Abmelden mit STOP."
            ),
            "Ich kann per SMS, E-Mail oder Telefon widerrufen.",
        ),
    ],
)
def test_another_channel_may_be_the_way_to_withdraw(language, asks, leaves):
    """But not one that offers come by, also within one sentence."""
    assert check(label(language, ask=asks).text, language).rules == {
        "one-channel"
    }
    text = f"{label(language).text}. {leaves}"
    assert check(text, language).faults == ()
