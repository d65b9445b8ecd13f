"""Texts as shops like to write them, with more than one fault at once."""

import pytest
from wording_texts import check


TRICKS = [
    (
        "fr",
        (
            "J'ai lu et j'accepte les conditions générales de vente et je "
            "souhaite recevoir par SMS les offres de Ma Boutique."
        ),
        "bundled withdrawal rights",
    ),
    (
        "fr",
        (
            "En cochant cette case, j'accepte de recevoir des informations "
            "de Ma Boutique et de ses partenaires commerciaux par SMS, "
            "e-mail ou téléphone."
        ),
        "purpose withdrawal one-channel third-parties rights",
    ),
    (
        "fr",
        (
            "Cochez cette case si vous ne souhaitez pas recevoir nos offres "
            "par SMS."
        ),
        "controller withdrawal opt-out-wording rights statement",
    ),
    (
        "fr",
        (
            "J'accepte que mes données soient partagées avec des tiers à "
            "des fins marketing par SMS. STOP."
        ),
        "controller one-purpose third-parties rights",
    ),
    (
        "fr",
        (
            "Sauf avis contraire de votre part, vous recevrez nos offres "
            "par SMS."
        ),
        "controller withdrawal opt-out-wording rights statement",
    ),
    (
        "fr",
        (
            "Pour valider votre commande vous devez accepter de recevoir "
            "nos SMS promotionnels."
        ),
        "controller withdrawal condition rights statement",
    ),
    (
        "en",
        (
            "By clicking Place order you agree to our Terms of Service and "
            "to receive marketing texts from us and our affiliates."
        ),
        "controller withdrawal bundled third-parties rights statement",
    ),
    (
        "en",
        (
            "Uncheck this box if you'd rather not receive SMS offers from "
            "Green Coffee."
        ),
        "withdrawal opt-out-wording rights statement",
    ),
    (
        "en",
        (
            "I agree to receive marketing by email, text, phone and post "
            "from Green Coffee and carefully selected third parties."
        ),
        "withdrawal one-channel third-parties rights",
    ),
    (
        "en",
        (
            "You must agree to receive our offers by text to complete your "
            "purchase. Green Coffee. STOP."
        ),
        "condition rights statement",
    ),
    (
        "en",
        (
            "Unless you tell us otherwise, Green Coffee will text you "
            "offers. Opt out by emailing us."
        ),
        "opt-out-wording withdrawal-way rights statement",
    ),
    (
        "de",
        (
            "Mit der Registrierung akzeptiere ich die AGB und bin mit "
            "Werbung per E-Mail, SMS und Telefon durch die Rösterei Muster "
            "und deren Partner einverstanden."
        ),
        "bundled condition withdrawal one-channel third-parties rights",
    ),
    (
        "de",
        (
            "Wenn Sie keine Werbung per SMS wünschen, entfernen Sie bitte "
            "das Häkchen."
        ),
        "controller withdrawal opt-out-wording rights statement",
    ),
    (
        "de",
        (
            "Ich bin damit einverstanden, dass meine Daten zu Werbezwecken "
            "an Dritte weitergegeben werden."
        ),
        "controller channel withdrawal one-purpose third-parties rights",
    ),
    (
        "de",
        (
            "Ich habe die AGB gelesen und stimme ihnen sowie dem Erhalt von "
            "Werbe-SMS der Rösterei Muster zu."
        ),
        "withdrawal bundled rights statement",
    ),
    (
        "pl",
        (
            "Akceptuję regulamin oraz wyrażam zgodę na otrzymywanie "
            "informacji handlowych drogą elektroniczną, przez SMS i "
            "telefonicznie od Zielona Kawa i jej partnerów."
        ),
        "withdrawal rights bundled one-channel third-parties",
    ),
    (
        "pl",
        ("Odznacz to pole, jeśli nie chcesz otrzymywać SMS-ów z ofertami."),
        "controller withdrawal rights opt-out-wording statement",
    ),
    (
        "pl",
        (
            "Wyrażam zgodę na przekazanie moich danych podmiotom trzecim w "
            "celach marketingowych."
        ),
        "controller channel withdrawal rights one-purpose third-parties",
    ),
    (
        "pl",
        (
            "Zgoda na SMS-y marketingowe od Zielona Kawa jest warunkiem "
            "złożenia zamówienia."
        ),
        "withdrawal rights condition statement",
    ),
    (
        "pl",
        (
            "Dokonując zakupu zgadzasz się na otrzymywanie SMS-ów z "
            "ofertami Zielona Kawa."
        ),
        "withdrawal rights condition statement",
    ),
]


@pytest.mark.parametrize(
    ("language", "text", "rules"),
    TRICKS,
    ids=[f"{n}-{row[0]}" for n, row in enumerate(TRICKS)],
)
def test_every_fault_of_a_trick_is_found(language, text, rules):
    """And no fault that it has not."""
    report = check(text, language)
    assert report.rules == set(rules.split()), str(report)
    assert not report
