"""What breaks one rule: by rule and language, what to replace or add."""

from wording_texts import label


FAULTS = {
    "controller": {
        "fr": [
            {"ask": "Oui, je veux recevoir vos offres par SMS."},
            {"ask": "J'accepte de recevoir par SMS les promos de Boutique."},
        ],
        "pl": [
            {"ask": "Tak, chcę dostawać SMS-y z ofertami sklepu."},
            {"ask": "Zgadzam się na reklamy w SMS-ach od Zielonych Kaw."},
        ],
        "en": [
            {"ask": "Yes, I want our offers by SMS, the best of them."},
            {"ask": "I agree to marketing texts from Greens Coffee."},
        ],
        "de": [
            {"ask": "Ja, ich möchte Angebote des Shops per SMS."},
            {"ask": "Ich willige ein in Werbung der Rösterei per SMS."},
        ],
    },
    "purpose": {
        "fr": [
            {"ask": "Oui, je veux recevoir les SMS de Ma Boutique."},
            {"ask": "J'accepte les communications de Ma Boutique par texto."},
        ],
        "pl": [
            {"ask": "Tak, chcę dostawać SMS-y, które wysyła Zielona Kawa."},
            {"ask": "Zgadzam się na wiadomości SMS od Zielona Kawa."},
        ],
        "en": [
            {"ask": "Yes, I want to hear from Green Coffee by SMS."},
            {"ask": "I agree that Green Coffee can text me."},
        ],
        "de": [
            {"ask": "Ja, ich möchte von der Rösterei Muster SMS bekommen."},
            {"ask": "Ich willige ein in Textnachrichten der Rösterei Muster."},
        ],
    },
    "channel": {
        "fr": [
            {"ask": "Oui, je veux recevoir les offres de Ma Boutique."},
            {"ask": "J'accepte les promotions de Ma Boutique sur mon mobile."},
        ],
        "pl": [
            {"ask": "Tak, chcę dostawać oferty, które wysyła Zielona Kawa."},
            {"ask": "Zgadzam się na reklamy od Zielona Kawa, na mój numer."},
        ],
        "en": [
            {"ask": "Yes, I want offers from Green Coffee on my mobile."},
            {"ask": "I agree to this text: Green Coffee can advertise to me."},
        ],
        "de": [
            {"ask": "Ja, ich möchte von der Rösterei Muster Angebote."},
            {"ask": "Ich willige ein in Werbung der Rösterei Muster."},
        ],
    },
    "withdrawal": {
        "fr": [
            {"leave": ""},
            {"leave": "Promotions non stop, tout au long de l'année."},
        ],
        "pl": [
            {"leave": ""},
            {"leave": "Nowości non stop, w każdej chwili."},
        ],
        "en": [
            {"leave": ""},
            {"leave": "A one stop shop for all of your coffee."},
        ],
        "de": [
            {"leave": ""},
            {"leave": "Non stop und über das ganze Jahr."},
        ],
    },
    "withdrawal-way": {
        "fr": [
            {"leave": "Je peux retirer mon consentement à tout moment."},
            {"leave": "Je pourrai changer d'avis quand je le veux."},
        ],
        "pl": [
            {"leave": "Zgodę mogę wycofać w każdej chwili."},
            {"leave": "Mogę zrezygnować, kiedy chcę."},
        ],
        "en": [
            {"leave": "I can withdraw my consent at any time."},
            {"leave": "You can unsubscribe whenever you like."},
        ],
        "de": [
            {"leave": "Die Einwilligung ist jederzeit widerrufbar."},
            {"leave": "Ich kann mich jederzeit abmelden."},
        ],
    },
    "rights": {
        "fr": [
            {"rights": ""},
            {"rights": "Je peux accéder à mes données et les rectifier."},
        ],
        "pl": [
            {"rights": ""},
            {"rights": "Mam prawo dostępu do danych i ich poprawiania."},
        ],
        "en": [
            {"rights": ""},
            {"rights": "I can access my data and have it corrected."},
        ],
        "de": [
            {"rights": ""},
            {"rights": "Ich habe das Recht auf Auskunft und Berichtigung."},
        ],
    },
    "rights-named": {
        "pl": [
            {"rights": "Polityka prywatności: https://shop.example/dane"},
            {"rights": "Klauzula informacyjna i prawo dostępu do danych."},
        ],
    },
    "bundled": {
        "fr": [
            {"plus": "J'accepte les CGV."},
            {
                "ask": "J'accepte les conditions générales et les offres de "
                "Ma Boutique par SMS."
            },
            {
                "ask": "Oui, je veux les offres de Ma Boutique par SMS et "
                "j'accepte les CGU."
            },
        ],
        "pl": [
            {"plus": "Akceptuję regulamin."},
            {
                "ask": "Akceptuję regulamin i chcę dostawać SMS-y z ofertami "
                "od Zielona Kawa."
            },
        ],
        "en": [
            {"plus": "I accept the terms."},
            {
                "ask": "I agree to the terms and conditions and want offers "
                "from Green Coffee by SMS."
            },
            {
                "ask": "Yes, I want offers from Green Coffee by SMS and "
                "accept the privacy policy."
            },
        ],
        "de": [
            {"plus": "Ich akzeptiere die AGB."},
            {
                "ask": "Ich stimme den AGB zu und möchte von der Rösterei "
                "Muster Angebote per SMS."
            },
        ],
    },
    "condition": {
        "fr": [
            {"plus": "Cet accord est obligatoire pour commander."},
            {
                "ask": "En passant commande, j'accepte les offres de Ma "
                "Boutique par SMS."
            },
        ],
        "pl": [
            {"plus": "Zgoda jest niezbędna do złożenia zamówienia."},
            {
                "ask": "Składając zamówienie, zgadzam się na SMS-y z "
                "ofertami od Zielona Kawa."
            },
        ],
        "en": [
            {"plus": "Consent is required to complete an order."},
            {
                "ask": "By placing my order I agree to offers from Green "
                "Coffee by SMS."
            },
        ],
        "de": [
            {"plus": "Das ist Voraussetzung für den Kauf."},
            {
                "ask": "Mit meiner Bestellung willige ich in Werbung der "
                "Rösterei Muster per SMS ein."
            },
        ],
    },
    "one-channel": {
        "fr": [
            {
                "ask": "Oui, je veux les offres de Ma Boutique par e-mail, "
                "par SMS et par téléphone."
            },
            {"plus": "J'accepte aussi ses appels et ses courriers."},
            {
                "ask": "Oui, je veux les offres de Ma Boutique par SMS et "
                "courriel, STOP pour arrêter."
            },
        ],
        "pl": [
            {
                "ask": "Tak, chcę dostawać oferty e-mailem, przez SMS i "
                "telefonicznie od Zielona Kawa."
            },
            {"plus": "Zgadzam się też na połączenia głosowe."},
        ],
        "en": [
            {
                "ask": "Yes, I want offers from Green Coffee by email, SMS "
                "and phone."
            },
            {"plus": "I agree to marketing calls as well."},
        ],
        "de": [
            {
                "ask": "Ja, ich möchte von der Rösterei Muster Angebote per "
                "E-Mail, SMS und Telefon."
            },
            {"plus": "Ich möchte auch Anrufe bekommen."},
        ],
    },
    "one-purpose": {
        "fr": [
            {"plus": "J'accepte le profilage de mes achats."},
            {"plus": "Je veux participer à vos jeux concours."},
        ],
        "pl": [
            {"plus": "Zgadzam się na profilowanie moich zakupów."},
            {"plus": "Chcę brać udział w konkursach."},
        ],
        "en": [
            {"plus": "I agree to the profiling of what I buy."},
            {"plus": "Please send me delivery updates."},
        ],
        "de": [
            {"plus": "Ich willige in die Profilbildung ein."},
            {"plus": "Ich möchte bei jedem Gewinnspiel mitmachen."},
        ],
    },
    "statement": {
        "fr": [
            {"ask": "Les offres de Ma Boutique par SMS."},
            {"ask": "Inscription aux promotions de Ma Boutique par SMS."},
        ],
        "pl": [
            {"ask": "SMS-y z ofertami. Administrator danych: Zielona Kawa."},
            {"ask": "Reklamy w SMS-ach, które wysyła Zielona Kawa."},
        ],
        "en": [
            {"ask": "Offers from Green Coffee by SMS."},
            {"ask": "Subscription to marketing texts from Green Coffee."},
        ],
        "de": [
            {"ask": "Angebote der Rösterei Muster per SMS."},
            {"ask": "Anmeldung zur Werbung der Rösterei Muster per SMS."},
        ],
    },
    "opt-out-wording": {
        "fr": [
            {"plus": "Décochez la case pour refuser."},
            {
                "ask": "Je ne veux pas recevoir les offres de Ma Boutique "
                "par SMS. Oui, je refuse."
            },
        ],
        "pl": [
            {"plus": "Odznacz pole, aby zrezygnować."},
            {
                "ask": "Nie chcę dostawać SMS-ów z ofertami od Zielona Kawa.",
            },
        ],
        "en": [
            {"plus": "Untick the box to refuse."},
            {
                "ask": "Yes, tick here if you do not want offers from Green "
                "Coffee by SMS."
            },
        ],
        "de": [
            {"plus": "Sonst den Haken entfernen."},
            {
                "ask": "Ich möchte von der Rösterei Muster keine Angebote "
                "per SMS."
            },
        ],
    },
    "blank": {
        "fr": [
            {"plus": "Sujet : [nos produits]"},
            {"plus": "Service clients : XXX"},
            {"plus": "Nom de l'entreprise"},
        ],
        "pl": [{"plus": "Temat: {{ temat }}"}, {"plus": "(nazwa firmy)"}],
        "en": [
            {"plus": "Contact: [...]"},
            {"plus": "Subject: <your subject>"},
            {"plus": "Your company name"},
        ],
        "de": [{"plus": "Thema: ________"}, {"plus": "(Firmenname)"}],
    },
    "preticked": {
        "fr": [{"mark": "☑"}, {"mark": "[x]"}],
        "pl": [{"mark": "☒"}, {"mark": "[X]"}],
        "en": [{"mark": "✔"}, {"mark": "[x]"}],
        "de": [{"mark": "☑"}, {"mark": "[x]"}],
    },
    "length": {
        "fr": [{"plus": "Et le café est bon. " * 18}, {"plus": "le " * 80}],
        "pl": [{"plus": "Kawa jest dobra. " * 25}, {"plus": "jest " * 80}],
        "en": [{"plus": "It can be good. " * 20}, {"plus": "the " * 80}],
        "de": [{"plus": "Es ist gut. " * 30}, {"plus": "ist " * 80}],
    },
    "language": {
        "fr": [{"of": "en"}, {"of": "pl"}],
        "pl": [{"of": "de"}, {"of": "fr"}],
        "en": [{"of": "fr"}, {"of": "de"}],
        "de": [{"of": "pl"}, {"of": "en"}],
    },
    "third-parties": {
        "fr": [
            {
                "ask": "Oui, je veux les offres de Ma Boutique et de ses "
                "partenaires par SMS."
            },
            {"plus": "Les sociétés du groupe en font de même."},
            {"plus": "Et nos partenaires (liste ici)."},
        ],
        "pl": [
            {
                "ask": "Tak, chcę dostawać SMS-y z ofertami. Nadawca: Zielona "
                "Kawa i partnerzy."
            },
            {"plus": "To samo dotyczy podmiotów powiązanych."},
        ],
        "en": [
            {
                "ask": "Yes, I want offers from Green Coffee and its "
                "partners by SMS."
            },
            {"plus": "The same goes for selected third parties."},
        ],
        "de": [
            {
                "ask": "Ja, ich möchte von der Rösterei Muster und ihren "
                "Partnern Angebote per SMS."
            },
            {"plus": "Das gilt auch für Konzernunternehmen."},
            {"plus": "Ebenso unsere Werbepartner (Liste hier)."},
        ],
    },
}


def faulty():
    """Each fault of the table: its rule, its language, its wording."""
    return [
        (rule, language, label(language, **change))
        for rule, languages in FAULTS.items()
        for language, changes in languages.items()
        for change in changes
    ]
