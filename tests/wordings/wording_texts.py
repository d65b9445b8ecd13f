"""A sound consent text in each language, and what tests make of it."""

from anonsms.consent import Wording
from anonsms.wordings import check_wording


SHOPS = {
    "fr": "Ma Boutique SAS",
    "pl": "Zielona Kawa Sp. z o.o.",
    "en": "Green Coffee Ltd",
    "de": "Rösterei Muster GmbH",
}
SUBJECTS = {
    "fr": "nos cafés et nos thés",
    "pl": "kawa i herbata",
    "en": "coffee and tea",
    "de": "Kaffee und Tee",
}
BLANKS = {
    "privacy_url": "https://shop.example/privacy",
    "contact": "privacy@shop.example",
    "keyword": "KAWA",
    "number": "36123",
    "notice_version": "2026-03",
}

# A short label in three sentences; a fault replaces one, or adds one.
SOUND = {
    "fr": {
        "ask": "Oui, je veux recevoir les offres de Ma Boutique par SMS.",
        "leave": "Je peux changer d'avis à tout moment en répondant STOP.",
        "rights": "Protection de mes données : https://shop.example/vie",
    },
    "pl": {
        "ask": "Tak, chcę dostawać SMS-y z ofertami. Administratorem danych "
        "jest Zielona Kawa.",
        "leave": "Zgodę mogę wycofać w każdej chwili, odpisując STOP.",
        "rights": "Mam prawo dostępu do danych, ich sprostowania i "
        "sprzeciwu. Polityka prywatności: https://shop.example/dane",
    },
    "en": {
        "ask": "Yes, I want offers from Green Coffee by SMS.",
        "leave": "I can opt out at any time by replying STOP.",
        "rights": "Privacy policy: https://shop.example/privacy",
    },
    "de": {
        "ask": "Ja, ich möchte von der Rösterei Muster Angebote per SMS.",
        "leave": "Ich kann jederzeit widerrufen, mit der Antwort STOP.",
        "rights": "Datenschutz: https://shop.example/datenschutz",
    },
}


def wording(text, language, version="1"):
    """A wording with that text."""
    return Wording("label", version, language, text)


def label(language, *, mark="", plus="", of=None, **parts):
    """The sound label of a language with something replaced or added."""
    sound = {**SOUND[of or language], **parts}
    pieces = (mark, sound["ask"], sound["leave"], sound["rights"], plus)
    return wording(" ".join(filter(None, pieces)), language)


def check(text, language="fr", **options):
    """The report on a text of the shop of that language."""
    options.setdefault("controller", SHOPS.get(language[:2], "Ma Boutique"))
    return check_wording(wording(text, language), **options)
